"""Functions that are found by their names when the program runs."""

import operator
import time


def do_get(number):
    time.sleep(0.001)
    return number


def do_put(number):
    time.sleep(0.001)
    return number * 2


class Box:
    def load(self):
        time.sleep(0.001)
        return "loaded"

    def save(self):
        time.sleep(0.001)
        return "saved"


def pause():
    time.sleep(0.001)


def main():
    pause()
    for verb in ("get", "put"):
        print(globals()[f"do_{verb}"](1))
    box = Box()
    print(operator.methodcaller("load")(box), box.load(), box.save())


if __name__ == "__main__":
    main()
