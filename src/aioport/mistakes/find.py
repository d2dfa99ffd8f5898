"""Finds every mistake of the kinds in `mistake.py`: one function for each kind, one result."""

from __future__ import annotations

from aioport.blocking.facts import Facts
from aioport.catalog.index import Catalog
from aioport.mistakes.caches import find_cached
from aioport.mistakes.clients import find_clients
from aioport.mistakes.endpoints import find_endpoints
from aioport.mistakes.imports import find_imports
from aioport.mistakes.known import load_known
from aioport.mistakes.locks import find_held_locks
from aioport.mistakes.loops import find_inner_loops
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.unawaited import find_unawaited
from aioport.mistakes.view import View
from aioport.program.model import Program
from aioport.project import Project

KINDS = (
    find_held_locks,
    find_cached,
    find_unawaited,
    find_inner_loops,
    find_endpoints,
    find_clients,
    find_imports,
)


def find_mistakes(project: Project, program: Program, facts: Facts, catalog: Catalog) -> tuple[Mistake, ...]:
    """Everything in a project that goes wrong with asyncio beside blocking calls, sorted by path and place.

    Has to be called while the program's types can be read: inside of `checking.checked_program`.
    """
    view = View(project, program, facts, catalog, load_known())
    found = {mistake for find in KINDS for mistake in find(view)}
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.column, one.kind, one.message)))
