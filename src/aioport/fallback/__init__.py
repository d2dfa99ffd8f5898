"""A program from syntax trees and names alone, for when the type checker crashes, hangs or is missing."""
