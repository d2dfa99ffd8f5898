"""An enum whose members have a method that waits, and a `match` over the members."""

import os
from enum import Enum

import requests

SERVER = os.environ["SERVER"]


class Kind(Enum):
    SMALL = 1
    MIDDLE = 5
    LARGE = 9

    def price(self):
        return requests.get(f"{SERVER}/item/{self.value}").json()["price"]

    @classmethod
    def dear(cls):
        return [one for one in cls if one.price() > 20]

    @staticmethod
    def parse(text):
        return Kind[text.upper()]


def advice(kind):
    match kind:
        case Kind.SMALL:
            return "take it"
        case Kind.MIDDLE if kind.price() > 40:
            return "think about it"
        case _:
            return "leave it"


def main():
    print([one.name for one in Kind.dear()])
    for text in ("small", "middle", "large"):
        kind = Kind.parse(text)
        print(kind.name, kind.price(), advice(kind))


if __name__ == "__main__":
    main()
