"""`obj[key]`, `key in obj`, `len(obj)` and `bool(obj)` that ask a server."""

import os

import requests

SERVER = os.environ["SERVER"]


class Store:
    def __getitem__(self, number):
        response = requests.get(f"{SERVER}/item/{number}")
        if response.status_code == 404:
            raise KeyError(number)
        return response.json()

    def __contains__(self, number):
        return requests.get(f"{SERVER}/item/{number}").status_code == 200

    def __len__(self):
        return len(requests.get(f"{SERVER}/list").json())


def main():
    store = Store()
    print(store[1]["name"])
    print(2 in store, 77 in store)
    print(len(store), bool(store))
    try:
        store[99]
    except KeyError as error:
        print("no", error)
    if store and 3 in store:
        print(store[3]["price"])


if __name__ == "__main__":
    main()
