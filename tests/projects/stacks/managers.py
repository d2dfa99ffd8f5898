"""`contextmanager` as a decorator, with arguments, nested, and with an error that it swallows."""

import os
from contextlib import ContextDecorator, contextmanager

import requests

SERVER = os.environ["SERVER"]


@contextmanager
def transaction(name):
    number = requests.post(f"{SERVER}/login", json={"name": name}).json()["token"]
    try:
        yield number
    except ValueError as error:
        print("rolled back", error)
    else:
        print("committed")
    requests.post(f"{SERVER}/logout", json={"name": name})


@transaction("decorated")
def decorated(number):
    print(requests.get(f"{SERVER}/item/{number}").json()["name"])


class Noted(ContextDecorator):
    def __enter__(self):
        print("noted")
        return self

    def __exit__(self, *error):
        print("forgotten")
        return False


@Noted()
def plain(number):
    return number + 1


def main():
    with transaction("a") as number:
        print(number)
    with transaction("b"):
        with transaction("c"):
            raise ValueError("inner")
        print("still here")
    decorated(2)
    print(plain(1))


if __name__ == "__main__":
    main()
