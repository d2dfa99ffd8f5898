"""`with a, b:` where one, the other or both wait, and their order of leaving."""

import os
from contextlib import contextmanager

import requests

SERVER = os.environ["SERVER"]


@contextmanager
def remote(name):
    requests.post(f"{SERVER}/login", json={"name": name})
    try:
        yield name.upper()
    finally:
        requests.post(f"{SERVER}/logout", json={"name": name})
        print("left", name)


@contextmanager
def local(name):
    print("in", name)
    yield name
    print("out", name)


def main():
    with local("a"), remote("b") as b:
        print(b)
    with remote("c") as c, local("d") as d, remote("e") as e:
        print(c, d, e)
    with (
        local("f"),
        local("g"),
    ):
        print(requests.get(f"{SERVER}/text").text)
    try:
        with remote("h"), local("i"):
            raise KeyError("j")
    except KeyError as error:
        print(error)


if __name__ == "__main__":
    main()
