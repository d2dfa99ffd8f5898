"""An abstract method with one implementation that waits and one that only computes."""

import os
import time
from abc import ABC, abstractmethod

import requests

SERVER = os.environ["SERVER"]


class Check(ABC):
    name = "check"

    @abstractmethod
    def run(self) -> bool: ...

    def report(self) -> str:
        return f"{self.name}: {'ok' if self.run() else 'failed'}"


class Status(Check):
    def __init__(self, path):
        self.name = path
        self.path = path

    def run(self) -> bool:
        return requests.get(SERVER + self.path).status_code == 200


class Arithmetic(Check):
    name = "arithmetic"

    def run(self) -> bool:
        return 1 + 1 == 2


class Patient(Status):
    def run(self) -> bool:
        time.sleep(0.01)
        return not super().run()


def main():
    checks: list[Check] = [Status("/item/1"), Arithmetic(), Status("/missing"), Patient("/missing")]
    for check in checks:
        print(check.report())
    print(sum(1 for check in checks if not check.run()))


if __name__ == "__main__":
    main()
