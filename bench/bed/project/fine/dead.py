# bed: group=fine forms=both
"""Code that never runs."""

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests

    time.sleep(1)  # fine: only for type checkers

DEBUG = False


async def if_false():
    if False:
        time.sleep(1)  # fine: never runs


async def if_zero():
    if 0:
        time.sleep(1)  # fine: never runs


async def else_of_true():
    if True:
        return 1
    else:
        time.sleep(1)  # fine: never runs


async def after_return():
    return 1
    time.sleep(1)  # fine: never runs


async def after_raise():
    raise ValueError
    time.sleep(1)  # fine: never runs


async def after_both():
    if sys.argv:
        return 1
    else:
        return 2
    time.sleep(1)  # fine: never runs


async def after_continue(items):
    for item in items:
        continue
        time.sleep(item)  # fine: never runs


async def after_endless_loop():
    while True:
        sys.stdout.isatty()
    time.sleep(1)  # fine: never runs


async def old_python():
    if sys.version_info < (3, 0):
        time.sleep(1)  # fine: never runs


async def type_checking():
    if TYPE_CHECKING:
        time.sleep(1)  # fine: never runs


async def while_false():
    while False:
        time.sleep(1)  # fine: never runs


async def and_false():
    return False and time.sleep(1)  # fine: never runs


async def ternary():
    return time.sleep(1) if False else 2  # fine: never runs


async def not_type_checking_else():
    if not TYPE_CHECKING:
        return 1
    else:
        time.sleep(1)  # fine: never runs


async def after_exit():
    sys.exit(1)
    time.sleep(1)  # fine: never runs


if sys.version_info < (3,):

    def pause():
        time.sleep(1)  # fine: never defined
else:

    def pause():
        return None


async def defined_by_version():
    pause()  # fine: the one for this version does not wait


async def assert_never(value: int):
    assert False, value
    time.sleep(1)  # either: runs with -O
