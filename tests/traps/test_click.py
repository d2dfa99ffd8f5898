"""Commands of click: what click calls stays sync for it, and what it decorates becomes async."""

import subprocess
import sys
from pathlib import Path

from aioport.api import convert_project
from aioport.settings import Options
from tests.check import check_converts, check_unchanged
from tests.traps.table import trap

PROGRAM = '''
import functools
import time

import click


def caught(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise click.ClickException(str(error))

    return wrapper


@click.group()
@click.pass_context
def cli(ctx):
    time.sleep(0.001)
    ctx.obj = load("x")


@cli.command()
@click.option("--name", default="a")  # who
@click.pass_obj
@caught
def start(obj, name):
    """Starts."""
    time.sleep(0.001)
    click.echo(f"{obj} {load(name)}")


@cli.command()
@click.pass_context
def restart(ctx):
    click.echo("again")
    ctx.invoke(start, name="b")
    time.sleep(0.001)


def load(name):
    time.sleep(0.001)
    if name == "bad":
        raise ValueError(name)
    return name.upper()


if __name__ == "__main__":
    cli()
'''

AFTER = '''
import asyncio
import functools

import click

from _aio import offload, synced


def caught(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        try:
            return await function(*args, **kwargs)
        except ValueError as error:
            raise click.ClickException(str(error))

    return wrapper


@click.group()
@click.pass_context
@synced
async def cli(ctx):
    await asyncio.sleep(0.001)
    ctx.obj = await load("x")


@cli.command()
@click.option("--name", default="a")  # who
@click.pass_obj
@synced
@caught
async def start(obj, name):
    """Starts."""
    await asyncio.sleep(0.001)
    click.echo(f"{obj} {await load(name)}")


@cli.command()
@click.pass_context
@synced
async def restart(ctx):
    click.echo("again")
    await offload(ctx.invoke, start, name="b")
    await asyncio.sleep(0.001)


async def load(name):
    await asyncio.sleep(0.001)
    if name == "bad":
        raise ValueError(name)
    return name.upper()


if __name__ == "__main__":
    cli()
'''


@trap(
    71, "converted", "groups and commands become async; click gets sync functions, which run the event loop"
)
@trap(
    7,
    "converted",
    "`@synced` stands below the decorators of click and above those of the project, which await",
)
def test_commands_are_async_below_the_decorators_of_click() -> None:
    """A command that another one invokes through its context runs in a thread, with a loop of its own."""
    check_converts(PROGRAM, AFTER, mutations=False)


def test_converted_commands_run_as_before(tmp_path: Path) -> None:
    """The same output and the same exit codes, errors among them."""
    words = (("start",), ("restart",), ("start", "--name", "bad"), ("--help",))

    def outcomes() -> list[tuple[str, str, int]]:
        runs = [
            subprocess.run(
                [sys.executable, "program.py", *one],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            for one in words
        ]
        return [(one.stdout, one.stderr, one.returncode) for one in runs]

    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    before = outcomes()
    for path, text in convert_project(tmp_path, Options(python=sys.executable)).files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert outcomes() == before
    assert [one[2] for one in before] == [0, 0, 1, 0]


@trap(
    71, "refused", "under a decorator of the project that stands above those of click, a command stays sync"
)
def test_a_decorator_above_those_of_click_keeps_the_command_sync() -> None:
    """It is given what click has made of the function, and calls that."""
    check_unchanged(
        """
        import functools
        import time

        import click


        def timed(function):
            @functools.wraps(function)
            def wrapper(*args):
                started = time.monotonic()
                function(*args)
                print(time.monotonic() - started)

            return wrapper


        @timed
        @click.pass_context
        def start(ctx):
            time.sleep(1)
        """,
        "it stands above one that makes an entry of it",
        mutations=False,
    )


def test_decorators_of_click_that_have_a_name_of_their_own() -> None:
    """What `make_pass_decorator` and `option` give is kept in a variable, here or in another module, and decorates."""
    options = """
        import click


        class Config:
            path = "x"


        pass_config = click.make_pass_decorator(Config, ensure=True)
        """
    check_converts(
        {
            "options.py": options,
            "program.py": """
                import time

                import click
                from options import pass_config

                loud = click.option("--loud", is_flag=True)


                @click.command()
                @loud
                @pass_config
                def start(config, loud):
                    time.sleep(1)
                    print(config.path, loud)


                if __name__ == "__main__":
                    start()
                """,
        },
        {
            "options.py": options,
            "program.py": """
                import asyncio

                import click
                from options import pass_config

                from _aio import synced

                loud = click.option("--loud", is_flag=True)


                @click.command()
                @loud
                @pass_config
                @synced
                async def start(config, loud):
                    await asyncio.sleep(1)
                    print(config.path, loud)


                if __name__ == "__main__":
                    start()
                """,
        },
    )
