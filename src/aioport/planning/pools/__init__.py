"""Pools of threads that an author has made for overlapping waits, and what they give, as far as one function uses them."""
