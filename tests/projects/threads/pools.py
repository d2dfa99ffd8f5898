"""A thread pool: `map`, `submit`, `as_completed` and `result`, with one worker for a known order."""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests

SERVER = os.environ["SERVER"]


def price(number):
    response = requests.get(f"{SERVER}/item/{number}")
    response.raise_for_status()
    return response.json()["price"]


def main():
    with ThreadPoolExecutor(max_workers=1) as pool:
        print(list(pool.map(price, [1, 2, 3])))
        future = pool.submit(price, 4)
        print(future.result(timeout=5))
        futures = {pool.submit(price, number): number for number in (5, 6)}
        print(sorted((futures[one], one.result()) for one in as_completed(futures)))
        broken = pool.submit(price, 99)
        print(type(broken.exception()).__name__)
    print(price(7))


if __name__ == "__main__":
    main()
