"""What goes wrong."""

import requests


class ToolError(Exception):
    code = 5


def check(response: requests.Response) -> None:
    if not response.ok:
        raise ToolError(f"{response.status_code} for {response.url.rpartition('/')[2]}")
