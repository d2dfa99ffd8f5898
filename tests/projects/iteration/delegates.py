"""`yield from` through two levels, over a list and over a generator that waits."""

import os

import requests

SERVER = os.environ["SERVER"]


def leaves(name):
    node = requests.get(f"{SERVER}/tree/{name}").json()
    if not node["children"]:
        yield node["name"]
    for child in node["children"]:
        yield from leaves(child)


def everything():
    yield from ["start"]
    yield from leaves("root")
    yield from ("end",)


def main():
    print(list(leaves("root")))
    for name in everything():
        print(name)


if __name__ == "__main__":
    main()
