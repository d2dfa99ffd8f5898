# bed: group=deep forms=both
"""The middle layer: nothing in here waits by itself."""

from deep import plumbing
from deep.plumbing import net
from deep.plumbing.files import Log, slurp_all
from deep.plumbing.store import Store

shared = Log("shared.log")


def report():
    write_report({"a": 1})


def write_report(values):
    return net.send_report(values)


def collect(paths):
    return {path: text for path, text in zip(paths, slurp_all(paths))}


def publish(text):
    net.post(text)


def archive(name):
    Log(name).rotate()


class Accounts:
    def __init__(self, path):
        self.store = Store(path)

    def names(self):
        return [row[0] for row in self.store.query("select name from accounts")]


def step_one():
    step_two()


def step_two():
    step_three()


def step_three():
    plumbing.step_four()
