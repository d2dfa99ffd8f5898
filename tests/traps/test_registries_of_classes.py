"""Classes that are passed on as values: whoever calls one makes an object whose methods may be async."""

from pathlib import Path

import pytest

from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

JOBS = """
import time


class Job:
    def run(self):
        time.sleep(0.001)
        return f"{type(self).__name__} {self.work()}"

    def work(self):
        return 0


class Alpha(Job):
    def work(self):
        time.sleep(0.001)
        return 1


class Beta(Job):
    def work(self):
        return 2

"""

BY_SUBCLASS = JOBS.replace(
    "    def run(self)",
    """    known = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        Job.known[cls.__name__.lower()] = cls

    def run(self)""",
)

BY_DECORATOR = """
known = {}


def register(name):
    def keep(cls):
        known[name] = cls
        return cls

    return keep

""" + JOBS.replace("class Alpha", '@register("alpha")\nclass Alpha').replace(
    "class Beta", '@register("beta")\nclass Beta'
)

MAIN = """
def main():
    for name in ("alpha", "beta"):
        print({known}[name]().run())
    job = {known}["alpha"]()
    print(job.run())


if __name__ == "__main__":
    main()
"""


@trap(
    87,
    "converted",
    "methods of objects that are made by calling a class out of a registry, whatever keeps it there",
)
@pytest.mark.parametrize(
    ("classes", "known"),
    [
        (BY_SUBCLASS, "Job.known"),
        (BY_DECORATOR, "known"),
        (f'{JOBS}\nknown = dict(alpha=Alpha)\nknown["beta"] = Beta\n', "known"),
    ],
    ids=["subclass", "decorator", "table"],
)
def test_objects_of_registered_classes(classes: str, known: str) -> None:
    """`run` is a method of the standard library's too, so that its name alone says nothing."""
    conversion = check_runs_alike(classes + MAIN.format(known=known))
    text = conversion.files["program.py"]
    assert "await job.run()" in text
    assert f"await {known}[name]().run()" in text


def test_objects_of_nothing_that_is_known_stay(tmp_path: Path) -> None:
    """A call of something unknown makes no object of a class that is never passed on."""
    decided = decide(
        tmp_path,
        {
            "program.py": f"""{JOBS}
def start(make):
    return make().run()


def main():
    print(Alpha().run())


if __name__ == "__main__":
    main()
"""
        },
    )
    assert "return make().run()" in decided.files["program.py"]
