"""Functions in a dictionary, by `getattr` with a computed name, and methods in a table."""

import os

import requests

SERVER = os.environ["SERVER"]


def show(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def square(number):
    return number * number


TABLE = {"show": show, "square": square}


class Robot:
    def do_fetch(self, number):
        return requests.get(f"{SERVER}/item/{number}").json()["price"]

    def do_count(self, number):
        return number + 1

    def do(self, verb, number):
        return getattr(self, f"do_{verb}")(number)


def main():
    for verb in ("show", "square"):
        print(verb, TABLE[verb](3))
    robot = Robot()
    for verb in ("fetch", "count"):
        print(verb, robot.do(verb, 2))
    print(show(1))


if __name__ == "__main__":
    main()
