"""Functions that register themselves under a name and are called by it."""

import os
import sys

import requests

SERVER = os.environ["SERVER"]
COMMANDS = {}


def command(name):
    def register(function):
        COMMANDS[name] = function
        return function

    return register


@command("show")
def show(number):
    print(requests.get(f"{SERVER}/item/{number}").json()["name"])


@command("double")
def double(number):
    print(int(number) * 2)


@command("save")
def save(number):
    answer = requests.post(f"{SERVER}/save", json={"number": number})
    print(answer.json()["ok"])


def main(arguments):
    for one in arguments:
        name, _, number = one.partition(":")
        COMMANDS[name](number)


if __name__ == "__main__":
    main(sys.argv[1:] or ["show:1", "double:4", "save:3", "show:2"])
