"""A lock around a request and a counter, without any thread; and a reentrant one."""

import os
import threading

import requests

SERVER = os.environ["SERVER"]


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.again = threading.RLock()
        self.count = 0

    def add(self, number):
        with self.lock:
            self.count += requests.get(f"{SERVER}/item/{number}").json()["price"]

    def twice(self, number):
        with self.again:
            self.once(number)
            self.once(number)

    def once(self, number):
        with self.again:
            self.count += requests.get(f"{SERVER}/item/{number}").json()["id"]

    def try_add(self):
        if self.lock.acquire(timeout=1):
            try:
                self.count += 1
            finally:
                self.lock.release()


def main():
    counter = Counter()
    counter.add(1)
    counter.add(2)
    counter.twice(3)
    counter.try_add()
    print(counter.count, counter.lock.locked())


if __name__ == "__main__":
    main()
