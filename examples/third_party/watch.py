"""Prints the towns whose boards have a notice, all boards read at once."""

import asyncio
import json

from notices import BoardError, newest
from program import BASE, TOWNS


async def is_awake(town: str) -> bool:
    try:
        return newest(BASE, town) is not None
    except BoardError:
        return False


async def watch() -> None:
    awake = await asyncio.gather(*(is_awake(town) for town in TOWNS))
    print(json.dumps(dict(zip(TOWNS, awake, strict=True))))


if __name__ == "__main__":
    asyncio.run(watch())
