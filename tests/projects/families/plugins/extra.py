"""A plugin that waits for nothing."""

from .base import Plugin


class Extra(Plugin):
    def run(self, text):
        return f"extra {text}"
