"""`*args` and `**kwargs` handed through several levels to a request."""

import os

import requests

SERVER = os.environ["SERVER"]


def request(method, path, *, expected=(200,), **options):
    response = requests.request(method, SERVER + path, **options)
    if response.status_code not in expected:
        raise RuntimeError(f"{method} {path}: {response.status_code}")
    return response


def get(*parts, **options):
    return request("GET", "/" + "/".join(map(str, parts)), **options)


def post(*parts, **options):
    return request("POST", "/" + "/".join(map(str, parts)), **options)


def main():
    print(get("item", 1).json()["name"])
    print(get("missing", expected=(200, 404)).status_code)
    print(post("save", json={"a": 1}).json())
    print(get(*["text"], **{"params": {"a": "1", "b": "2"}}).text)
    try:
        get("missing")
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    main()
