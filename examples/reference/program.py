import json
import os

import requests

URL = os.environ.get("AIOPORT_EXAMPLE_URL", "http://127.0.0.1:8000/data")
COUNT = int(os.environ.get("AIOPORT_EXAMPLE_COUNT", "10"))


def get_data():
    response = requests.get(URL)
    data = response.json()
    return data


def main():
    results = []
    for i in range(COUNT):
        results.append(get_data())
    print(json.dumps(results))


if __name__ == "__main__":
    main()
