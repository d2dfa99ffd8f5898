"""Comprehensions in comprehensions, with conditions that wait and a walrus."""

import os

import requests

SERVER = os.environ["SERVER"]


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def numbers():
    return requests.get(f"{SERVER}/list").json()


def main():
    print([[price(a) + b for b in (0, 1)] for a in (1, 2)])
    print([a for a in numbers() if price(a) > 20])
    print({a: [b for b in numbers() if b < a] for a in (2, 3)})
    print([found for a in (1, 2, 3) if (found := price(a)) != 20])
    print([price(a) if a > 1 else -1 for a in (1, 2)])
    print(found)


if __name__ == "__main__":
    main()
