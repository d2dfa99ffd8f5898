"""Chooses which findings of a scan are shown and counted: by comments, a baseline, a git diff, or the event loop."""
