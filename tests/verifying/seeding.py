"""Projects that are analysed as if they were the outcome of a conversion."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from aioport.analysing import Analysed, analysed
from aioport.catalog.load import load_catalog
from aioport.discovery import discover
from aioport.settings import Options


@contextmanager
def analysis_of(root: Path, files: Mapping[str, str], **options: str) -> Iterator[Analysed]:
    """The analysis of some files, which are written below a folder."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    with analysed(discover([root], Options(**options)), load_catalog()) as found:  # type: ignore[arg-type]
        yield found
