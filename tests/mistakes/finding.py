"""Small projects, searched for mistakes: what the tests of `mistakes` share."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aioport.catalog.load import load_catalog
from aioport.checking import checked_program
from aioport.discovery import discover
from aioport.mistakes.find import find_mistakes
from aioport.mistakes.mistake import Mistake
from aioport.settings import Options
from tests.scanning import Files, write

MARK = re.compile(r"# !(?P<kind>[\w-]+)")
"""What stands on each line where a mistake is to be found: `# !never-awaited`."""

PACKAGES: Mapping[str, str] = {
    "fastapi/__init__.py": "from fastapi.applications import FastAPI\nfrom fastapi.routing import APIRouter",
    "fastapi/applications.py": """
        from collections.abc import Callable
        from typing import TypeVar

        F = TypeVar("F", bound=Callable[..., object])

        class FastAPI:
            def get(self, path: str) -> Callable[[F], F]: ...
            def post(self, path: str) -> Callable[[F], F]: ...
            def websocket(self, path: str) -> Callable[[F], F]: ...
        """,
    "fastapi/routing.py": "from fastapi.applications import FastAPI\nclass APIRouter(FastAPI): ...",
    "starlette/__init__.py": "",
    "starlette/routing.py": """
        from collections.abc import Callable

        class Route:
            def __init__(self, path: str, endpoint: Callable[..., object]) -> None: ...
        """,
    "httpx/__init__.py": "from httpx._client import AsyncClient, Client",
    "httpx/_client.py": """
        class Client:
            def __init__(self, *, base_url: str = "", timeout: float = 5.0) -> None: ...
            def get(self, url: str) -> str: return url

        class AsyncClient:
            def __init__(self, *, base_url: str = "", timeout: float = 5.0) -> None: ...
            async def __aenter__(self) -> "AsyncClient": return self
            async def __aexit__(self, *reason: object) -> None: ...
            async def get(self, url: str) -> str: return url
            async def aclose(self) -> None: ...
        """,
    "async_lru/__init__.py": """
        from collections.abc import Callable
        from typing import TypeVar

        F = TypeVar("F", bound=Callable[..., object])

        def alru_cache(function: F) -> F: return function
        """,
    "heavy/__init__.py": "import heavy.needed",
    "heavy/needed.py": "",
    "heavy/extra.py": "",
    "heavy/more/__init__.py": "",
}
"""What the projects of the tests find installed: libraries as small as can be."""


def check(files: Files, packages: Mapping[str, str] = PACKAGES) -> tuple[Mistake, ...]:
    """Assert that the mistakes in a project are those that its lines are marked with; returns them."""
    texts = {"app.py": files} if isinstance(files, str) else files
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        for path, text in texts.items():
            write(top / "project" / path, text)
        for path, text in packages.items():
            write(top / "environment" / "lib" / "python3.11" / "site-packages" / path, text)
        write(top / "environment" / "pyvenv.cfg", "version = 3.11.0\n")
        found = mistakes_in(top / "project", str(top / "environment"))
        marked = {
            (path, number, match["kind"])
            for path in texts
            for number, line in enumerate(
                (top / "project" / path).read_bytes().decode("utf-8", "replace").splitlines(), 1
            )
            for match in MARK.finditer(line)
        }
    places = [(one.path, one.line, one.kind) for one in found]
    assert sorted(places) == sorted(marked), "\n".join(map(str, found))
    return found


def mistakes_in(root: Path, python: str) -> tuple[Mistake, ...]:
    """Every mistake in a folder, with what is installed in an environment."""
    catalog = load_catalog()
    project = discover((root,), Options(python=python))
    with checked_program(project, catalog, strict=False) as checked:
        return find_mistakes(checked.project, checked.program, checked.facts, catalog)
