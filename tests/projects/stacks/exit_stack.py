"""`ExitStack`: entered contexts, callbacks and their order, with things that wait in each."""

import os
from contextlib import ExitStack, contextmanager

import requests

SERVER = os.environ["SERVER"]


@contextmanager
def login(name):
    requests.post(f"{SERVER}/login", json={"name": name})
    yield name
    requests.post(f"{SERVER}/logout", json={"name": name})


def goodbye(name):
    print("bye", requests.post(f"{SERVER}/save", json={"bye": name}).status_code)


def main():
    with ExitStack() as stack:
        names = [stack.enter_context(login(name)) for name in ("a", "b")]
        stack.callback(goodbye, "c")
        stack.callback(print, "printed")
        print(names)
    print("closed")
    stack = ExitStack()
    stack.enter_context(login("d"))
    stack.close()


if __name__ == "__main__":
    main()
