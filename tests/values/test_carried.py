"""What a click program puts into `ctx.obj` is what `@pass_obj` hands to its commands."""

from pathlib import Path

from tests.planning.deciding import decide

PROGRAM = """
import json
import time

import click


class Store:
    @property
    def config(self):
        with open("c.json") as handle:
            return json.load(handle)

    @property
    def name(self):
        time.sleep(0)
        return "name"

    def get(self, key):
        time.sleep(0)
        return key


class Other:
    def get(self, key):
        return key


pass_store = click.make_pass_decorator(Store, ensure=True)


@click.group()
@click.pass_context
def cli(ctx):
    ctx.obj = Store()


@cli.command()
@click.pass_obj
def show(store):
    click.echo(store.config)
    click.echo(store.name)


@cli.command()
@pass_store
def other(store):
    click.echo(store.get("a"))


if __name__ == "__main__":
    cli()
"""


def text_of(root: Path, program: str) -> str:
    """The program after its conversion."""
    return decide(root, {"program.py": program}).files.get("program.py", program)


def test_the_object_of_a_context_is_known(tmp_path: Path) -> None:
    """By what is assigned, and by the class that a decorator is made for."""
    text = text_of(tmp_path, PROGRAM)
    assert "await offload(lambda: store.config)" in text
    assert "click.echo(await store.name())" in text
    assert 'click.echo(await store.get("a"))' in text


def test_a_variable_that_is_set_to_it(tmp_path: Path) -> None:
    """`store = ctx.obj` in a function that is given the context."""
    program = PROGRAM.replace(
        "@click.pass_obj\ndef show(store):", "@click.pass_context\ndef show(ctx):\n    store = ctx.obj"
    )
    assert "await offload(lambda: store.config)" in text_of(tmp_path / "once", program)
    twice = program.replace("store = ctx.obj", "store = ctx.obj\n    store = store or click")
    assert "await offload(lambda: store.config)" not in text_of(tmp_path / "twice", twice)


def test_each_decorator_fills_a_parameter(tmp_path: Path) -> None:
    """The innermost one fills the first."""
    program = PROGRAM.replace(
        "@click.pass_obj\ndef show(store)", "@click.pass_obj\n@click.pass_context\ndef show(ctx, store)"
    )
    assert "await offload(lambda: store.config)" in text_of(tmp_path / "inner", program)
    program = PROGRAM.replace(
        "@click.pass_obj\ndef show(store)", "@click.pass_context\n@click.pass_obj\ndef show(store, ctx)"
    )
    assert "await offload(lambda: store.config)" in text_of(tmp_path / "outer", program)


def test_what_else_may_be_there(tmp_path: Path) -> None:
    """Who starts the program may give it another object, whose attributes are not awaited."""
    text = text_of(tmp_path, PROGRAM.replace("    cli()\n", "    cli(obj=json.loads('{}'))\n"))
    assert "@property\n    def name(self):" in text
    assert "click.echo(store.name)" in text


def test_an_object_under_another_name_is_none_of_a_context(tmp_path: Path) -> None:
    """`obj` of something else says nothing."""
    program = PROGRAM.replace("    ctx.obj = Store()", "    Other.obj = Store()")
    assert "await offload(lambda: store.config)" not in text_of(tmp_path, program)


def test_a_decorator_of_another_file(tmp_path: Path) -> None:
    """It is imported under another name."""
    stores, _, rest = PROGRAM.partition("\n@click.group()")
    files = {
        "stores.py": stores,
        "program.py": "import click\n\nfrom stores import Store, pass_store as given\n\n@click.group()"
        + rest.replace("@pass_store", "@given"),
    }
    assert 'click.echo(await store.get("a"))' in decide(tmp_path, files).files["program.py"]
