"""`__getattr__` that fetches what is not there, and slots."""

import os

import requests

SERVER = os.environ["SERVER"]


class Lazy:
    __slots__ = ("_data", "number")

    def __init__(self, number):
        self.number = number
        self._data = None

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if self._data is None:
            self._data = requests.get(f"{SERVER}/item/{self.number}").json()
        try:
            return self._data[name]
        except KeyError:
            raise AttributeError(name) from None


def main():
    lazy = Lazy(6)
    print(lazy.name, lazy.price)
    print(hasattr(lazy, "colour"), getattr(lazy, "colour", "grey"))
    print(requests.get(f"{SERVER}/text").text)


if __name__ == "__main__":
    main()
