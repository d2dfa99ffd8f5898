"""A sync function that starts an event loop, in a program that waits elsewhere as well."""

import asyncio
import time


async def several(numbers):
    return await asyncio.gather(*(one(number) for number in numbers))


async def one(number):
    await asyncio.sleep(0)
    return number + 1


def together(numbers):
    return asyncio.run(several(numbers))


def pause(number):
    time.sleep(0.001)
    return number


def apart():
    return [pause(number) for number in (1, 2)]


def main():
    print(pause(1), together([1, 2]), apart())


if __name__ == "__main__":
    main()
