# bed: group=direct forms=both
"""Waits for a person at the terminal."""

import cmd
import getpass
import sys


async def asks():
    return input("name: ")  # blocks: console


async def asks_secret():
    return getpass.getpass()  # blocks: console


async def reads_line():
    return sys.stdin.readline()  # blocks: console


async def reads_all():
    return sys.stdin.buffer.read()  # blocks: console


async def reads_lines():
    for line in sys.stdin:  # blocks: console
        yield line


async def loops():
    cmd.Cmd().cmdloop()  # blocks: console
