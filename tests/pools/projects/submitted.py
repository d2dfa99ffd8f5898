"""`submit` with a dict and with lists of futures: as they are done, in order, with their own exceptions."""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests

SERVER = os.environ["SERVER"]


def fetch(number, key="name"):
    response = requests.get(f"{SERVER}/item/{number}", timeout=5)
    response.raise_for_status()
    return response.json()[key]


def by_number(numbers):
    found, errors = {}, {}
    with ThreadPoolExecutor(max_workers=4) as executor:
        future_to_number = {executor.submit(fetch, number): number for number in numbers}
        for future in as_completed(future_to_number):
            number = future_to_number[future]
            try:
                name = future.result()
            except requests.RequestException as error:
                errors[number] = type(error).__name__
            except Exception as error:
                errors[number] = repr(error)
            else:
                found[number] = name
    return sorted(found.items()), sorted(errors)


def in_order(numbers):
    futures = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for number in numbers:
            if number % 2:
                futures.append(pool.submit(fetch, number, key="price"))
    return [future.result() for future in futures]


def two_at_once():
    with ThreadPoolExecutor(max_workers=2) as ex:
        first = ex.submit(fetch, 1)
        second = ex.submit(fetch, 2, "price")
        return first.result(timeout=5), second.result()


def with_errors(numbers):
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(fetch, number) for number in numbers]
        done = sum(1 for future in as_completed(futures, timeout=5) if future.exception() is None)
    for number, future in zip(numbers, futures):
        if future.exception():
            print(number, "failed", future.done(), future.cancelled())
    return done


def main():
    print(*by_number([1, 2, 99, 3, 4, 98]))
    print(in_order(range(1, 8)))
    print(two_at_once())
    print(with_errors([1, 99, 2]))


if __name__ == "__main__":
    main()
