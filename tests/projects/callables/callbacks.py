"""Callbacks that project code calls: passed by name, stored in a list, and defaulted."""

import os

import requests

SERVER = os.environ["SERVER"]


class Bus:
    def __init__(self):
        self.listeners = []

    def listen(self, listener):
        self.listeners.append(listener)
        return listener

    def emit(self, value):
        return [listener(value) for listener in self.listeners]


def post(value):
    return requests.post(f"{SERVER}/save", json={"value": value}).status_code


def shout(value):
    return str(value).upper()


def each(values, visit=shout):
    for value in values:
        print(visit(value))


def main():
    bus = Bus()
    bus.listen(post)
    bus.listen(shout)
    print(bus.emit("a"))
    each(["x"])
    each(["y", "z"], visit=post)
    each(["w"], lambda value: post(value) + 1)


if __name__ == "__main__":
    main()
