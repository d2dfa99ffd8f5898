"""`singledispatch` with one implementation that waits, and a staticmethod that is passed on."""

import os
from functools import singledispatch

import requests

SERVER = os.environ["SERVER"]


@singledispatch
def describe(value):
    return f"a {type(value).__name__}"


@describe.register
def _(value: int):
    return requests.get(f"{SERVER}/item/{value}").json()["name"]


@describe.register(list)
def _(value):
    return [describe(one) for one in value]


class Tools:
    @staticmethod
    def ping(path):
        return requests.get(SERVER + path).status_code

    @classmethod
    def both(cls, one, other):
        return cls.ping(one) + cls.ping(other)


def main():
    print(describe("x"), describe(1), describe([2, "y"]))
    print(Tools.ping("/text"), Tools.both("/text", "/missing"))
    check = Tools.ping
    print(check("/item/1"))


if __name__ == "__main__":
    main()
