"""SQLite: a connection that is made with its module, used among requests, in a transaction that asks, and when Python ends."""

import atexit
import os
import sqlite3

import requests

SERVER = os.environ["SERVER"]
CONNECTION = sqlite3.connect("ledger.db")
CONNECTION.execute("create table if not exists items (id integer primary key, name text, price integer)")


def record(item):
    with CONNECTION:
        CONNECTION.execute("insert into items values (:id, :name, :price)", item)


def buy(numbers):
    for number in numbers:
        record(requests.get(f"{SERVER}/item/{number}").json())


def exchange(old, new):
    """Both or none: it waits for the server within the transaction."""
    with CONNECTION:
        CONNECTION.execute("delete from items where id = ?", (old,))
        item = requests.get(f"{SERVER}/item/{new}").json()
        CONNECTION.execute("insert into items values (:id, :name, :price)", item)


def names():
    for (name,) in CONNECTION.execute("select name from items order by id"):
        yield name.upper()


def check():
    for number, price in CONNECTION.execute("select id, price from items order by id"):
        asked = requests.get(f"{SERVER}/item/{number}").json()
        print(number, price == asked["price"])


def total():
    cursor = CONNECTION.cursor()
    cursor.execute("select sum(price) from items")
    return cursor.fetchone()[0]


def goodbye():
    print("bye", CONNECTION.execute("select count(*) from items").fetchone()[0])
    CONNECTION.close()
    os.remove("ledger.db")


atexit.register(goodbye)


def main():
    buy([1, 2, 3])
    exchange(2, 5)
    try:
        exchange(3, 5)
    except sqlite3.IntegrityError as error:
        print(error)
    print(list(names()), total())
    check()


if __name__ == "__main__":
    main()
