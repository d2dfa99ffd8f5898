"""Shows what was found and decided: one model, and one small module a format."""
