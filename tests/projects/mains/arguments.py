"""An argparse program with subcommands set by `set_defaults(func=...)` and a `type=` that only computes."""

import argparse
import os
import sys

import requests

SERVER = os.environ["SERVER"]


def positive(text):
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be positive")
    return number


def show(options):
    response = requests.get(f"{SERVER}/item/{options.number}")
    if response.status_code != 200:
        print("no such item", file=sys.stderr)
        return 3
    print(response.json()["name"])
    return 0


def total(options):
    print(sum([requests.get(f"{SERVER}/item/{one}").json()["price"] for one in options.numbers]))
    return 0


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="shop")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("show")
    one.add_argument("number", type=positive)
    one.set_defaults(func=show)
    many = commands.add_parser("total")
    many.add_argument("numbers", nargs="+", type=positive)
    many.set_defaults(func=total)
    options = parser.parse_args(arguments)
    return options.func(options)


if __name__ == "__main__":
    main(["show", "1"])
    main(["total", "1", "2"])
    sys.exit(main(["show", "88"]))
