"""A pool whose function has a pool of its own, and one in a function that is called in a loop."""

import os
from concurrent.futures import ThreadPoolExecutor

import requests

SERVER = os.environ["SERVER"]


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def page(number):
    found = requests.get(f"{SERVER}/page/{number}").json()["items"]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return sum(pool.map(price, found))


def batch(numbers):
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(page, numbers))


def main():
    for numbers in ([1, 2], [3]):
        print(batch(numbers))


if __name__ == "__main__":
    main()
