# bed: group=deep forms=both
"""The coroutines whose calls end in primitives, three files further on."""

from . import services
from .services import Accounts, collect, publish as announce
from deep import facade
from deep.facade import *  # noqa: F403
import deep.services as layer
import deep.plumbing.files


async def three_files():
    services.report()


async def by_imported_name():
    return collect(["a"])


async def by_alias():
    announce("x")


async def by_method():
    return Accounts("db.sqlite").names()


async def by_reexport():
    facade.settle()


async def by_star_import():
    starred()  # noqa: F405


async def by_module_alias():
    layer.archive("a")


async def by_dotted_path():
    return deep.plumbing.files.slurp("a")


async def by_module_attribute():
    return services.plumbing.net.resolve("example.org")


async def by_six_steps():
    services.step_one()


async def by_lazy_module():
    return facade.lazily()


async def by_shared_instance():
    services.shared.flush()


async def by_package_function():
    from deep.plumbing import greet

    return greet()


async def by_relative_package():
    from .plumbing.net import shout as cry

    cry("hello")
