"""`match` on an awaited subject, with patterns on what comes back and guards that wait."""

import os

import requests

SERVER = os.environ["SERVER"]


def fetch(path):
    response = requests.get(SERVER + path)
    return response.status_code, response.text


def allowed(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"] < 25


def judge(path):
    match fetch(path):
        case (200, text) if text.startswith("hello"):
            return "greeting"
        case (200, _):
            return "found"
        case (404 | 410, _):
            return "gone"
        case (code, _):
            return f"code {code}"


def pick(number):
    match number:
        case 1 | 2 if allowed(number):
            return "cheap"
        case int() if allowed(number + 1):
            return "next is cheap"
        case _:
            return "dear"


def main():
    for path in ("/text", "/item/1", "/missing", "/status/500"):
        print(path, judge(path))
    for number in (1, 2, 3):
        print(number, pick(number))


if __name__ == "__main__":
    main()
