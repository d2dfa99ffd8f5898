"""The command line: one function a command, no logic. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from aioport.reporting.failures import failures_told
from aioport.settings import Concurrency, Level

if TYPE_CHECKING:
    from aioport.project import Project
    from aioport.reporting.model import ConversionReport, ScanReport
    from aioport.reporting.progress import Shown
    from aioport.reviewing.review import Ask

Format = Literal["text", "json"]
ScanFormat = Literal["text", "json", "sarif", "github", "junit"]
Group = Literal["function", "entry", "leaf"]
FailOn = Literal["loop", "any", "never"]

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
        _settle(paths)
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
        _settle(chosen)
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
        _settle(paths)
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

        _settle([path])
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


def _asking(progress: Shown) -> Callable[[Project], Ask]:
    """What asks at the terminal. Raises AskingError where there is none."""
    from aioport.reviewing.terminal import asking_at_terminal  # noqa: PLC0415

    return asking_at_terminal(progress.paused)


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
            _settle([path])
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


def _settle(paths: Iterable[Path] | None) -> None:
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
