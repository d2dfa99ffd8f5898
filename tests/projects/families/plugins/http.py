"""A plugin that asks a server."""

import os

import requests

from .base import Plugin


class Http(Plugin):
    def run(self, text):
        return requests.get(os.environ["SERVER"] + "/text", params={"q": text}).text
