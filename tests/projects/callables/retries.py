"""A decorator with arguments that tries again, over a function and over a method."""

import functools
import os
import time

import requests

SERVER = os.environ["SERVER"]


class Unavailable(Exception):
    pass


def retry(times, wait=0.01):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*arguments, **options):
            for attempt in range(1, times + 1):
                try:
                    return function(*arguments, **options)
                except Unavailable:
                    print("attempt", attempt)
                    if attempt == times:
                        raise
                    time.sleep(wait)

        return wrapper

    return decorate


@retry(times=4)
def get(path):
    response = requests.get(SERVER + path)
    if response.status_code == 503:
        raise Unavailable(path)
    return response.status_code


class Client:
    @retry(2)
    def get(self, path):
        if requests.get(SERVER + path).status_code != 200:
            raise Unavailable(path)
        return "ok"


def main():
    print(get("/flaky"))
    print(Client().get("/item/1"))
    try:
        Client().get("/missing")
    except Unavailable as error:
        print("gave up on", error)


if __name__ == "__main__":
    main()
