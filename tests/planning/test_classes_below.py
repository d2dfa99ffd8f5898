"""A method that the known class of an object has not, called or handed to a thread: it is one of a class below it."""

from tests.planning.programs import check_reasons, check_runs_alike

PROGRAM = """
    import time
    import urllib.request


    class Source:
        pass


    class Small(Source):
        def load(self, number):
            time.sleep(0)
            return number


    class Job:
        def __init__(self, source: Source):
            self.source = source

        def run(self):
            time.sleep(0)
            return self.source.load(3)


    def main():
        print(Job(Small()).run())


    if __name__ == "__main__":
        main()
"""


def test_a_method_that_only_classes_below_have_is_awaited() -> None:
    """It is called on an object of the class above, which has none of that name."""
    conversion = check_runs_alike(PROGRAM)
    assert "return await self.source.load(3)" in conversion.files["program.py"]


def test_what_getattr_may_give_is_no_method_of_a_class_below() -> None:
    """`self.source.load` is whatever `__getattr__` returns, which is not awaited."""
    dynamic = "def __getattr__(self, name):\n            return lambda number: number"
    program = PROGRAM.replace(
        "    class Source:\n        pass", f"    class Source:\n        {dynamic}"
    ).replace("print(Job(Small()).run())", "print(Job(Source()).run(), Small().load(2))")
    conversion = check_runs_alike(program)
    assert "await self.source.load" not in conversion.files["program.py"]


def test_what_goes_to_a_thread_stays_sync() -> None:
    """A thread calls it, and awaits nothing."""
    program = PROGRAM.replace("import time\n", "import asyncio\n    import time\n").replace(
        "        def run(self):\n            time.sleep(0)\n            return self.source.load(3)",
        "        async def run(self):\n            return await asyncio.to_thread(self.source.load, 3)",
    )
    program = program.replace(
        "print(Job(Small()).run())", "time.sleep(0)\n        print(asyncio.run(Job(Small()).run()))"
    )
    conversion = check_runs_alike(program, changes=False)
    check_reasons(conversion, "passes `self.source.load` on, which may be it")
