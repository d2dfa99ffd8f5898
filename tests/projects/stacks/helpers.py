"""`closing`, `suppress`, `nullcontext` and `redirect_stdout` around requests."""

import io
import os
from contextlib import closing, nullcontext, redirect_stdout, suppress

import requests

SERVER = os.environ["SERVER"]


class Channel:
    def __init__(self, name):
        self.name = name

    def ask(self):
        return requests.get(f"{SERVER}/item/1").json()["name"]

    def close(self):
        print("closing", self.name, requests.post(f"{SERVER}/logout", json={}).status_code)


def fetch(number, guard=None):
    with guard or nullcontext():
        return requests.get(f"{SERVER}/item/{number}").json()["price"]


def main():
    with closing(Channel("x")) as channel:
        print(channel.ask())
    with suppress(KeyError, ValueError):
        print(requests.get(f"{SERVER}/item/2").json()["colour"])
    with suppress(requests.RequestException):
        requests.get(f"{SERVER}/missing").raise_for_status()
        print("not reached")
    print(fetch(1), fetch(2, suppress(KeyError)))
    out = io.StringIO()
    with redirect_stdout(out):
        print(requests.get(f"{SERVER}/text").text)
    print("captured", out.getvalue().strip())


if __name__ == "__main__":
    main()
