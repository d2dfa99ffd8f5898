"""A class with `__iter__` and `__next__` that waits, and one whose `__iter__` is a generator."""

import os

import requests

SERVER = os.environ["SERVER"]


class Pages:
    def __init__(self):
        self.number = 1

    def __iter__(self):
        return self

    def __next__(self):
        if self.number is None:
            raise StopIteration
        page = requests.get(f"{SERVER}/page/{self.number}").json()
        self.number = page["next"]
        return page["items"]


class Items:
    def __init__(self, numbers):
        self.numbers = numbers

    def __iter__(self):
        for number in self.numbers:
            yield requests.get(f"{SERVER}/item/{number}").json()["name"]


def main():
    for page in Pages():
        print(page)
    items = Items([1, 2])
    for name in items:
        print(name)
    print(list(items), list(Pages()))
    print([*Items([3])])


if __name__ == "__main__":
    main()
