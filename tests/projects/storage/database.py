"""SQLite: a connection in an object, transactions, rows iterated lazily, and a request among them."""

import os
import sqlite3

import requests

SERVER = os.environ["SERVER"]


class Store:
    def __init__(self, path=":memory:"):
        self.connection = sqlite3.connect(path)
        self.connection.row_factory = sqlite3.Row
        with self.connection:
            self.connection.execute("create table items (id integer primary key, name text, price integer)")

    def sync(self, numbers):
        for number in numbers:
            item = requests.get(f"{SERVER}/item/{number}").json()
            with self.connection:
                self.connection.execute(
                    "insert into items values (:id, :name, :price)", item
                )

    def dear(self, limit):
        for row in self.connection.execute("select * from items where price > ? order by id", (limit,)):
            yield row["name"], row["price"]

    def total(self):
        return self.connection.execute("select sum(price) from items").fetchone()[0]

    def close(self):
        self.connection.close()


def main():
    store = Store()
    try:
        store.sync([1, 2, 3])
        for name, price in store.dear(10):
            print(name, price)
        print(store.total())
        try:
            store.sync([4, 1])
        except sqlite3.IntegrityError as error:
            print(error)
        print(store.total())
    finally:
        store.close()


if __name__ == "__main__":
    main()
