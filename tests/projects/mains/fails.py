"""An exception that nobody catches: after a request, and through `finally` and a context manager."""

import os
from contextlib import contextmanager

import requests

SERVER = os.environ["SERVER"]


@contextmanager
def noted():
    try:
        yield
    finally:
        print("noted", requests.get(f"{SERVER}/text").status_code)


def fetch(number):
    with noted():
        return requests.get(f"{SERVER}/item/{number}").json()["colour"]


def main():
    print("start")
    fetch(1)
    print("not reached")


if __name__ == "__main__":
    main()
