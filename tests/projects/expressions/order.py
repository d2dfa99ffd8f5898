"""The order of evaluation of arguments, subscripts, keywords, assignments and displays, which the server sees."""

import os

import requests

SERVER = os.environ["SERVER"]


def get(number):
    return requests.get(f"{SERVER}/item/{number}").json()["id"]


def show(*values, **named):
    print(values, named)
    return sum(values)


def main():
    show(get(1), get(2), last=get(3))
    table = {get(4): get(5), get(6): get(7)}
    print(table)
    table[get(8)] = get(9)
    a, b = get(2), get(1)
    print(a, b, show(show(get(1)), show(get(2))))
    print([get(3), *[get(4)], {get(5)}], (get(6), -get(7), get(8) ** 2))
    print(get(1) + get(2) * get(3), [10, 20, 30, 40][get(1) : get(3)])
    c = d = get(9)
    print(c, d)
    del table[get(8)]
    print(sorted(table))


if __name__ == "__main__":
    main()
