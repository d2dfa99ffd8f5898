"""Functions that are looked up by their names when the program runs."""
