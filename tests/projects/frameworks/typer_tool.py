"""A typer program: options from annotations, a callback before the commands, and an exit code."""

import os
from typing import Annotated, Optional

import requests
import typer
from typer.testing import CliRunner

SERVER = os.environ["SERVER"]
app = typer.Typer()


@app.callback()
def check():
    """A shop."""
    requests.get(f"{SERVER}/text").raise_for_status()


@app.command()
def show(number: int, short: Annotated[bool, typer.Option("--short")] = False) -> None:
    """Show an item."""
    item = requests.get(f"{SERVER}/item/{number}").json()
    typer.echo(item["name"] if short else sorted(item.items()))


@app.command("buy")
def purchase(number: int, note: Optional[str] = None) -> None:
    if requests.get(f"{SERVER}/item/{number}").status_code != 200:
        typer.echo("sold out")
        raise typer.Exit(3)
    typer.echo(f"bought {number}, {note}")


if __name__ == "__main__":
    for words in (["show", "1"], ["show", "2", "--short"], ["buy", "3", "--note", "x"], ["buy", "77"]):
        result = CliRunner().invoke(app, words)
        print(result.exit_code, result.output)
