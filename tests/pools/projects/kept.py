"""Pools that keep their threads: what they run waits for nothing, or needs a thread of its own, or waits for others."""

import os
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests

SERVER = os.environ["SERVER"]

local = threading.local()
jobs = queue.Queue()


def square(number):
    return number * number


def session():
    if not hasattr(local, "session"):
        local.session = requests.Session()
    return local.session


def by_thread(number):
    return session().get(f"{SERVER}/item/{number}").json()["price"]


def prepare():
    local.prefix = "item"


def prefixed(number):
    return requests.get(f"{SERVER}/{local.prefix}/{number}").json()["price"]


def serve(_):
    return requests.get(f"{SERVER}/item/{jobs.get()}").json()["price"]


def named(number):
    price = requests.get(f"{SERVER}/item/{number}").json()["price"]
    return threading.current_thread().name.partition("_")[0], price


def hand_out(pool, numbers):
    return [pool.submit(square, number) for number in numbers]


def main():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(square, [1, 2, 3])))
        print(list(pool.map(by_thread, [1, 2, 3])))
    with ThreadPoolExecutor(2, initializer=prepare) as pool:
        print(list(pool.map(prefixed, [1, 2])))
    with ThreadPoolExecutor(2, thread_name_prefix="shop") as pool:
        print(list(pool.map(named, [4, 5])))
    with ThreadPoolExecutor(2) as pool:
        print(sorted(one.result() for one in as_completed(hand_out(pool, [1, 2]))))
        found = pool.map(serve, range(2))
        for number in (1, 2):
            jobs.put(number)
        print(sorted(found))
    print(requests.get(f"{SERVER}/item/9").json()["price"])


if __name__ == "__main__":
    main()
