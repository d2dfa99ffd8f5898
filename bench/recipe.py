"""The classic answer to "make this script async": the reference program, ported by the usual recipe.

`run_in_executor` on the default executor and one `gather`, as it stands in most tutorials.
It is one row of the demo, and what aioport's output has to be at least as good as.
"""

import asyncio
import json
import os

import requests

URL = os.environ["AIOPORT_EXAMPLE_URL"]
COUNT = int(os.environ.get("AIOPORT_EXAMPLE_COUNT", "10"))


def get_data():  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The JSON document behind the URL, as the reference program gets it."""
    response = requests.get(URL)  # noqa: S113
    return response.json()


async def main() -> None:
    """Print the results of all requests as a JSON list."""
    loop = asyncio.get_running_loop()
    results = await asyncio.gather(*(loop.run_in_executor(None, get_data) for _ in range(COUNT)))
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
