"""Small projects with made-up packages around them, and what a conversion would do to their dependencies."""

from collections.abc import Mapping
from pathlib import Path

from aioport.catalog.load import load_catalog
from aioport.discovery import discover
from aioport.requiring.outcome import Dependencies
from aioport.requiring.require import require
from aioport.settings import Options
from tests.cli.running import write_files

BEFORE = "import requests\n\n\ndef fetch(url):\n    return requests.get(url).json()\n"
AFTER = "import aiohttp\n\n\nasync def fetch(url):\n    return await aiohttp.get(url)\n"
PROJECT = '[project]\nname = "shop"\ndependencies = [{}]\n'


def install(
    environment: Path, name: str, files: tuple[str, ...], needs: tuple[str, ...] = (), plugs: str = ""
) -> None:
    """Write the metadata of a distribution."""
    site = environment / "lib" / "python3.11" / "site-packages"
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        "Version: 1",
        *(f"Requires-Dist: {one}" for one in needs),
    ]
    folder = f"{name}-1.dist-info"
    write_files(
        site,
        {
            f"{folder}/METADATA": "\n".join(lines) + "\n",
            f"{folder}/RECORD": "".join(f"{one},,\n" for one in (*files, f"{folder}/METADATA")),
            f"{folder}/entry_points.txt": plugs,
        },
    )


def converted(
    folder: Path, files: Mapping[str, str | bytes], inside: str = "", lead: str = ""
) -> Dependencies:
    """What becomes of the dependencies where `app.py` goes from requests to aiohttp.

    files: besides `app.py`; inside: the folder that is converted; lead: what `app.py` begins with.
    """
    environment = folder / "environment"
    if not environment.exists():
        install(environment, "requests", ("requests/__init__.py", "requests/api.py"), ("urllib3", "idna"))
        install(environment, "urllib3", ("urllib3/__init__.py",))
        install(environment, "idna", ("idna/__init__.py",))
    root = folder / "project"
    here = f"{inside}/app.py".lstrip("/")
    write_files(root, {"../environment/pyvenv.cfg": "", ".git/HEAD": "", here: lead + BEFORE, **files})
    project = discover([root / inside], Options(python=str(environment)))
    return require(project, load_catalog(), ["requests"], {"app.py": (lead + AFTER).encode()})


def steps(dependencies: Dependencies) -> list[str]:
    """`added pyproject.toml aiohttp>=3.14,<4`, line by line."""
    return [f"{one.action} {one.path} {one.requirement}" for one in dependencies.steps]
