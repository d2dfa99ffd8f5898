"""A class whose constructor fetches, a subclass that adds to it, and a factory."""

import os

import requests

SERVER = os.environ["SERVER"]


class Item:
    kind = "item"

    def __init__(self, number):
        self.number = number
        self.data = requests.get(f"{SERVER}/item/{number}").json()

    def name(self):
        return self.data["name"]


class Priced(Item):
    kind = "priced"

    def __init__(self, number, tax=2):
        super().__init__(number)
        self.total = self.data["price"] * tax

    @classmethod
    def cheapest(cls):
        return cls(1, tax=1)


def main():
    item = Item(3)
    priced = Priced(2)
    print(item.kind, item.name())
    print(priced.kind, priced.name(), priced.total)
    print(Priced.cheapest().total)
    print([one.number for one in (Item(4), Item(5))])


if __name__ == "__main__":
    main()
