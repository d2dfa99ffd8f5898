"""Methods that Python calls without an `await`, given a shape in which they can be awaited."""
