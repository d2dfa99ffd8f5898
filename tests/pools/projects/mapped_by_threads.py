"""`ThreadPool` and the pool of `multiprocessing.dummy`: every way to map, results by and by, closed or in a `with`."""

import multiprocessing.dummy
import os
from multiprocessing.dummy import Pool
from multiprocessing.pool import ThreadPool

import requests

SERVER = os.environ["SERVER"]


def price(number):
    response = requests.get(f"{SERVER}/item/{number}")
    response.raise_for_status()
    return response.json()["price"]


def discounted(number, percent=50):
    return price(number) * (100 - percent) // 100


def main():
    pool = ThreadPool(3)
    print(pool.map(price, range(1, 8)))
    print(sorted(pool.imap_unordered(price, [3, 1, 2])))
    for found in pool.imap(price, [3, 1, 2], chunksize=2):
        print(found)
    pool.close()
    pool.join()
    with Pool(processes=2) as pool:
        print(pool.starmap(discounted, [(4, 10), (5, 20)]))
        results = [pool.apply_async(discounted, (number,), {"percent": 10}) for number in (6, 7)]
        print([one.get(timeout=5) for one in results])
        print(pool.apply(price, (9,)))
    workers = multiprocessing.dummy.Pool(2)
    try:
        workers.map(price, [1, 99, 2, 98])
    except requests.HTTPError as error:
        print("failed", error.response.status_code)
    finally:
        workers.terminate()


if __name__ == "__main__":
    main()
