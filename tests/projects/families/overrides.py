"""A method that is overridden twice, called through the base, with `super()` in one of the overrides."""

import os

import requests

SERVER = os.environ["SERVER"]


class Source:
    def load(self, number):
        return {"id": number, "name": "none"}

    def describe(self, number):
        return f"{type(self).__name__}: {self.load(number)['name']}"


class Remote(Source):
    def load(self, number):
        return requests.get(f"{SERVER}/item/{number}").json()


class Counting(Remote):
    def __init__(self):
        self.loads = 0

    def load(self, number):
        self.loads += 1
        found = super().load(number)
        found["name"] = found["name"].upper()
        return found


def main():
    counting = Counting()
    for source in (Source(), Remote(), counting):
        print(source.describe(2))
    print(counting.loads)


if __name__ == "__main__":
    main()
