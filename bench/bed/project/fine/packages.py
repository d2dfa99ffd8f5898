# bed: group=fine forms=both
"""Parts of packages that do not wait."""

import lanternfish
import murmur
import quietmill
import softpause
import tallowbox
from murmur import Signal, hub


async def quick_method():
    mill = quietmill.Mill("a")  # fine: connects later
    mill.rename("b")  # fine: sets a name
    return mill.name  # fine: a field


async def quick_function():
    return softpause.describe(1)  # fine: text only


async def quick_label(box: tallowbox.Box):
    return box.label()  # fine: text only


async def quick_behind_stubs():
    return lanternfish.colour(1), lanternfish.Lamp("a")  # fine: computing


def quick():
    return 1


async def quick_callback():
    return murmur.call(quick)  # fine: what it calls is quick


async def quick_registration():
    signal = Signal()
    signal.connect(quick)  # fine: only stored
    hub.listener(quick)  # fine: only stored


async def generator_only_made():
    return tallowbox.pages("a") is None  # fine: nobody iterates
