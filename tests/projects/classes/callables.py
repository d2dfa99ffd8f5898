"""Objects that are called: `__call__` waits, and the object is handed on as if it were a function."""

import os

import requests

SERVER = os.environ["SERVER"]


class Fetch:
    def __init__(self, field):
        self.field = field
        self.calls = 0

    def __call__(self, number):
        self.calls += 1
        return requests.get(f"{SERVER}/item/{number}").json()[self.field]


def apply(function, numbers):
    return [function(number) for number in numbers]


def main():
    price = Fetch("price")
    print(price(1))
    print(apply(price, [2, 3]))
    print(apply(Fetch("name"), [1]))
    print(price.calls)


if __name__ == "__main__":
    main()
