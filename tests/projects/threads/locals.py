"""A thread-local connection, made on first use, and the thread's name."""

import os
import sqlite3
import threading

import requests

SERVER = os.environ["SERVER"]
LOCAL = threading.local()


def connection():
    if not hasattr(LOCAL, "connection"):
        LOCAL.connection = sqlite3.connect(":memory:")
        LOCAL.connection.execute("create table seen (name)")
    return LOCAL.connection


def remember(number):
    name = requests.get(f"{SERVER}/item/{number}").json()["name"]
    connection().execute("insert into seen values (?)", (name,))


def seen():
    return [row[0] for row in connection().execute("select name from seen order by name")]


def main():
    remember(1)
    remember(2)
    print(seen())
    print(threading.current_thread() is threading.main_thread())


if __name__ == "__main__":
    main()
