"""`lru_cache` over a request, with `cache_clear` and `cache_info`, and a cache by hand."""

import os
from functools import cache, lru_cache

import requests

SERVER = os.environ["SERVER"]
SEEN = {}


@lru_cache(maxsize=10)
def name(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


@cache
def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def by_hand(number):
    if number not in SEEN:
        SEEN[number] = requests.get(f"{SERVER}/item/{number}").json()["id"]
    return SEEN[number]


def main():
    print(name(1), name(1), name(2))
    print(name.cache_info().hits)
    name.cache_clear()
    print(name(1))
    print(price(3) + price(3))
    print(by_hand(5), by_hand(5))


if __name__ == "__main__":
    main()
