"""A property that fetches, one that is stored, and one with a setter that posts."""

import os

import requests

SERVER = os.environ["SERVER"]


class Account:
    def __init__(self):
        self._name = None
        self.reads = 0

    @property
    def name(self):
        if self._name is None:
            self._name = requests.get(f"{SERVER}/item/1").json()["name"]
        self.reads += 1
        return self._name

    @name.setter
    def name(self, value):
        requests.post(f"{SERVER}/save", json={"name": value})
        self._name = value

    @property
    def greeting(self):
        return f"hello {self.name}"


def main():
    account = Account()
    print(account.name)
    print(account.greeting)
    account.name = "bo"
    print(account.greeting, account.reads)
    print(len(account.name) + len(account.name))


if __name__ == "__main__":
    main()
