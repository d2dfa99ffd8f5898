"""A class with `__enter__` and `__exit__` that wait, which swallows one kind of error."""

import os

import requests

SERVER = os.environ["SERVER"]


class Login:
    def __init__(self, name):
        self.name = name
        self.token = None

    def __enter__(self):
        self.token = requests.post(f"{SERVER}/login", json={"name": self.name}).json()["token"]
        return self

    def __exit__(self, kind, error, trace):
        requests.post(f"{SERVER}/logout", json={"token": self.token})
        self.token = None
        return kind is KeyError

    def get(self, number):
        return requests.get(f"{SERVER}/item/{number}", headers={"X-Token": self.token}).json()


def main():
    with Login("ann") as login:
        print(login.get(1)["name"], login.token)
    print(login.token)
    with Login("bo") as login:
        print(login.get(2)["colour"])
    print("after")
    try:
        with Login("cy"):
            raise ValueError("out")
    except ValueError as error:
        print("caught", error)


if __name__ == "__main__":
    main()
