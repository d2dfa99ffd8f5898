"""The projects that the scan benchmark looks at: their versions, and what their code imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fetching import environment_with, fetch_wheel, unpacked


@dataclass(frozen=True, slots=True)
class Package:
    """A project as it is published.

    requirement: its own pinned requirement.
    paths: its code inside the wheel.
    needs: what its code imports, pinned, the needs of these included.
    """

    requirement: str
    paths: tuple[str, ...]
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.requirement.partition("==")[0]


@dataclass(frozen=True, slots=True)
class Laid:
    """A project on disk: the folder that its code is imported from, its code, and the environment beside it."""

    root: Path
    code: tuple[Path, ...]
    environment: Path


DJANGO = Package("django==5.2.19", ("django",), ("asgiref==3.13.0", "sqlparse==0.6.1"))
REQUESTS = Package(
    "requests==2.34.2",
    ("requests",),
    ("certifi==2026.10.18", "charset-normalizer==3.5.2", "idna==3.20", "urllib3==2.8.0"),
)
HOME_ASSISTANT = Package("homeassistant==2024.3.3", ("homeassistant",))
"""The last release that is written for Python 3.11. Without its needs, which are hundreds."""

PACKAGES = (
    DJANGO,
    Package("peewee==4.5.3", ("peewee.py", "playhouse", "pwiz.py")),
    Package(
        "flask==3.1.3",
        ("flask",),
        (
            "blinker==1.9.0",
            "click==8.5.1",
            "itsdangerous==2.2.0",
            "jinja2==3.1.6",
            "markupsafe==3.0.4",
            "werkzeug==3.1.9",
        ),
    ),
    REQUESTS,
    Package(
        "celery==5.7.0",
        ("celery",),
        (
            "amqp==5.4.2",
            "billiard==4.3.2",
            "click==8.5.1",
            "click-didyoumean==0.3.1",
            "click-plugins==1.1.1.2",
            "click-repl==0.4.1",
            "kombu==5.7.0",
            "prompt-toolkit==3.0.53",
            "python-dateutil==2.9.0.post0",
            "six==1.17.0",
            "typing-extensions==4.16.0",
            "tzlocal==5.4.5",
            "vine==5.1.0",
            "wcwidth==0.9.4",
        ),
    ),
    HOME_ASSISTANT,
)


def lay_out(package: Package, cache: Path) -> Laid:
    """Fetch and unpack a project and make its environment, once.

    Raises `subprocess.CalledProcessError` when pip fails, and FileNotFoundError when it leaves no wheel.
    """
    root = unpacked(fetch_wheel(package.requirement, cache / "downloads"), cache / "unpacked")
    environment = environment_with(package.needs, cache / "environments")
    return Laid(root, tuple(root / path for path in package.paths), environment)


def sources(laid: Laid) -> Iterator[tuple[Path, ast.Module]]:
    """The Python files of a project with their trees, those that do not parse left out."""
    for place in laid.code:
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            try:
                yield path, ast.parse(path.read_bytes())
            except (SyntaxError, ValueError):
                continue
