"""Worker threads that take from a queue and a main thread that joins them."""

import os
import queue
import threading

import requests

SERVER = os.environ["SERVER"]


def work(jobs, results):
    while True:
        number = jobs.get()
        try:
            if number is None:
                return
            results.put(requests.get(f"{SERVER}/item/{number}").json()["name"])
        finally:
            jobs.task_done()


def main():
    jobs, results = queue.Queue(), queue.Queue()
    thread = threading.Thread(target=work, args=(jobs, results), daemon=True)
    thread.start()
    for number in (1, 2, 3):
        jobs.put(number)
    jobs.put(None)
    jobs.join()
    thread.join()
    print([results.get_nowait() for _ in range(results.qsize())])
    print(requests.get(f"{SERVER}/text").text)
    try:
        results.get(timeout=0.01)
    except queue.Empty:
        print("empty")


if __name__ == "__main__":
    main()
