"""A generator that waits is stored in a variable, passed to a function and wrapped by another generator."""

import os
from collections.abc import Iterable, Iterator

import requests

SERVER = os.environ["SERVER"]


def names(numbers: Iterable[int]) -> Iterator[str]:
    for number in numbers:
        yield requests.get(f"{SERVER}/item/{number}").json()["name"]


def upper(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield text.upper()


def show(texts: Iterable[str]) -> int:
    count = 0
    for text in texts:
        print(text)
        count += 1
    return count


def main() -> None:
    lazy = names([1, 2])
    print("not asked yet")
    print(show(lazy))
    print(show(upper(names([3]))))
    print(show(["plain"]))


if __name__ == "__main__":
    main()
