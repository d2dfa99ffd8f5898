"""Recursion, mutual recursion and a recursive generator over a tree on a server."""

import os

import requests

SERVER = os.environ["SERVER"]


def node(name):
    return requests.get(f"{SERVER}/tree/{name}").json()


def depth(name):
    children = node(name)["children"]
    return 1 + max((depth(child) for child in children), default=0)


def is_even(name):
    return all([is_odd(child) for child in node(name)["children"]])


def is_odd(name):
    return not node(name)["children"] or any([is_even(child) for child in node(name)["children"]])


def walk(name, level=0):
    found = node(name)
    yield level, found["name"]
    for child in found["children"]:
        yield from walk(child, level + 1)


def main():
    print(depth("root"))
    print(is_even("root"), is_odd("a"))
    for level, name in walk("root"):
        print("  " * level + name)


if __name__ == "__main__":
    main()
