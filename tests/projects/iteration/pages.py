"""A generator over pages that is looped over, listed, unpacked and counted."""

import os

import requests

SERVER = os.environ["SERVER"]


def pages():
    number = 1
    while number is not None:
        page = requests.get(f"{SERVER}/page/{number}").json()
        yield page
        number = page["next"]


def items():
    for page in pages():
        for item in page["items"]:
            yield item


def main():
    for number, item in enumerate(items()):
        print(number, item)
    print(list(items()))
    first, *rest = items()
    print(first, rest)
    print(sum(items()), max(items()), sorted(items(), reverse=True))
    print([item * 2 for item in items() if item > 2])
    print({item: str(item) for item in items()})
    print(len(set(items())))


if __name__ == "__main__":
    main()
