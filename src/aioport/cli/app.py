"""The program: what all commands have in common, and its own help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

Format = Literal["text", "json"]

app = typer.Typer(
    name="aioport",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Folders and files of one project; without any, the current folder."),
]
Python = Annotated[
    str | None,
    typer.Option(
        "--python",
        metavar="INTERPRETER",
        help="Look up the project's dependencies where this interpreter, or environment folder, has them. "
        "Else that is the active environment, or [cyan].venv[/] beside the code.",
    ),
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For reading, or one JSON object for tools.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"aioport {version('aioport')}")
        raise typer.Exit


@app.callback()
def aioport(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    r"""Port synchronous Python to asyncio: a whole project at once, with a reason for every decision.

    [green]aioport scan[/]             what waits, where, and through which calls
    [green]aioport explain WHERE[/]    why one function or call waits, and what becomes of it
    [green]aioport convert[/]          what would change, as a diff; nothing is written
    [green]aioport convert --write[/]  change it
    [green]aioport undo[/]             take that back

    The code that is read is never imported or run. Settings that stay go into
    [cyan]\[tool.aioport][/] of pyproject.toml.

    Exit codes
      0  all is well
      1  scan: something blocks an event loop, or is a mistake; twin --check: it is not up to date
      2  bad input or Ctrl-C; not a byte of the project has changed
      3  a bug in aioport
    """


def settle(paths: Iterable[Path] | None) -> None:
    """Put back what an interrupted conversion left, before anything is read, and say so."""
    from aioport.writing.places import has_journal  # noqa: PLC0415

    chosen = paths or [Path()]
    if not has_journal(chosen):
        return
    from aioport.caching.noting import note_singular  # noqa: PLC0415
    from aioport.reporting.undo_text import render_recovered  # noqa: PLC0415
    from aioport.writing.undoing import recover  # noqa: PLC0415

    for undone in recover(chosen):
        note_singular()
        typer.echo(f"aioport: {render_recovered(undone)}", err=True)
