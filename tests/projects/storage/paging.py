"""Ordered work that must stay ordered: page tokens, retries with growing pauses, and a running total."""

import os
import time

import requests

SERVER = os.environ["SERVER"]


def get(path, pause=0.001):
    while True:
        response = requests.get(SERVER + path)
        if response.status_code != 503:
            return response
        time.sleep(pause)
        pause *= 2


def main():
    number, seen = 1, []
    while number:
        page = get(f"/page/{number}").json()
        for item in page["items"]:
            print(item, get(f"/item/{item}").json()["price"])
            seen.append(item)
        number = page["next"]
    print(seen, get("/flaky").status_code)
    total = 0
    for item in seen:
        total = total * 2 + get(f"/item/{item}").json()["id"]
        if total > 20:
            print("enough")
            break
    else:
        print("not enough")
    print(total)


if __name__ == "__main__":
    main()
