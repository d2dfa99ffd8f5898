"""F-strings with calls that wait, nested ones, format, percent and implicit concatenation."""

import os

import requests

SERVER = os.environ["SERVER"]


def name(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def main():
    print(f"{name(1)} costs {price(1):>5} and {name(2)!r} {price(2):0{price(1) // 5}d}")
    print("{} {n}".format(name(3), n=name(4)))
    print("%s-%d" % (name(5), price(5)))
    print("a" f"{name(6)}" "b")
    print(f"{', '.join([name(number) for number in (1, 2)])}")
    print(f"{name(7)=}")
    print(name(8).upper().replace("-", "_")[2:])
    print("x" * (price(1) // 10) + name(9)[-1] * 2)


if __name__ == "__main__":
    main()
