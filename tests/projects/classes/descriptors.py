"""A descriptor of one's own that fetches when it is read, and `__set_name__`."""

import os

import requests

SERVER = os.environ["SERVER"]


class Remote:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return requests.get(f"{SERVER}/item/{instance.number}").json()[self.name]


class Item:
    price = Remote()
    name = Remote()

    def __init__(self, number):
        self.number = number

    def ping(self):
        return requests.get(f"{SERVER}/text").status_code


def main():
    item = Item(2)
    print(item.price, item.name)
    print(Item.price.name)
    print(item.ping())


if __name__ == "__main__":
    main()
