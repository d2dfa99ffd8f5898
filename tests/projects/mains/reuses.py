"""Runs another program's `main` among its own work."""

import shared


def run():
    for number in (2, 3):
        print(shared.main(number))
    print(shared.load(4)["price"])


def entry():
    print("begin")
    run()
    return 0


if __name__ == "__main__":
    raise SystemExit(entry())
