"""`__str__`, `__repr__`, `__eq__` and `__lt__` that wait, used through f-strings, `==` and `sorted`."""

import os

import requests

SERVER = os.environ["SERVER"]


class Ref:
    def __init__(self, number):
        self.number = number

    def price(self):
        return requests.get(f"{SERVER}/item/{self.number}").json()["price"]

    def __str__(self):
        return f"#{self.number} for {self.price()}"

    def __repr__(self):
        return f"Ref({self.number})"

    def __eq__(self, other):
        return self.price() == other.price()

    def __hash__(self):
        return hash(self.number)

    def __lt__(self, other):
        return self.price() < other.price()


def main():
    refs = [Ref(3), Ref(1), Ref(2)]
    print(f"first: {refs[0]}")
    print(sorted(refs))
    print(refs[0] == refs[1], refs[0] == Ref(3))
    print(min(refs), str(refs[1]))
    print("%s and %r" % (refs[2], refs[2]))
    print(refs[0].price())


if __name__ == "__main__":
    main()
