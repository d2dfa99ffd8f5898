"""An event, a condition and a semaphore between the main thread and another."""

import os
import threading
import time

import requests

SERVER = os.environ["SERVER"]


class Signal:
    def __init__(self):
        self.ready = threading.Event()
        self.slots = threading.Semaphore(2)
        self.changed = threading.Condition()
        self.value = None

    def produce(self):
        time.sleep(0.02)
        with self.slots:
            value = requests.get(f"{SERVER}/item/1").json()["name"]
        with self.changed:
            self.value = value
            self.changed.notify_all()
        self.ready.set()


def main():
    signal = Signal()
    print(signal.ready.wait(timeout=0.001))
    thread = threading.Thread(target=signal.produce)
    thread.start()
    with signal.changed:
        signal.changed.wait_for(lambda: signal.value is not None, timeout=5)
        print(signal.value)
    print(signal.ready.wait(5))
    thread.join()
    print(requests.get(f"{SERVER}/text").text)


if __name__ == "__main__":
    main()
