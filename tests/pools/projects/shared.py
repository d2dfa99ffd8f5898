"""What goes into a pool and comes out of it changes its class: sessions, responses; methods and `partial`, too."""

import os
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial

import requests

SERVER = os.environ["SERVER"]


def get(session, number):
    return session.get(f"{SERVER}/item/{number}")


def load(number):
    return requests.get(f"{SERVER}/item/{number}")


class Shop:
    def __init__(self, server, workers):
        self.server, self.workers = server, workers

    def name(self, number, upper=False):
        found = requests.get(f"{self.server}/item/{number}").json()["name"]
        return found.upper() if upper else found

    def names(self, numbers):
        with ThreadPoolExecutor(max_workers=self.workers) as executor:
            futures: dict[Future[str], int] = {}
            for number in numbers:
                future = executor.submit(self.name, number, upper=number > 2)
                futures[future] = number
            return sorted((futures[future], future.result()) for future in as_completed(futures))

    def loud(self, numbers):
        with ThreadPoolExecutor(self.workers) as executor:
            return list(executor.map(partial(self.name, upper=True), numbers))


def main():
    session = requests.Session()
    with ThreadPoolExecutor(max_workers=2) as executor:
        futures = [executor.submit(get, session, number) for number in (1, 2, 99)]
        for future in futures:
            response = future.result()
            print(response.status_code, response.ok)
    with ThreadPoolExecutor(max_workers=2) as executor:
        for response in executor.map(load, [3, 4, 98]):
            print(response.status_code)
    shop = Shop(SERVER, 2)
    print(shop.names([1, 2, 3, 4]))
    print(shop.loud([5, 6]))


if __name__ == "__main__":
    main()
