"""A coroutine in the old style: `send`, `throw` and `close` on a generator that waits."""

import os

import requests

SERVER = os.environ["SERVER"]


def averager():
    total = count = 0
    average = None
    try:
        while True:
            number = yield average
            try:
                total += requests.get(f"{SERVER}/item/{number}").json()["price"]
            except KeyError:
                print("no price")
                continue
            count += 1
            average = total / count
    finally:
        print("done after", count)


def main():
    averages = averager()
    next(averages)
    print(averages.send(1))
    print(averages.send(2))
    averages.close()
    print(requests.get(f"{SERVER}/text").text)


if __name__ == "__main__":
    main()
