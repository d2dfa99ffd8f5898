"""`aioport convert`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aioport.cli.app import Format, OutputFormat, Paths, Python, app, settle
from aioport.reporting.failures import failures_told
from aioport.settings import Concurrency, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aioport.project import Project
    from aioport.reporting.model import ConversionReport
    from aioport.reporting.progress import Shown
    from aioport.reviewing.review import Ask


@app.command()
def convert(
    paths: Paths = None,
    write: Annotated[
        bool, typer.Option("--write", help="Apply the changes; without it they are shown.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write to a git tree with uncommitted changes too.")
    ] = False,
    level: Annotated[
        Level | None,
        typer.Option(
            help="[bold]native[/]: async libraries where there are any, threads elsewhere (the default). "
            "[bold]offload[/]: keep every library, run what blocks in threads."
        ),
    ] = None,
    concurrency: Annotated[
        Concurrency | None,
        typer.Option(
            help="[bold]proven[/]: overlap the iterations of a loop where they are proven to only read and to share "
            "nothing (the default). [bold]off[/]: await one after the other."
        ),
    ] = None,
    entry: Annotated[
        list[str] | None,
        typer.Option(
            metavar="auto|api|MODULE:FUNCTION",
            help="What becomes async. [bold]auto[/]: what main guards, console scripts and frameworks reach (the default). "
            "[bold]api[/]: public functions that wait. Or functions by name. May be given more than once.",
        ),
    ] = None,
    keep_sync: Annotated[
        bool | None,
        typer.Option(
            "--keep-sync/--no-keep-sync",
            help="Public functions that become async keep their sync form; the async one is called [bold]a[/]name.",
            show_default=False,
        ),
    ] = None,
    keep_api: Annotated[
        bool | None,
        typer.Option(
            "--keep-api/--no-keep-api",
            help="The same for what other code may call: what [bold]__all__[/], a package's imports or the documentation "
            "name, or has a public name and no caller here.",
            show_default=False,
        ),
    ] = None,
    notes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write what changed for callers of this code, as Markdown, to this file."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Change nothing but this: a path as in .gitignore ([bold]shop/*.py[/]), or a dotted name with "
            "[bold]*[/] and what is inside of it ([bold]shop.client[/]). May be given more than once.",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Leave this as it is, by the same patterns. It is read all the same: what it calls stays usable for it.",
        ),
    ] = None,
    safe_only: Annotated[
        bool | None,
        typer.Option(
            "--safe-only",
            help="Change only what needs nobody's review; the rest stays, with its reason.",
            show_default=False,
        ),
    ] = None,
    dependencies: Annotated[
        bool | None,
        typer.Option(
            "--dependencies/--no-dependencies",
            help="Add what the code now needs to pyproject.toml, requirements files and setup.cfg, and remove what it no "
            "longer uses (the default); or leave those files alone.",
            show_default=False,
        ),
    ] = None,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive",
            "-i",
            help="Ask about each change, with its chain and its diff. Answers are kept in the decision file.",
        ),
    ] = False,
    decisions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The decision file, which [bold]--interactive[/] writes and every conversion keeps to. "
            "Default: aioport-decisions.json beside the pyproject.toml.",
        ),
    ] = None,
    python: Python = None,
    format_: OutputFormat = "text",
    diff: Annotated[bool, typer.Option("--diff/--no-diff", help="Show the diff in the text format.")] = True,
) -> None:
    """Convert a project to asyncio. Without [bold]--write[/] nothing is written.

    Shows what becomes of functions and calls, what stays as it is and why, and
    the diff. With [bold]--write[/] all files are written or none; a git tree with
    uncommitted changes is refused without [bold]--force[/]. [green]aioport undo[/] takes it back.

    [bold]Examples[/]
      [green]aioport convert[/]                         what would change in this folder
      [green]aioport convert --write[/]                 change it
      [green]aioport convert --concurrency proven[/]    overlap where proven harmless
      [green]aioport convert --level offload[/]         keep all libraries, use threads
      [green]aioport convert lib --entry api[/]         a library: its callers are elsewhere
      [green]aioport convert lib --entry api --keep-api --notes MIGRATION.md[/]
                                              and the sync names go on working
      [green]aioport convert --entry shop.sync:main[/]  start from this function
      [green]aioport convert --only shop/client.py[/]   this file, and nothing else
      [green]aioport convert --safe-only --write[/]     what needs no review
      [green]aioport convert --interactive[/]           decide change by change
      [green]aioport convert --format json | jq[/]      for tools

    In the JSON, lines and columns count from 1, columns in characters. Paths are
    relative to the folder that was converted. A function's line is that of its
    [bold]def[/], below its decorators.
    """
    with failures_told() as attempt:
        from aioport.api import Options, convert_paths, encode_files, write_conversion  # noqa: PLC0415
        from aioport.reporting.build import report_conversion  # noqa: PLC0415
        from aioport.reporting.progress import progress_shown  # noqa: PLC0415

        options = Options(
            level=level,
            concurrency=concurrency,
            entry=tuple(entry) if entry else None,
            python=python,
            keep_sync=keep_sync,
            keep_api=keep_api,
            only=tuple(only) if only else None,
            keep=tuple(exclude) if exclude else None,
            safe_only=safe_only,
            dependencies=dependencies,
        )
        settle(paths)
        with progress_shown() as progress:
            conversion = convert_paths(
                *paths or (),
                options=options,
                progress=progress,
                decisions=decisions,
                ask=_asking(progress) if interactive else None,
            )
        if write:
            root = conversion.project.root
            attempt.files = {root / path: data for path, data in encode_files(conversion).items()}
            write_conversion(conversion, force=force)
        report = report_conversion(conversion, written=write and bool(conversion.files))
        if notes is not None:
            from aioport.reporting.migration import render_migration  # noqa: PLC0415
            from aioport.writing.replacing import replace_file  # noqa: PLC0415

            text = render_migration(conversion, report.requires)
            replace_file(notes, text.encode())
            typer.echo(f"aioport: what changed for callers is written to {notes}", err=True)
        _print_conversion(report, format_, conversion.project.site_packages, diff=diff)


def _asking(progress: Shown) -> Callable[[Project], Ask]:
    """What asks at the terminal. Raises AskingError where there is none."""
    from aioport.reviewing.terminal import asking_at_terminal  # noqa: PLC0415

    return asking_at_terminal(progress.paused)


def _print_conversion(
    report: ConversionReport, format_: Format, libraries: Iterable[Path], *, diff: bool
) -> None:
    from aioport.reporting import conversion_text, json, terminal  # noqa: PLC0415
    from aioport.reporting.diff import color_diff, unified_diff  # noqa: PLC0415
    from aioport.reporting.places import places_from  # noqa: PLC0415
    from aioport.reporting.undo_text import undo_command  # noqa: PLC0415

    if format_ == "json":
        sys.stdout.write(json.render_conversion(report))
        return
    places, console = places_from(Path.cwd(), report.root, libraries), terminal.open_console()
    terminal.print_lines(console, conversion_text.render_summary(report, places))
    prefix = places.prefix or ""
    if diff and console.is_terminal:
        terminal.print_lines(console, color_diff(report.changes, prefix))
    elif diff:
        sys.stdout.writelines(unified_diff(change, prefix) for change in report.changes)
    terminal.print_lines(console, conversion_text.render_end(report, undo_command(report.root, Path.cwd())))
