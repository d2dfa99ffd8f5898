"""Explains one function or call: what it waits for, who calls it, and what a conversion would make of it."""
