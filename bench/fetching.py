"""Packages that the benchmarks need: fetched by pip into a cache folder, never into the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path


def cache_folder(chosen: Path | None = None) -> Path:
    """The folder for downloads and layouts: the one given, $AIOPORT_BENCH_CACHE, or ~/.cache/aioport-bench.

    Returned absolute; it need not exist yet.
    """
    if chosen is not None:
        return chosen.resolve()
    if named := os.environ.get("AIOPORT_BENCH_CACHE"):
        return Path(named).resolve()
    return Path.home() / ".cache" / "aioport-bench"


def fetch_wheel(requirement: str, downloads: Path) -> Path:
    """The wheel of a pinned requirement (`name==version`), from `downloads` or through `pip download`.

    Raises `subprocess.CalledProcessError` when pip fails, and `FileNotFoundError` when it leaves no wheel.
    """
    name, _, version = requirement.partition("==")
    pattern = f"{name.replace('-', '_').lower()}-{version}-*.whl"

    def stored() -> Path | None:
        return next(iter(sorted(downloads.glob(pattern))), None)

    if (wheel := stored()) is not None:
        return wheel
    downloads.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary", ":all:", "--dest", str(downloads), requirement),
        ],
        check=True,
    )
    if (wheel := stored()) is None:
        raise FileNotFoundError(f"pip left no wheel of {requirement} in {downloads}")
    return wheel


def unpacked(wheel: Path, folder: Path) -> Path:
    """The content of a wheel in `folder`/<its stem>, unpacked on first use; returns that folder."""
    target = folder / wheel.stem
    if not target.is_dir():
        partial = folder / f"{wheel.stem}.partial"
        with zipfile.ZipFile(wheel) as bundle:
            bundle.extractall(partial)
        partial.rename(target)
    return target
