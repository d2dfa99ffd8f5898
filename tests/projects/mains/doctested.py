"""Functions with doctests, some of which wait."""

import doctest
import os

import requests

SERVER = os.environ["SERVER"]


def clean(text):
    """Strips and lowers.

    >>> clean(" A b ")
    'a b'
    """
    return text.strip().lower()


def name(number):
    """The name of an item.

    >>> name(1)
    'item-1'
    >>> [name(number) for number in (2, 3)]
    ['item-2', 'item-3']
    """
    return clean(requests.get(f"{SERVER}/item/{number}").json()["name"])


def main():
    print(name(4))
    print(doctest.testmod().failed)


if __name__ == "__main__":
    main()
