"""A Protocol with two classes that know nothing of it, one of which waits."""

import os
from typing import Protocol

import requests

SERVER = os.environ["SERVER"]


class Prices(Protocol):
    def price(self, number: int) -> int: ...


class Shop:
    def price(self, number: int) -> int:
        return requests.get(f"{SERVER}/item/{number}").json()["price"]


class Fixed:
    def __init__(self, amount: int) -> None:
        self.amount = amount

    def price(self, number: int) -> int:
        return self.amount


def total(prices: Prices, numbers: list[int]) -> int:
    found = 0
    for number in numbers:
        found += prices.price(number)
    return found


def main() -> None:
    for prices in (Shop(), Fixed(7)):
        print(type(prices).__name__, total(prices, [1, 2, 3]))


if __name__ == "__main__":
    main()
