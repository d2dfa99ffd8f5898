"""`sum`, `sorted`, `max`, `join`, `dict`, `set`, `tuple` and `*` over generator expressions that wait."""

import os

import requests

SERVER = os.environ["SERVER"]


def item(number):
    return requests.get(f"{SERVER}/item/{number}").json()


def main():
    numbers = [3, 1, 2]
    print(sum(item(number)["price"] for number in numbers))
    print(sorted(item(number)["name"] for number in numbers))
    print(max(item(number)["price"] for number in numbers))
    print(", ".join(item(number)["name"] for number in numbers))
    print(dict((number, item(number)["price"]) for number in numbers))
    print(tuple(item(number)["id"] for number in numbers if number > 1))
    print(*(item(number)["id"] for number in numbers))
    print({item(number)["price"] for number in numbers} == {10, 20, 30})
    print(sum([item(a)["price"] * b for a in (1, 2) for b in (1, 10)]))


if __name__ == "__main__":
    main()
