"""Names for the functions that planning writes: after what they bring (`read_config`), free in their file."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from aioport.catalog.schema import Category

VERBS: dict[Category, str] = {
    "file": "read",
    "database": "query",
    "network": "fetch",
    "dns": "look_up",
    "process": "get",
    "console": "ask_for",
    "cpu": "compute",
    "sleep": "get",
    "lock": "get",
}
"""How a unit gets what it returns."""

DEEDS: dict[Category, str] = {
    "file": "use_files",
    "database": "use_database",
    "network": "use_network",
    "dns": "look_up_hosts",
    "process": "run_commands",
    "console": "use_console",
    "cpu": "compute",
    "sleep": "pause",
    "lock": "wait_for_threads",
}
"""What a unit that returns nothing does."""

MOST_NAMES = 2
"""A function that returns more is called after the first of them."""


def name_unit(
    category: Category, names: Sequence[str], function: str, *, returns: bool, taken: AbstractSet[str]
) -> str:
    """A free name for a unit that returns some names, or returns from `function` altogether."""
    plain = [name.strip("_") or name for name in names]
    if returns:
        wanted = f"{function.strip('_')}_in_thread"
    elif len(plain) > MOST_NAMES:
        wanted = f"{VERBS[category]}_{plain[0]}_and_more"
    elif plain:
        wanted = f"{VERBS[category]}_{'_and_'.join(plain)}"
    else:
        wanted = DEEDS[category]
    return free_name(wanted, taken)


def name_item(category: Category, container: str, taken: AbstractSet[str]) -> str:
    """A free name for the function that gets one item of a list: `fetch_page` for `pages`."""
    return free_name(f"{VERBS[category]}_{_singular(container.strip('_') or container)}", taken)


def free_name(wanted: str, taken: AbstractSet[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    return name


def _singular(name: str) -> str:
    if name.endswith("ies") and len(name) > len("ties"):
        return f"{name[:-3]}y"
    if name.endswith(("ches", "shes", "sses", "xes")):
        return name[:-2]
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        return name[:-1]
    return name
