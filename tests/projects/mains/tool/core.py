"""The client."""

import os
from typing import Any

import requests

from . import errors


class Client:
    def __init__(self, server: str | None = None) -> None:
        self.server = server or os.environ["SERVER"]

    def _get(self, path: str) -> dict[str, Any]:
        response = requests.get(self.server + path)
        errors.check(response)
        return response.json()

    def describe(self, number: int) -> str:
        item = self._get(f"/item/{number}")
        return f"{item['name']}: {item['price']}"
