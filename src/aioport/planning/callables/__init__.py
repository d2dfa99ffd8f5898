"""Functions as values: where they go, which calls run them, and what their decorators make of them."""
