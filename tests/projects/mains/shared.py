"""A program whose `main` another program imports."""

import os

import requests

SERVER = os.environ["SERVER"]


def load(number):
    return requests.get(f"{SERVER}/item/{number}").json()


def main(number=1):
    print("shared", load(number)["name"])
    return number


if __name__ == "__main__":
    main()
