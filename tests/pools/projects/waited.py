"""`wait`, `cancel` and `exception`, and a pool without a `with`."""

import concurrent.futures
import os

import requests

SERVER = os.environ["SERVER"]


def price(number):
    response = requests.get(f"{SERVER}/item/{number}")
    response.raise_for_status()
    return response.json()["price"]


def first_of(numbers):
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as executor:
        futures = [executor.submit(price, number) for number in numbers]
        done, not_done = concurrent.futures.wait(futures, return_when=concurrent.futures.FIRST_COMPLETED)
        for future in not_done:
            future.cancel()
        return [future.result() for future in done], len(done) + len(not_done)


def all_of(numbers):
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=3)
    try:
        futures = {executor.submit(price, number) for number in numbers}
        done = concurrent.futures.wait(futures, timeout=10).done
        return sorted(future.result() for future in done if not future.exception())
    finally:
        executor.shutdown(wait=True)


def failing():
    with concurrent.futures.ThreadPoolExecutor(2) as executor:
        futures = [executor.submit(price, number) for number in (1, 99)]
        try:
            return [future.result() for future in futures]
        except requests.exceptions.HTTPError:
            return "failed"


def main():
    print(first_of([1])[0])
    print(all_of([1, 2, 99, 3]))
    print(failing())


if __name__ == "__main__":
    main()
