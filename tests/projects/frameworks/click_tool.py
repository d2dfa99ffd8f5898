"""A click program: a group with options and help, commands that wait, one that is added later, and an error's exit code."""

import os
import sys
import time

import click
import requests
from click.testing import CliRunner

SERVER = os.environ["SERVER"]


def name_of(number):
    time.sleep(0.001)
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


@click.group()
@click.option("--loud", is_flag=True)
@click.pass_context
def shop(context, loud):
    """Look at a shop."""
    context.obj = str.upper if loud else str


# What is asked for most.
@shop.command()
@click.argument("numbers", nargs=-1, type=int)
@click.option("--sep", default=", ", show_default=True)
@click.pass_obj
def names(change, numbers, *, sep):
    """Print the NAMES of items.

    In the order that is given.
    """
    click.echo(change(sep.join([name_of(number) for number in numbers])))


@click.command()
@click.argument("number", type=int)
def price(number):
    response = requests.get(f"{SERVER}/item/{number}")
    if response.status_code != 200:
        raise click.ClickException(f"no item {number}")
    click.echo(response.json()["price"])


shop.add_command(price, "cost")


def main():
    runner = CliRunner()
    for words in (
        ["names", "1", "2"],
        ["--loud", "names", "3", "--sep", "/"],
        ["names", "--help"],
        ["cost", "2"],
        ["cost", "99"],
        ["price"],
    ):
        result = runner.invoke(shop, words, prog_name="shop")
        print(result.exit_code, result.output)


if __name__ == "__main__":
    main()
    sys.exit(shop(["names", "4"]))
