# bed: group=packages forms=both
"""Packages that nobody has heard of: only their source says what they do."""

import lanternfish
import murmur
import plumbline
import quietmill
import tallowbox
from lanternfish import Lamp
from murmur import hub, retrying
from quietmill import Mill, fetch as grind
from softpause import rest as doze


async def package_function(host):
    return quietmill.fetch(host)  # blocks: network


async def package_function_as(host):
    return grind(host)  # blocks: network


async def package_method(host):
    mill = Mill(host)
    return mill.turn()  # blocks: network


async def package_context_manager(host):
    with Mill(host) as mill:  # blocks: network
        return mill.name


async def package_property(mill: Mill):
    return mill.level  # blocks: network


async def package_iterator(mill: quietmill.Mill):
    return [grain for grain in mill.grains()]  # blocks: network


async def package_wait():
    doze(3)  # blocks: sleep


async def package_item(path):
    box = tallowbox.Box(path)
    return box["a"]  # blocks: file


async def package_contains(box: tallowbox.Box):
    return "a" in box  # blocks: file


async def package_set_item(box: tallowbox.Box):
    box["a"] = "b"  # blocks: file


async def package_truth(box: tallowbox.Box):
    return 1 if box else 2  # blocks: file


async def package_for(box: tallowbox.Box):
    for name in box:  # blocks: file
        yield name


async def package_f_string(box: tallowbox.Box):
    return f"{box}"  # blocks: file


async def package_constructor(path):
    return tallowbox.Vault(path)  # blocks: file


async def package_inherited(path):
    vault = tallowbox.Vault(path)  # blocks: file
    vault.sync()  # blocks: file


async def behind_stubs(host):
    return lanternfish.glow(host)  # blocks: network


async def method_behind_stubs():
    return Lamp("example.org").flash(3)  # blocks: sleep


async def module_of_one_file(command):
    return plumbline.plumb(command)  # blocks: process


async def module_lazy_import(path):
    return plumbline.measure(path)  # blocks: file


async def module_dispatch():
    return plumbline.act("drop")  # blocks: sleep


async def package_global():
    hub.drain()  # blocks: lock


@retrying(times=3)
def flaky():
    return 1


async def package_decorator():
    return flaky()  # blocks: sleep


async def package_generator(path):
    return next(tallowbox.pages(path))  # blocks: file


async def package_context_function():
    with tallowbox.locked("a"):  # blocks: file
        return 1


class Special(murmur.Base):
    def step(self):
        return 1


async def package_template():
    Special().run()  # blocks: sleep


class Poller(quietmill.Mill):
    def poll(self):
        return self.turn()  # blocks: network


async def package_base_class(host):
    return Poller(host).poll()
