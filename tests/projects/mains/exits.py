"""`sys.exit(main())` with a status that depends on what a server said, and an error that ends the program."""

import os
import sys

import requests

SERVER = os.environ["SERVER"]


def check(path):
    status = requests.get(SERVER + path).status_code
    if status >= 500:
        sys.exit(4)
    return status


def main():
    print(check("/text"))
    print(check("/missing"))
    try:
        check("/status/500")
    except SystemExit as error:
        print("would exit with", error.code)
    return 7 if check("/item/1") == 200 else 0


if __name__ == "__main__":
    sys.exit(main())
