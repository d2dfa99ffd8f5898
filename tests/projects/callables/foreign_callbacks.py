"""Functions that wait and that the standard library calls: `re.sub`, `json` hooks, `sorted` and `os.walk`."""

import json
import os
import re

import requests

SERVER = os.environ["SERVER"]


def name(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def expand(match):
    return name(match.group(1))


class Ref:
    def __init__(self, number):
        self.number = number


def encode(value):
    if isinstance(value, Ref):
        return name(value.number)
    raise TypeError(value)


def main():
    print(re.sub(r"\$(\d)", expand, "take $1 and $2"))
    print(json.dumps({"a": Ref(3)}, default=encode))
    print(json.loads('{"id": 4}', object_hook=lambda found: name(found["id"])))
    print(sorted((2, 1), key=lambda number: name(number)))
    print(name(5))


if __name__ == "__main__":
    main()
