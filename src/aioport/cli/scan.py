"""`aioport scan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from aioport.cli.app import Paths, Python, app, settle
from aioport.reporting.failures import failures_told

if TYPE_CHECKING:
    from aioport.reporting.model import ScanReport

ScanFormat = Literal["text", "json", "sarif", "github", "junit"]
Group = Literal["function", "entry", "leaf"]
FailOn = Literal["loop", "any", "never"]


class _ScanCommand(TyperCommand):
    """`scan`, whose `--changed` may stand without a value, which Typer has no way to say."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        for number, word in enumerate(given):
            if word == "--":
                break
            following = given[number + 1 : number + 2]
            if word == "--changed" and (not following or following[0].startswith("-")):
                given[number] = "--changed=HEAD"
        return super().parse_args(ctx, given)


@app.command(cls=_ScanCommand)
def scan(
    paths: Paths = None,
    format_: Annotated[
        ScanFormat,
        typer.Option(
            "--format",
            help="[bold]text[/] for reading; [bold]json[/] for tools (docs/scan-output.md); [bold]sarif[/] for code "
            "scanners; [bold]github[/] annotates a pull request; [bold]junit[/] for CI servers.",
        ),
    ] = "text",
    group: Annotated[
        Group,
        typer.Option(
            help="In the text, list calls under the [bold]function[/] that makes them, the [bold]entry[/] that begins "
            "their chain, or the [bold]leaf[/] that waits in the end."
        ),
    ] = "function",
    async_only: Annotated[
        bool,
        typer.Option("--async-only", help="Of the calls that wait, only those that block an event loop."),
    ] = False,
    changed: Annotated[
        str | None,
        typer.Option(
            metavar="BASE",
            help="Only what a change has to do with: without a BASE uncommitted work, with one all since the branch left "
            "it. A finding counts when its lines, the project's lines in its chain or its function's def were touched.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Leave out what this file holds: only new findings count."),
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Write the --baseline anew, with all that is found now.")
    ] = False,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            help="What makes the exit code 1: what blocks an event [bold]loop[/] and mistakes that are errors, "
            "[bold]any[/] finding, or [bold]never[/]."
        ),
    ] = "loop",
    unknown: Annotated[
        bool,
        typer.Option(
            "--unknown",
            help="List the calls of which it is not known what they run, those first that may hide most.",
        ),
    ] = False,
    python: Python = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough",
            help="In projects of more than 200 files too, follow functions that are passed around and check again "
            "with what was found. Smaller ones always get this.",
        ),
    ] = False,
    _no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Work it out anew, and keep nothing in the user's cache folder."),
    ] = False,
) -> None:
    r"""Show what blocks, where and why: the chain of calls from a function down to what waits.

    Calls that block an event loop come first. Then come the other calls that wait, and
    mistakes with asyncio: a coroutine that is never awaited, a lock held across an await.

    What is right as it is, a comment allows, with a reason, on its line, alone on the
    line above, at a call that leads to it, or at a [bold]def[/] for the whole function:

      time.sleep(0.01)  # aioport: allow\[sleep] the device needs a moment

    [bold]Examples[/]
      [green]aioport scan[/]                               the current folder
      [green]aioport scan src --python .venv[/]            with that environment's packages
      [green]aioport scan --async-only --group entry[/]    what blocks, by async function
      [green]aioport scan --group leaf[/]                  what is called most
      [green]aioport scan --unknown[/]                     and what could not be followed
      [green]aioport scan --changed[/]                     what uncommitted work adds
      [green]aioport scan --changed origin/main[/]         what a branch adds, in CI
      [green]aioport scan --baseline aioport.json --update-baseline[/]
                                                 accept what is there now
      [green]aioport scan --baseline aioport.json[/]       and fail on what is new
      [green]aioport scan --format github[/]               annotate a pull request
      [green]aioport scan --format sarif > aioport.sarif[/]
      [green]aioport scan app.py --format json | jq[/]     for tools

    [bold]Exit codes[/]
      0  nothing that --fail-on asks for
      1  something that it asks for, neither allowed nor in the baseline
      2  bad input; a file that is no valid Python is named on stderr, and the rest
         is reported all the same

    In the JSON, lines and columns count from 1, columns in characters. Paths are
    relative to the folder that was scanned, those of installed packages absolute.
    """
    with failures_told():
        from aioport.choosing.choice import Choice, check_choice  # noqa: PLC0415
        from aioport.reporting.progress import progress_shown  # noqa: PLC0415
        from aioport.scanning import scan_project  # noqa: PLC0415
        from aioport.settings import Options  # noqa: PLC0415

        choice = Choice(
            async_only=async_only, changed=changed, baseline=baseline, update_baseline=update_baseline
        )
        check_choice(choice)
        settle(paths)
        with progress_shown() as progress:
            options = Options(python=python)
            found = scan_project(
                *paths or (),
                options=options,
                progress=progress,
                thorough=thorough,
                meanwhile=lambda: _load_reporting(format_),
            )
            from aioport.choosing.choose import choose, fails  # noqa: PLC0415
            from aioport.reporting.build import report_scan  # noqa: PLC0415

            catalog = found.catalog if unknown else None
            report = choose(report_scan(found, catalog), choice)
        _print_scan(report, format_, group, unknown=unknown)
        if found.notice is not None:
            typer.echo(f"aioport: {found.notice}", err=True)
        for problem in report.problems:
            typer.echo(str(problem), err=True)
        if report.problems:
            raise typer.Exit(2)
        if fails(report, fail_on):
            raise typer.Exit(1)


def _load_reporting(format_: ScanFormat) -> None:
    """What shows a scan, loaded while the checker runs."""
    from importlib import import_module  # noqa: PLC0415

    shown = ("scan_text", "terminal") if format_ == "text" else (format_,)
    for module in ("choosing.choose", "reporting.build", *(f"reporting.{name}" for name in shown)):
        import_module(f"aioport.{module}")


def _print_scan(report: ScanReport, format_: ScanFormat, group: Group, *, unknown: bool) -> None:
    from aioport.reporting.places import places_from  # noqa: PLC0415

    places = places_from(Path.cwd(), report.root, report.libraries)
    match format_:
        case "text":
            from aioport.reporting import scan_text, terminal  # noqa: PLC0415

            lines = scan_text.render_scan(report, places, unknown=unknown, group=group)
            terminal.print_lines(terminal.open_console(), lines)
        case "json":
            from aioport.reporting import json  # noqa: PLC0415

            sys.stdout.write(json.render_scan(report))
        case "sarif":
            from aioport.reporting import sarif  # noqa: PLC0415

            sys.stdout.write(sarif.render_scan(report, places))
        case "github":
            from aioport.reporting import github  # noqa: PLC0415

            sys.stdout.write(github.render_scan(report, places))
        case "junit":
            from aioport.reporting import junit  # noqa: PLC0415

            sys.stdout.write(junit.render_scan(report, places))
