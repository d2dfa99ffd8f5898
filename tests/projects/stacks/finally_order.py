"""`try`, `else`, `finally`, `return` in them and errors chained with `from`, around requests."""

import os

import requests

SERVER = os.environ["SERVER"]


class Failed(Exception):
    pass


def fetch(path, log):
    try:
        response = requests.get(SERVER + path)
        response.raise_for_status()
    except requests.HTTPError as error:
        log.append("error")
        raise Failed(path) from error
    else:
        log.append("else")
        return response.json()["name"]
    finally:
        log.append("finally")
        requests.post(f"{SERVER}/save", json={"path": path})


def first(paths):
    log = []
    for path in paths:
        try:
            return fetch(path, log), log
        except Failed as error:
            log.append(isinstance(error.__cause__, requests.HTTPError))
            continue
        finally:
            log.append("tried")
    return None, log


def main():
    print(first(["/missing", "/item/2", "/item/3"]))
    print(first(["/missing"]))


if __name__ == "__main__":
    main()
