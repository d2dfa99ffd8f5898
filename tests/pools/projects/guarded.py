"""Locks around what the threads share: one that is held while waiting, and one that is not."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

SERVER = os.environ["SERVER"]

seen = []
total = 0
seen_lock = threading.Lock()
total_lock = threading.Lock()


def add(number):
    global total
    with total_lock:
        before = total
        price = requests.get(f"{SERVER}/item/{number}").json()["price"]
        total = before + price
    with seen_lock:
        seen.append(number)


def main():
    with ThreadPoolExecutor(max_workers=4) as executor:
        executor.map(add, range(1, 8))
    print(total, sorted(seen))


if __name__ == "__main__":
    main()
