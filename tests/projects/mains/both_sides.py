"""A helper that sync code at import time and async code later both need."""

import os

import requests

SERVER = os.environ["SERVER"]


def setting(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


LIMIT = setting(2)


class Shop:
    tax = setting(1)

    def price(self, number, discount=setting(3)):
        return setting(number) + self.tax - discount


def main():
    shop = Shop()
    print(LIMIT, shop.tax, shop.price(5))
    print(shop.price(6, 0))


if __name__ == "__main__":
    main()
