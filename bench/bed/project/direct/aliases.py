# bed: group=direct forms=both
"""The same primitives under other names."""

import os.path as paths
import os as operating
import subprocess as sp
import time as clock
import urllib.request as web
from builtins import open as unlock
from os import listdir, system as shell
from pathlib import Path as P
from socket import create_connection as dial, socket as Socket
from subprocess import PIPE, Popen as Start, check_call
from threading import Lock as Mutex
from time import sleep
from time import sleep as nap
from urllib.request import urlopen as fetch

rest = clock.sleep
halt, start = nap, sp.run


async def from_import():
    sleep(1)  # blocks: sleep


async def from_import_as():
    nap(1)  # blocks: sleep


async def module_as():
    clock.sleep(1)  # blocks: sleep


async def assigned():
    rest(1)  # blocks: sleep


async def assigned_as_tuple():
    halt(1)  # blocks: sleep
    start(["true"])  # blocks: process


async def assigned_inside():
    wait = nap
    wait(2)  # blocks: sleep


async def builtin_as(path):
    return unlock(path)  # blocks: file


async def submodule_as(url):
    return web.urlopen(url), paths.join("a")  # blocks: network


async def function_as(url):
    return fetch(url)  # blocks: network


async def os_as(folder):
    return operating.listdir(folder)  # blocks: file


async def os_function(folder):
    return listdir(folder)  # blocks: file


async def os_function_as():
    shell("ls")  # blocks: process


async def class_as():
    return P("a").read_bytes()  # blocks: file


async def socket_as(host):
    return dial((host, 1))  # blocks: network


async def socket_class_as(host):
    plug = Socket()
    plug.connect((host, 1))  # blocks: network


async def popen_as():
    child = Start(["cat"], stdin=PIPE)  # blocks: process
    child.communicate()  # blocks: process


async def call_as():
    check_call(["make"])  # blocks: process


async def lock_as():
    mutex = Mutex()
    with mutex:  # blocks: lock
        pass


async def bound_method_as(path: P):
    read = path.read_text
    return read()  # blocks: file


async def bound_lock_as():
    mutex = Mutex()
    take = mutex.acquire
    take()  # blocks: lock


async def unbound_method():
    return P.read_text(P("a"))  # blocks: file


async def by_import_function():
    return __import__("time").sleep(1)  # blocks: sleep
