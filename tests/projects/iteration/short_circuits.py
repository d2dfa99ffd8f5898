"""`any`, `all` and `next` over generator expressions that ask, and stop asking at the right time."""

import os

import requests

SERVER = os.environ["SERVER"]


def up(path):
    return requests.get(SERVER + path).status_code == 200


def main():
    paths = ["/missing", "/item/1", "/item/2", "/missing"]
    print(any(up(path) for path in paths))
    print(all(up(path) for path in paths))
    print(next((path for path in paths if up(path)), None))
    print(next((path for path in ("/missing",) if up(path)), "none"))
    print(any(up(path) for path in []), all(up(path) for path in []))
    print(not any(not up(path) for path in ("/item/3", "/missing", "/item/4")))


if __name__ == "__main__":
    main()
