"""Two mixins and `super()` that goes on to the sibling, along the method resolution order."""

import os

import requests

SERVER = os.environ["SERVER"]


class Base:
    def fetch(self, number):
        return requests.get(f"{SERVER}/item/{number}").json()


class Logged:
    def fetch(self, number):
        print("fetching", number)
        found = super().fetch(number)
        print("fetched", found["id"])
        return found


class Cached:
    def __init__(self):
        self.seen = {}

    def fetch(self, number):
        if number not in self.seen:
            self.seen[number] = super().fetch(number)
        return self.seen[number]


class Client(Cached, Logged, Base):
    pass


def main():
    client = Client()
    print([client.fetch(number)["price"] for number in (1, 2, 1, 2)])
    print(sorted(client.seen))


if __name__ == "__main__":
    main()
