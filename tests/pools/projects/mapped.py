"""`map`: as a list, in a loop, over several iterables, with a lambda, read later, thrown away, and failing half-way."""

import concurrent.futures as cf
import os
from concurrent.futures import ThreadPoolExecutor

import requests

SERVER = os.environ["SERVER"]


def price(number):
    response = requests.get(f"{SERVER}/item/{number}")
    response.raise_for_status()
    return response.json()["price"]


def discounted(number, percent):
    return price(number) * (100 - percent) // 100


def main():
    with ThreadPoolExecutor(max_workers=3) as pool:
        print(list(pool.map(price, range(1, 8))))
        for number, found in enumerate(pool.map(price, [3, 1, 2])):
            print(number, found)
        results = pool.map(discounted, [1, 2, 3], [10, 20, 30])
        print(sum(results))
    with cf.ThreadPoolExecutor(3) as executor:
        print(dict(zip("abc", executor.map(lambda number: discounted(number, 50), [4, 5, 6]))))
        executor.map(price, [1, 99, 2])
    with ThreadPoolExecutor(max_workers=1) as executor:
        try:
            for found in executor.map(price, [1, 99, 2]):
                print(found)
        except requests.HTTPError as error:
            print("failed", error.response.status_code)
    with ThreadPoolExecutor() as executor:
        print(max(executor.map(price, [7, 8, 9])))


if __name__ == "__main__":
    main()
