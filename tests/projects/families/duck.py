"""Three classes with the same method and no base, looped over together."""

import os
import sqlite3

import requests

SERVER = os.environ["SERVER"]


class Console:
    def send(self, text):
        print("console:", text)
        return len(text)


class Hook:
    def send(self, text):
        response = requests.post(f"{SERVER}/save", json={"text": text})
        return response.status_code


class Journal:
    def __init__(self):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("create table lines (text)")

    def send(self, text):
        self.connection.execute("insert into lines values (?)", (text,))
        return self.connection.execute("select count(*) from lines").fetchone()[0]


def main():
    sinks = [Console(), Hook(), Journal()]
    for text in ("one", "two"):
        for sink in sinks:
            print(type(sink).__name__, sink.send(text))


if __name__ == "__main__":
    main()
