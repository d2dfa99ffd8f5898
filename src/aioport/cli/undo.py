"""`aioport undo`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from aioport.cli.app import OutputFormat, app, settle
from aioport.reporting.failures import failures_told


@app.command()
def undo(
    path: Annotated[
        Path, typer.Argument(help="A folder or file of the project; without one, the current folder.")
    ] = Path(),
    list_: Annotated[
        bool, typer.Option("--list", help="Show the conversions that can be taken back; change nothing.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also where files have been changed since: those changes are lost."),
    ] = False,
    format_: OutputFormat = "text",
    json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
) -> None:
    """Put a project back to what it was before the last [green]convert --write[/], byte for byte.

    What was changed gets its old contents and mode, what was made is removed, and
    what was deleted comes back. Files that somebody has changed since are named, and
    then nothing is taken back, unless with [bold]--force[/]. Once more takes back the
    conversion before that: the last ten of a project are kept in its folder
    [cyan].aioport[/], which git does not see. What [green]aioport twin[/] wrote counts as well.

    A conversion that was killed, or cut off by a power failure, is put back by the
    next aioport command, which says so; if that is [green]undo[/], it is all it does.

    [bold]Examples[/]
      [green]aioport undo[/]            the last conversion of this folder
      [green]aioport undo shop[/]       the last one that had to do with that folder
      [green]aioport undo --list[/]     what can be taken back, the last first
      [green]aioport undo --json | jq[/]

    [bold]Exit codes[/]
      0  taken back, or listed
      2  there is nothing to take back, or it cannot be done; nothing was changed
    """
    with failures_told() as attempt:
        from aioport.reporting import terminal, undo_json, undo_text  # noqa: PLC0415
        from aioport.writing import undoing  # noqa: PLC0415

        if list_:
            settle([path])
            found = undoing.history(path)
            lines, document = undo_text.render_history(found, Path.cwd()), undo_json.render_history(found)
        else:
            undone = undoing.undo(path, force=force)
            attempt.undone = "the conversion had been taken back"
            lines, document = undo_text.render_undone(undone, Path.cwd()), undo_json.render_undone(undone)
        if json or format_ == "json":
            sys.stdout.write(document)
        else:
            terminal.print_lines(terminal.open_console(), lines)
