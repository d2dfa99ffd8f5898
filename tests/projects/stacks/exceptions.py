"""Clauses for `except` in their order: a time-out, a refused connection, a status, and what is not JSON."""

import os

import requests

SERVER = os.environ["SERVER"]


def classify(url, timeout=5.0):
    try:
        response = requests.get(url, timeout=timeout)
        response.raise_for_status()
        return response.json()["name"]
    except requests.Timeout:
        return "timeout"
    except requests.ConnectionError:
        return "connection"
    except requests.HTTPError as error:
        return f"status {error.response.status_code}"
    except (ValueError, KeyError):
        return "bad answer"
    except Exception as error:
        return type(error).__name__


def main():
    print(classify(f"{SERVER}/item/1"))
    print(classify(f"{SERVER}/missing"))
    print(classify(f"{SERVER}/status/500"))
    print(classify(f"{SERVER}/text"))
    print(classify("http://127.0.0.1:1/refused"))
    print(classify(f"{SERVER}/slow/3", timeout=0.05))


if __name__ == "__main__":
    main()
