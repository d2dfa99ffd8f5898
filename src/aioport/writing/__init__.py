"""Writing to a project: all or nothing, journaled, so that a kill leaves no mixture and `aioport undo` takes it back."""
