"""A handler of AWS Lambda, called as its runtime calls it: by name, synchronously, again and again."""

import os

import requests

SERVER = os.environ["SERVER"]


def load(number):
    response = requests.get(f"{SERVER}/item/{number}")
    response.raise_for_status()
    return response.json()


def lambda_handler(event, context):
    """Answer one event."""
    try:
        return {"status": 200, "body": load(event["number"])["name"]}
    except requests.HTTPError as error:
        return {"status": error.response.status_code, "body": context}


if __name__ == "__main__":
    for number in (1, 2, 99):
        print(lambda_handler({"number": number}, f"call {number}"))
