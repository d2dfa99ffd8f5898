"""Puts the changes of a conversion before a person, one at a time, and remembers what was answered."""
