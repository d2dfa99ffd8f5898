"""A dataclass with `__post_init__` that waits, a default factory that waits, and `replace`."""

import os
from dataclasses import dataclass, field, replace

import requests

SERVER = os.environ["SERVER"]


def fetch_tags():
    return requests.get(f"{SERVER}/list").json()


@dataclass
class Record:
    number: int
    tags: list = field(default_factory=fetch_tags)
    name: str = ""

    def __post_init__(self):
        if not self.name:
            self.name = requests.get(f"{SERVER}/item/{self.number}").json()["name"]


def main():
    record = Record(1)
    print(record)
    print(replace(record, name="other"))
    print(Record(2, tags=[]).name)
    print(requests.get(f"{SERVER}/text").text)


if __name__ == "__main__":
    main()
