"""A method that is handed to a thread as an attribute that the known class has not: it is one of a class below it."""

from tests.planning.programs import check_runs_alike

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


def test_what_goes_to_a_thread_stays_sync_the_second_time() -> None:
    """`offload(self.source.load, 3)` runs `Small.load` as the call did, and nothing of the first conversion is refused."""
    conversion = check_runs_alike(PROGRAM)
    assert "await offload(self.source.load, 3)" in conversion.files["program.py"]
    assert not conversion.outcome.violations
