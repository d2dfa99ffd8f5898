"""Lambdas that wait: in a variable, in a dictionary, as a default, and returned."""

import os

import requests

SERVER = os.environ["SERVER"]


def get(path):
    return requests.get(SERVER + path)


OPERATIONS = {
    "status": lambda path: get(path).status_code,
    "length": lambda path: len(get(path).text),
    "nothing": lambda path: path,
}


def maker(prefix):
    return lambda number: get(f"{prefix}/{number}").json()["name"]


def main():
    name = lambda number: get(f"/item/{number}").json()["name"]  # noqa: E731
    print(name(1))
    for key in ("status", "length", "nothing"):
        print(key, OPERATIONS[key]("/text"))
    print(maker("/item")(2))
    print((lambda: get("/missing").status_code)())


if __name__ == "__main__":
    main()
