"""Packages that the benchmarks need: fetched by pip into a cache folder, never into the checkout."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


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
            *(sys.executable, *PIP, "download"),
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


def environment_with(requirements: Sequence[str], folder: Path) -> Path:
    """A virtual environment with exactly some pinned requirements, made on first use below `folder`.

    Raises `subprocess.CalledProcessError` when pip fails.
    """
    named = "\n".join([sys.implementation.cache_tag or "", *sorted(requirements)])
    target = folder / hashlib.sha256(named.encode()).hexdigest()[:16]
    if not (target / "requirements.txt").is_file():
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(target)], check=True)
        if requirements:
            python = target / "bin" / "python"
            options = ("install", "--no-deps", "--only-binary", ":all:")
            subprocess.run(
                [sys.executable, *PIP, "--python", str(python), *options, *requirements], check=True
            )
        (target / "requirements.txt").write_text("\n".join(requirements), encoding="utf-8")
    return target


def site_packages(environment: Path) -> Path:
    """Where an environment that this interpreter made keeps its packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return environment / "lib" / version / "site-packages"
