"""What a framework calls: in which color, and what may not run it any more. Whole programs are in `tests/projects/frameworks`."""

from tests.check import check_converts, check_unchanged
from tests.planning.programs import convert

COMMAND = """
    import time

    import click


    @click.command()
    def wait():
        time.sleep(1)
"""


def test_who_runs_a_command_does_not_run_on_a_loop() -> None:
    """The command starts a loop of its own, so that a function that calls it stays sync, with all that calls it."""
    check_converts(
        f"""{COMMAND}

    def main():
        time.sleep(2)
        wait()


    if __name__ == "__main__":
        main()
    """,
        """
    import asyncio
    import time

    import click

    from _aio import synced


    @click.command()
    @synced
    async def wait():
        await asyncio.sleep(1)


    def main():
        time.sleep(2)
        wait()


    if __name__ == "__main__":
        main()
    """,
        mutations=False,
    )


def test_a_view_that_django_routes_to_stays() -> None:
    """Whatever it uses of the database belongs to its thread."""
    check_unchanged(
        {
            "views.py": "import time\n\n\ndef item(request):\n    time.sleep(1)\n",
            "urls.py": 'from django.urls import path\n\nimport views\n\nurlpatterns = [path("", views.item)]\n',
        },
        "it is a view of Django, which Django runs within the transaction and the connections of a thread",
    )


def test_an_endpoint_with_a_need_for_a_thread_stays_in_one() -> None:
    """FastAPI runs the whole of it in a thread already."""
    check_unchanged(
        """
        import sqlite3
        import time

        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/")
        def rows():
            time.sleep(1)
            return sqlite3.connect("x").execute("select 1").fetchall()
        """,
        "it is an endpoint of FastAPI, which runs in a thread as it is, and program.py:12 needs one",
        mutations=False,
    )


def test_an_endpoint_that_awaits_nothing_becomes_a_def() -> None:
    """Then FastAPI runs the whole of it in a thread, instead of blocking its loop."""
    check_converts(
        """
        import sqlite3

        from fastapi import FastAPI

        app = FastAPI()


        # A comment.
        @app.get("/")
        async  def rows():
            return sqlite3.connect("x").execute("select 1").fetchall()
        """,
        """
        import sqlite3

        from fastapi import FastAPI

        app = FastAPI()


        # A comment.
        @app.get("/")
        def rows():
            return sqlite3.connect("x").execute("select 1").fetchall()
        """,
        mutations=False,
    )


def test_a_method_that_a_framework_finds_keeps_a_sync_form() -> None:
    """With its decorators and its docstring, on the same object."""
    check_converts(
        '''
        import time

        from django.core.management.base import BaseCommand


        def twice(function):
            return function


        class Command(BaseCommand):
            def handle(self, *args, number: int = 1, **options) -> None:
                """Wait."""
                time.sleep(number)
        ''',
        '''
        import asyncio

        from django.core.management.base import BaseCommand

        from _aio import run


        def twice(function):
            return function


        class Command(BaseCommand):
            async def ahandle(self, *args, number: int = 1, **options) -> None:
                """Wait."""
                await asyncio.sleep(number)

            def handle(self, *args, number: int = 1, **options) -> None:
                """Wait."""
                return run(self.ahandle(*args, number=number, **options))
        ''',
        mutations=False,
    )


def test_what_is_passed_on_elsewhere_as_well_stays() -> None:
    """A function that is registered, and handed to something unknown too, may be called on the loop there."""
    check_unchanged(
        """
        import time
        from wsgiref.simple_server import make_server

        from elsewhere import remember


        def application(environ, start_response):
            time.sleep(1)
            return []


        remember(application)
        make_server("", 0, application)
        """,
        "hands it to",
        mutations=False,
    )


DEPENDENCY = """
    from dataclasses import dataclass

    import requests
    from fastapi import Depends, FastAPI

    app = FastAPI()


    @dataclass
    class Client:
        url: str

        def __post_init__(self):
            self.session = requests.Session()

        def load(self):
            return self.session.get(self.url).status_code


    def client():
        return Client("http://x/")


    @app.get("/")
    async def status(client: Client = Depends({given})):
        return client.load()
"""


def test_a_dependency_that_makes_a_client_becomes_async() -> None:
    """As a plain function FastAPI would run it in a thread, where no event loop is for the client."""
    check_converts(
        DEPENDENCY.format(given="client"),
        """
    from dataclasses import dataclass

    import aiohttp
    from fastapi import Depends, FastAPI

    from _aio import fetch, owned

    app = FastAPI()


    @dataclass
    class Client:
        url: str

        def __post_init__(self):
            self.session = owned(aiohttp.ClientSession)

        async def load(self):
            return (await fetch(self.session.get(self.url))).status


    async def client():
        return Client("http://x/")


    @app.get("/")
    async def status(client: Client = Depends(client)):
        return await client.load()
        """,
        mutations=False,
    )


def test_a_dependency_that_is_a_lambda_makes_no_client() -> None:
    """It cannot be async, and runs in a thread: the library stays, in threads."""
    text = DEPENDENCY.format(given="lambda: Client('http://x/')")
    after = convert({"program.py": text}).files["program.py"]
    assert "self.session = requests.Session()" in after
    assert "return await offload(client.load)" in after
