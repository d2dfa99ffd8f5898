"""A timer that fires, one that is cancelled, and a thread that is a subclass."""

import os
import threading
import time

import requests

SERVER = os.environ["SERVER"]
DONE = []


def fire(number):
    DONE.append(requests.get(f"{SERVER}/item/{number}").json()["name"])


class Loader(threading.Thread):
    def __init__(self, number):
        super().__init__()
        self.number = number
        self.result = None

    def run(self):
        self.result = requests.get(f"{SERVER}/item/{self.number}").json()["price"]


def main():
    timer = threading.Timer(0.01, fire, (1,))
    timer.start()
    never = threading.Timer(60, fire, (2,))
    never.start()
    never.cancel()
    timer.join()
    print(DONE)
    loader = Loader(3)
    loader.start()
    loader.join()
    print(loader.result)
    time.sleep(0.01)
    fire(4)
    print(DONE)


if __name__ == "__main__":
    main()
