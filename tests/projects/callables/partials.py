"""`partial`, bound methods and `partialmethod` of functions that wait."""

import os
from functools import partial, partialmethod

import requests

SERVER = os.environ["SERVER"]


def fetch(path, field, default=None):
    return requests.get(SERVER + path).json().get(field, default)


class Client:
    def __init__(self, base):
        self.base = base

    def ask(self, number, field):
        return requests.get(f"{self.base}/item/{number}").json()[field]

    ask_name = partialmethod(ask, field="name")


def main():
    first = partial(fetch, "/item/1")
    print(first("name"), first("colour", default="grey"))
    ask = Client(SERVER).ask
    print(ask(2, "price"))
    print(Client(SERVER).ask_name(3))
    steps = [partial(fetch, "/item/4", "id"), partial(ask, 5, "id")]
    print([step() for step in steps])


if __name__ == "__main__":
    main()
