"""`iter(callable, sentinel)` with a callable that waits, and a `while` with a walrus that does the same."""

import os

import requests

SERVER = os.environ["SERVER"]


class Feed:
    def __init__(self):
        self.position = 0

    def read(self):
        self.position += 1
        if self.position > 3:
            return None
        return requests.get(f"{SERVER}/item/{self.position}").json()["name"]


def main():
    for name in iter(Feed().read, None):
        print(name)
    feed = Feed()
    while (name := feed.read()) is not None:
        print("again", name)


if __name__ == "__main__":
    main()
