"""A logging handler of one's own that posts, a file handler, and logging among requests."""

import logging
import os
import sys

import requests

SERVER = os.environ["SERVER"]
LOGGER = logging.getLogger("program")


class Hook(logging.Handler):
    def emit(self, record):
        requests.post(f"{SERVER}/save", json={"log": self.format(record)})


def work(number):
    LOGGER.info("asking for %d", number)
    item = requests.get(f"{SERVER}/item/{number}").json()
    if item["price"] > 15:
        LOGGER.warning("%s is dear", item["name"])
    return item["name"]


def main():
    LOGGER.setLevel(logging.INFO)
    LOGGER.addHandler(logging.StreamHandler(sys.stdout))
    hook = Hook(logging.WARNING)
    LOGGER.addHandler(hook)
    print(work(1), work(2))


if __name__ == "__main__":
    main()
