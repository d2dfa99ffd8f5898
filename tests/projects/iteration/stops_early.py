"""Loops that break, `next` with and without a default, `in`, `zip` and `islice` over a generator that waits."""

import os
from itertools import islice

import requests

SERVER = os.environ["SERVER"]


def prices(numbers):
    try:
        for number in numbers:
            yield requests.get(f"{SERVER}/item/{number}").json()["price"]
    finally:
        print("closed")


def main():
    for price in prices([1, 2, 3]):
        print(price)
        if price == 20:
            break
    print("left")
    print(next(prices([4]), None), next(prices([]), "none"))
    print(20 in prices([1, 2, 3]))
    print(list(zip("ab", prices([1, 2, 3]))))
    print(list(islice(prices([5, 6, 7]), 2)))
    try:
        next(prices([]))
    except StopIteration:
        print("empty")


if __name__ == "__main__":
    main()
