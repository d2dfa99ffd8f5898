"""`aioport explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from aioport.cli.app import OutputFormat, Paths, Python, app, settle
from aioport.reporting.failures import failures_told


@app.command()
def explain(
    where: Annotated[
        str,
        typer.Argument(
            metavar="WHERE",
            help="path:line, path:line:column, or the dotted name of a function, class or module.",
        ),
    ],
    paths: Paths = None,
    format_: OutputFormat = "text",
    python: Python = None,
) -> None:
    """Explain one function or call: why it blocks, who calls it, and what convert would make of it.

    Shows what it is and who calls it, up to where the outside world comes in; what it waits
    for, with the chain; whether and how it runs on an event loop; what is unknown around it,
    with what it may be; what the catalog says of it; and what [green]convert[/] plans, before
    that is verified.

    [bold]Examples[/]
      [green]aioport explain shop/client.py:12[/]      the calls on a line, or the def
      [green]aioport explain shop/client.py:12:9[/]    the call at a column
      [green]aioport explain shop.client.fetch[/]      a function; the end of its name will do
      [green]aioport explain Client[/]                 a class: all its methods
      [green]aioport explain fetch src tests[/]        in these folders, as one project

    [bold]Exit codes[/]
      0  explained
      2  there is no such file, line or name, or more than one thing is called so
    """
    with failures_told():
        from aioport.explaining.explain import explain as make_explanation  # noqa: PLC0415
        from aioport.explaining.where import folder_for  # noqa: PLC0415
        from aioport.reporting import explain_json, explain_text, terminal  # noqa: PLC0415
        from aioport.reporting.places import places_from  # noqa: PLC0415
        from aioport.reporting.progress import progress_shown  # noqa: PLC0415
        from aioport.settings import Options  # noqa: PLC0415

        current = Path.cwd()
        chosen = paths or [folder_for(where, current)]
        settle(chosen)
        with progress_shown() as progress:
            made = make_explanation(
                where,
                *chosen,
                options=Options(python=python),
                progress=progress,
            )
        if format_ == "json":
            sys.stdout.write(explain_json.render_explanation(made))
        else:
            places = places_from(current, made.root, made.libraries)
            terminal.print_lines(terminal.open_console(), explain_text.render_explanation(made, places))
        for problem in made.problems:
            typer.echo(str(problem), err=True)
        if made.problems:
            raise typer.Exit(2)
