"""Findings made by hand, which the choices are tested with."""

from collections.abc import Iterable

from aioport.blocking.facts import Link
from aioport.catalog.schema import Category
from aioport.mistakes.mistake import MistakeKind
from aioport.project import Source
from aioport.reporting.fingerprints import with_fingerprints
from aioport.reporting.model import FindingRow


def waiting(
    line: int,
    category: Category = "sleep",
    *,
    path: str = "app.py",
    function: str = "app.f",
    above: Iterable[tuple[str, int]] = (),
    end_line: int | None = None,
) -> FindingRow:
    """A call that waits; `above` are the places of the calls that lead to its function, whose names do not matter."""
    links = [Link(at, row, "app.g") for at, row in above]
    return FindingRow(
        path=path,
        line=line,
        column=5,
        function=function,
        category=category,
        on_loop=bool(links),
        sure=True,
        chain=(Link(path, 1, function), *links, Link(path, line, f"some.{category}")),
        message=f"some.{category} waits",
        cost="seconds",
        end_line=end_line or line,
        end_column=9,
        function_line=1,
    )


def mistake(line: int, kind: MistakeKind = "never-awaited", path: str = "app.py") -> FindingRow:
    """A mistake with asyncio."""
    return FindingRow(
        path=path,
        line=line,
        column=1,
        function="app.f",
        category=None,
        on_loop=False,
        sure=True,
        chain=(),
        kind=kind,
        message="it is wrong",
        severity="error",
    )


def told(*rows: FindingRow) -> list[FindingRow]:
    """Rows with their fingerprints."""
    return list(with_fingerprints(rows))


def sources(**texts: str) -> dict[str, Source]:
    """Sources by path, from texts by module name."""
    return {f"{name}.py": Source(f"{name}.py", text) for name, text in texts.items()}
