"""A session as a context manager, in an attribute, as a parameter, and closed by hand."""

import os

import requests

SERVER = os.environ["SERVER"]


class Client:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers["X-Client"] = "one"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self.session.close()

    def name(self, number):
        return self.session.get(f"{SERVER}/item/{number}").json()["name"]


def price(session, number):
    response = session.get(f"{SERVER}/item/{number}", params={"only": "price"})
    return response.json()["price"]


def main():
    with Client() as client:
        print(client.name(1), client.name(2))
    with requests.Session() as session:
        session.headers.update({"X-Other": "two"})
        print(price(session, 3))
        print(session.post(f"{SERVER}/save", json={}).status_code)
    session = requests.Session()
    try:
        print(price(session, 4))
    finally:
        session.close()


if __name__ == "__main__":
    main()
