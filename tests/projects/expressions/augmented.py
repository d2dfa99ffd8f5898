"""Augmented assignments whose right side waits: of names, attributes, subscripts and slices."""

import os

import requests

SERVER = os.environ["SERVER"]


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


class Cart:
    count = 0

    def __init__(self):
        self.total = 0
        self.lines = {"a": 1}

    def add(self, number):
        self.total += price(number)
        self.lines["a"] += price(number)
        self.lines.setdefault("b", []).append(price(number))
        Cart.count += 1


def main():
    total = 0
    total += price(1)
    total -= price(2) // 2
    names = ["x"]
    names += [str(price(3))]
    names[0] *= price(1) // 5
    cart = Cart()
    cart.add(1)
    cart.add(2)
    print(total, names, cart.total, cart.lines, Cart.count)
    bits = 0b1
    bits |= price(4)
    bits <<= price(1) // 10
    print(bits)


if __name__ == "__main__":
    main()
