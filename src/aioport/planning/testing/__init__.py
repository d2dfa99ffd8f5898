"""The project's own tests: which code is theirs, what they put in the place of what, and how they call what becomes async."""
