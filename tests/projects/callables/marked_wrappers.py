"""A decorator that waits itself, keeps notes on its wrapper, and is used below another decorator as well."""

import functools
import time
from contextlib import ContextDecorator


class announced(ContextDecorator):
    def __init__(self, label):
        self.label = label

    def __enter__(self):
        print("start", self.label)
        return self

    def __exit__(self, *error):
        print("stop", self.label)


def retried(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args):
            for attempt in range(times):
                try:
                    return function(*args, attempt)
                except OSError:
                    time.sleep(0.001)
            raise LookupError(times)

        wrapper.times = times
        return wrapper

    return decorate


@retried(3)
def flaky(number, attempt):
    time.sleep(0.001)
    if attempt < 2:
        raise OSError(attempt)
    return number


@announced("job")
@retried(2)
def job(number, attempt):
    time.sleep(0.001)
    if attempt == 0:
        raise OSError
    return number * 2


def pause():
    time.sleep(0.001)


def main():
    pause()
    print(flaky(1), flaky.times, job(2))


if __name__ == "__main__":
    main()
