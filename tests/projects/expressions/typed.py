"""Annotations of all kinds: aliases, generics, overloads, callables and iterators around functions that wait."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar, overload

import requests

SERVER = os.environ["SERVER"]
T = TypeVar("T")
Fetch = Callable[[int], dict[str, Any]]


def item(number: int) -> dict[str, Any]:
    return requests.get(f"{SERVER}/item/{number}").json()


class Box(Generic[T]):
    def __init__(self, load: Callable[[int], T]) -> None:
        self.load = load

    def get(self, number: int) -> T:
        return self.load(number)


@overload
def lookup(number: int) -> str: ...
@overload
def lookup(number: list[int]) -> list[str]: ...
def lookup(number: int | list[int]) -> str | list[str]:
    if isinstance(number, list):
        return [lookup(one) for one in number]
    return item(number)["name"]


def names(fetch: Fetch, numbers: list[int]) -> Iterator[str]:
    for number in numbers:
        yield fetch(number)["name"]


def main() -> None:
    box: Box[dict[str, Any]] = Box(item)
    print(box.get(1)["price"])
    print(lookup(2), lookup([3, 4]))
    print(list(names(item, [5, 6])))


if __name__ == "__main__":
    main()
