"""Bare `except:`, `except BaseException` and `raise` alone, in loops that go on."""

import os
import sys

import requests

SERVER = os.environ["SERVER"]


def careful(number):
    try:
        return requests.get(f"{SERVER}/item/{number}").json()["name"]
    except:  # noqa: E722
        return "failed"


def loop(numbers):
    found = []
    for number in numbers:
        try:
            found.append(requests.get(f"{SERVER}/item/{number}").json()["price"])
        except BaseException as error:
            found.append(type(error).__name__)
            continue
    return found


def again():
    try:
        requests.get(f"{SERVER}/item/1").json()["colour"]
    except KeyError:
        print(sys.exc_info()[0].__name__)
        requests.post(f"{SERVER}/save", json={})
        raise


def main():
    print(careful(1))
    print(loop([1, 2]))
    try:
        again()
    except KeyError as error:
        print("again", error)


if __name__ == "__main__":
    main()
