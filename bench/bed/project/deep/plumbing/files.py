# bed: group=deep forms=both
"""The file layer."""

import os
from pathlib import Path


def slurp(path):
    return Path(path).read_text()  # blocks: file


def slurp_all(paths):
    for path in paths:
        with open(path) as handle:  # blocks: file
            yield handle.read()  # blocks: file


class Log:
    def __init__(self, name):
        self.path = Path(name)
        self.lines = []

    def rotate(self):
        os.replace(self.path, self.path.with_suffix(".1"))  # blocks: file

    def flush(self):
        self.path.write_text("\n".join(self.lines))  # blocks: file
