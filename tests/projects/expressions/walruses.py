"""Assignment expressions over calls that wait, in conditions, arguments and slices."""

import os

import requests

SERVER = os.environ["SERVER"]


def fetch(number):
    response = requests.get(f"{SERVER}/item/{number}")
    return response.json() if response.status_code == 200 else None


def main():
    if (item := fetch(1)) is not None:
        print(item["name"])
    number = 7
    while (item := fetch(number)) is not None:
        print(item["price"])
        number += 1
    print((first := fetch(2))["name"], first["price"])
    print([1, 2, 3, 4][: (fetch(3) or {})["id"]])
    if any((last := number) and number > 2 for number in requests.get(f"{SERVER}/list").json()):
        print(last)
    print(f"{(found := fetch(4))['name']!r:>10}", found["id"])


if __name__ == "__main__":
    main()
