"""Folders: `os.walk`, `scandir`, `shutil`, `Path.rglob`, hashing, and an upload of each file."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import requests

SERVER = os.environ["SERVER"]


def make(folder):
    for name in ("a/one.txt", "a/b/two.txt", "three.txt"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name * 3)


def files(folder):
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(base) / name


def digest(path):
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(4):
            found.update(block)
    return found.hexdigest()[:8]


def upload(path):
    with open(path, "rb") as file:
        return requests.post(f"{SERVER}/save", data=file.read()).status_code


def main():
    folder = Path(tempfile.mkdtemp())
    try:
        make(folder)
        for path in files(folder):
            print(path.relative_to(folder), digest(path), upload(path), path.stat().st_size)
        with os.scandir(folder) as entries:
            print(sorted(entry.name for entry in entries if entry.is_file()))
        print(sorted(path.name for path in folder.rglob("*.txt")))
    finally:
        shutil.rmtree(folder)
    print(folder.exists())


if __name__ == "__main__":
    main()
