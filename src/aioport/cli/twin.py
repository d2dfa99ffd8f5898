"""`aioport twin`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aioport.cli.app import Python, app, settle
from aioport.reporting.failures import failures_told


@app.command()
def twin(
    path: Annotated[Path, typer.Argument(help="The folder of the pyproject.toml.")] = Path(),
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with 1 if the twin on disk is not up to date."),
    ] = False,
    python: Python = None,
) -> None:
    r"""Make the async twin of a sync package, or bring it up to date, as [cyan]\[tool.aioport.twin][/] says.

    [bold]Examples[/]
      [green]aioport twin[/]          write the twin
      [green]aioport twin --check[/]  for CI: is it up to date?
    """
    with failures_told() as attempt:
        from aioport.api import Options, find_outdated, make_twin, write_twin  # noqa: PLC0415
        from aioport.reporting.progress import progress_shown  # noqa: PLC0415

        settle([path])
        with progress_shown() as progress:
            made = make_twin(path, Options(python=python), progress)
        outdated = find_outdated(made)
        if not check:
            attempt.files = {made.target / name: data for name, data in made.files.items()}
            write_twin(made)
        for file in outdated:
            typer.echo(f"{'not up to date' if check else 'written'}: {file}")
        if not check:
            for reason in made.reasons:
                typer.echo(f"stays sync: {reason}")
        elif outdated:
            raise typer.Exit(1)
