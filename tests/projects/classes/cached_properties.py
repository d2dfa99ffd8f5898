"""`functools.cached_property` over a request: one request however often it is read."""

import os
from functools import cached_property

import requests

SERVER = os.environ["SERVER"]


class Catalog:
    def __init__(self, number):
        self.number = number

    @cached_property
    def item(self):
        return requests.get(f"{SERVER}/item/{self.number}").json()

    @property
    def price(self):
        return self.item["price"]

    def label(self):
        return f"{self.item['name']} at {self.price}"


def main():
    catalog = Catalog(4)
    print(catalog.label())
    print(catalog.label(), catalog.item["id"])
    del catalog.item
    print(catalog.price)


if __name__ == "__main__":
    main()
