"""A guard with several statements that wait: names that functions read, a loop, a generator, an exit in the end."""

import os
import sys

import requests

SERVER = os.environ["SERVER"]
seen = 0


class Session:
    def __enter__(self):
        print("login", requests.get(f"{SERVER}/login").json()["token"])
        return self

    def __exit__(self, *error):
        print("logout", requests.get(f"{SERVER}/logout").status_code)


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def prices(numbers):
    for number in numbers:
        yield number, price(number)


def report():
    return f"{total} of {seen} by {json.dumps(title)}"


if __name__ == "__main__":
    import json

    title = "all"
    total = 0
    with Session() as session:
        for number, one in prices([1, 2, 3]):
            total += one
            seen += 1
    print(report(), [price(n) for n in (4, 5) if price(n) > 40], isinstance(session, Session))
    try:
        price(88)
    except KeyError as error:
        print("no", error)
    except Exception as error:
        print("failed", type(error).__name__ != "")
    del session
    sys.exit(price(1) // 5)
