"""`sorted`, `min`, `filter`, `map` and `groupby` with functions that wait."""

import os
from functools import reduce
from itertools import groupby

import requests

SERVER = os.environ["SERVER"]


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def is_dear(number):
    return price(number) > 20


def main():
    print(sorted([3, 1, 2], key=price))
    print(min([3, 1, 2], key=price))
    print(list(filter(is_dear, [1, 2, 3, 4])))
    print(list(map(price, [1, 2])))
    print([(key, list(group)) for key, group in groupby([1, 2, 3], key=is_dear)])
    print(reduce(lambda total, number: total + price(number), [1, 2, 3], 0))
    print(sum(map(price, (4, 5))))
    numbers = [2, 1]
    numbers.sort(key=lambda number: price(number))
    print(numbers, price(9))


if __name__ == "__main__":
    main()
