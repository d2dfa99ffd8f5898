# bed: group=direct forms=both
"""Other processes: started, waited for, talked to."""

import ctypes.util
import multiprocessing
import multiprocessing.pool
import os
import pty
import subprocess
import venv


async def runs():
    subprocess.run(["make", "all"], check=True)  # blocks: process


async def calls():
    return subprocess.call("make", shell=True)  # blocks: process


async def checks():
    return subprocess.check_output(["git", "log"])  # blocks: process


async def gets():
    return subprocess.getoutput("uptime")  # blocks: process


async def starts_and_waits():
    process = subprocess.Popen(["sleep", "5"])  # blocks: process id=popen
    process.wait()  # blocks: process


async def communicates(process: subprocess.Popen[bytes]):
    return process.communicate(b"in")  # blocks: process


async def reads_output():
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as process:  # blocks: process
        return process.stdout.read(10)  # blocks: process


async def shells():
    os.system("sync")  # blocks: process


async def opens_pipe():
    return os.popen("df").read()  # blocks: process


async def waits_for_any():
    return os.wait()  # blocks: process


async def waits_for_one(number):
    return os.waitpid(number, 0)  # blocks: process


async def spawns():
    os.spawnlp(os.P_WAIT, "cp", "cp", "a", "b")  # blocks: process


async def spawns_terminal():
    pty.spawn("/bin/sh")  # blocks: process


async def finds_library():
    return ctypes.util.find_library("ssl")  # blocks: process


async def makes_environment(folder):
    venv.create(folder, with_pip=True)  # blocks: process


async def joins_process():
    worker = multiprocessing.Process(target=print)
    worker.start()  # either: forking takes a moment
    worker.join()  # blocks: process


async def maps_over_processes():
    with multiprocessing.Pool(2) as pool:  # either: forking takes a moment
        return pool.map(abs, range(9))  # blocks: process


async def applies(pool: multiprocessing.pool.Pool):
    return pool.apply_async(abs, (1,)).get()  # blocks: process


async def takes_from_process(inbox: multiprocessing.Queue):
    return inbox.get()  # blocks: process


async def receives():
    here, there = multiprocessing.Pipe()
    there.send(1)  # either: waits only when the pipe is full
    return here.recv()  # blocks: process


async def waits_for_processes():
    flag = multiprocessing.Event()
    flag.wait()  # blocks: lock
