# bed: group=allowed forms=both
"""Waits that somebody has looked at and allowed."""

import sqlite3
import subprocess
import time
from pathlib import Path


async def on_the_line():
    time.sleep(0.001)  # aioport: allow[sleep] a tick of the hardware  # fine: allowed


async def on_the_line_above():
    # aioport: allow[file] read once at the start
    return Path("a").read_text()  # fine: allowed


async def database():
    return sqlite3.connect(":memory:")  # aioport: allow[database] in memory  # fine: allowed


async def process():
    # aioport: allow[process] a command of milliseconds
    subprocess.run(["true"])  # fine: allowed


def deep():
    time.sleep(0.001)  # aioport: allow[sleep] looked at  # fine: allowed


async def through_a_function():
    deep()


async def of_another_category():
    time.sleep(1)  # aioport: allow[file] another category  # blocks: sleep


async def the_line_after_only():
    # aioport: allow[sleep] for the next line
    time.sleep(0.001)  # fine: allowed
    time.sleep(1)  # blocks: sleep
