# bed: group=imports forms=both
"""Imports inside coroutines: what they bring, and what they run."""


async def import_in_function():
    import time

    time.sleep(1)  # blocks: sleep


async def from_import_in_function(host):
    from socket import gethostbyname

    return gethostbyname(host)  # blocks: dns


async def import_of_own_module():
    from imports.helpers import wait

    wait()


async def module_body_runs():
    import imports.slow_start

    return imports.slow_start.READY


async def module_body_runs_relatively():
    from . import reads_on_import

    return reads_on_import.TEXT


async def package_body_runs():
    from imports.heavy import thing

    return thing.VALUE


async def module_body_of_an_import():
    import imports.first_of_two

    return imports.first_of_two


async def import_by_name():
    import importlib

    module = importlib.import_module("imports.by_name")  # either: reads a file once
    module.go()


async def try_import():
    try:
        import ujson_that_is_missing as json
    except ImportError:
        import json

    with open("a") as handle:  # blocks: file
        return json.load(handle)  # blocks: file
