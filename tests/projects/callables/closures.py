"""Closures that count with `nonlocal`, return functions that wait, and shadow names."""

import os

import requests

SERVER = os.environ["SERVER"]
TOTAL = 0


def counter(path):
    count = 0

    def ask():
        nonlocal count
        count += 1
        return requests.get(SERVER + path).status_code, count

    def reset():
        nonlocal count
        count = 0

    return ask, reset


def add(number):
    global TOTAL
    TOTAL = TOTAL + requests.get(f"{SERVER}/item/{number}").json()["price"]


def outer():
    def inner(number):
        if number == 0:
            return []
        name = requests.get(f"{SERVER}/item/{number}").json()["name"]
        return [name, *inner(number - 1)]

    return inner(3)


def main():
    ask, reset = counter("/text")
    print(ask(), ask())
    reset()
    print(ask())
    add(1)
    add(2)
    print(TOTAL)
    print(outer())


if __name__ == "__main__":
    main()
