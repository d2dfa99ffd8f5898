"""A lazy singleton in a class attribute and one behind `global`, made on first use by a request."""

import os

import requests

SERVER = os.environ["SERVER"]
_session = None


def session():
    global _session
    if _session is None:
        _session = requests.post(f"{SERVER}/login", json={}).json()
    return _session


class Config:
    _instance = None

    def __init__(self, data):
        self.data = data

    @classmethod
    def instance(cls):
        if cls._instance is None:
            cls._instance = cls(requests.get(f"{SERVER}/item/8").json())
        return cls._instance

    @staticmethod
    def reset():
        Config._instance = None


def main():
    print(session()["token"], session() is session())
    print(Config.instance().data["name"], Config.instance() is Config.instance())
    Config.reset()
    print(Config.instance().data["price"])


if __name__ == "__main__":
    main()
