"""Short circuits, ternaries, `not`, chained comparisons and `assert` with calls that wait."""

import os

import requests

SERVER = os.environ["SERVER"]


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


def exists(path):
    return requests.get(SERVER + path).status_code == 200


def main():
    print(exists("/missing") and exists("/item/1"))
    print(exists("/item/1") or exists("/item/2"))
    print(not exists("/missing"))
    print("yes" if exists("/item/3") else price(9))
    print(price(1) < price(2) < price(3))
    print(price(3) < price(2) < price(1))
    print(exists("/item/1") is True, exists("/missing") == False)  # noqa: E712
    assert exists("/item/4"), price(8)
    if exists("/missing") or not exists("/item/1"):
        print("never")
    elif price(5) == 50 and exists("/text"):
        print("fifty")
    while not exists("/item/6"):
        print("never")
    print(exists("/missing") or None or price(7))


if __name__ == "__main__":
    main()
