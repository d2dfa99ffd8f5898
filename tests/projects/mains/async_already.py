"""A program that is async already and calls functions that block; some of them from both sides."""

import asyncio
import os
import time

import requests

SERVER = os.environ["SERVER"]


def fetch(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def pause():
    time.sleep(0.01)
    return "paused"


async def work(number):
    await asyncio.sleep(0)
    name = fetch(number)
    return name, pause()


async def main():
    print(await work(1))
    print(await asyncio.gather(work(2)))
    time.sleep(0.01)
    async with asyncio.Lock():
        print(fetch(3))


if __name__ == "__main__":
    print(pause())
    asyncio.run(main())
