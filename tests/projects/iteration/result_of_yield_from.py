"""A generator that returns a value, which `yield from` gives to another."""

import os

import requests

SERVER = os.environ["SERVER"]


def part(numbers):
    count = 0
    for number in numbers:
        yield requests.get(f"{SERVER}/item/{number}").json()["name"]
        count += 1
    return count


def whole():
    first = yield from part([1, 2])
    second = yield from part([3])
    yield f"{first} and {second}"


def main():
    for name in whole():
        print(name)
    print(requests.get(f"{SERVER}/text").text)


if __name__ == "__main__":
    main()
