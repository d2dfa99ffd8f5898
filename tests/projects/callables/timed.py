"""A decorator with `wraps` that measures and prints, over functions that wait and one that does not."""

import functools
import os

import requests

SERVER = os.environ["SERVER"]


def traced(function):
    @functools.wraps(function)
    def wrapper(*arguments, **options):
        print("enter", function.__name__)
        try:
            return function(*arguments, **options)
        finally:
            print("leave", function.__name__)

    return wrapper


@traced
def fetch(number, *, field="name"):
    return requests.get(f"{SERVER}/item/{number}").json()[field]


@traced
def double(number):
    return number * 2


def main():
    print(fetch(1))
    print(fetch(2, field="price"))
    print(double(4))


if __name__ == "__main__":
    main()
