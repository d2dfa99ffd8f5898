# bed: group=fine forms=async
"""What waits without blocking."""

import asyncio
import asyncio.subprocess
import contextlib

import aiofiles
import aiohttp
import anyio
import asyncpg
import httpx
import psycopg
import redis.asyncio as redis
from asyncio import Event, Lock, Queue, sleep
from sqlalchemy.ext.asyncio import create_async_engine


async def sleeps():
    await asyncio.sleep(1)  # fine: awaited


async def sleeps_by_name():
    await sleep(1)  # fine: asyncio's, not time's


lock = Lock()
ready = Event()
jobs: Queue = Queue(maxsize=1)
slots = asyncio.Semaphore(2)
changed = asyncio.Condition()


async def locks():
    async with lock:  # fine: asyncio's lock
        await ready.wait()  # fine: asyncio's event


async def acquires():
    await lock.acquire()  # fine: asyncio's lock
    lock.release()


async def semaphore():
    async with slots:  # fine: asyncio's semaphore
        pass


async def condition():
    async with changed:  # fine: asyncio's condition
        await changed.wait()  # fine: asyncio's condition


async def takes():
    await jobs.put(1)  # fine: asyncio's queue
    await jobs.join()  # fine: asyncio's queue
    return await jobs.get()  # fine: asyncio's queue


async def fetches(url):
    async with aiohttp.ClientSession() as session:  # fine: an async client
        async with session.get(url) as answer:  # fine: an async client
            return await answer.text()  # fine: an async client


async def fetches_with_httpx(client: httpx.AsyncClient, url):
    answer = await client.get(url)  # fine: an async client
    return answer.json()  # fine: the body is there already


async def streams_with_httpx(client: httpx.AsyncClient, url):
    async with client.stream("GET", url) as answer:  # fine: an async client
        async for line in answer.aiter_lines():  # fine: an async client
            yield line


async def reads_file():
    async with aiofiles.open("a") as handle:  # fine: aiofiles uses threads
        return await handle.read()  # fine: aiofiles uses threads


async def reads_anyio_path():
    return await anyio.Path("a").read_text()  # fine: anyio uses threads


async def queries(dsn):
    connection = await asyncpg.connect(dsn)  # fine: an async driver
    return await connection.fetch("select 1")  # fine: an async driver


async def queries_with_psycopg(dsn):
    async with await psycopg.AsyncConnection.connect(dsn) as connection:  # fine: the async half
        cursor = await connection.execute("select 1")  # fine: the async half
        return await cursor.fetchone()  # fine: the async half


async def asks_redis():
    client = redis.Redis()  # either: looks for plugins once
    return await client.get("a")  # fine: the async half


async def sqlalchemy_connection(url):
    engine = create_async_engine(url)  # either: imports a driver
    async with engine.connect() as connection:  # fine: the async half
        await connection.commit()  # fine: the async half


async def starts_process():
    process = await asyncio.create_subprocess_exec("ls")  # fine: asyncio's processes
    await process.wait()  # fine: asyncio's processes
    return await process.communicate()  # fine: asyncio's processes


async def starts_shell():
    process = await asyncio.create_subprocess_shell("ls", stdout=asyncio.subprocess.PIPE)  # fine: asyncio's
    return await process.stdout.read()  # fine: a stream


async def connects(host):
    reader, writer = await asyncio.open_connection(host, 80)  # fine: a stream
    writer.write(b"GET /\r\n")  # fine: only fills a buffer
    await writer.drain()  # fine: a stream
    return await reader.readline()  # fine: a stream


async def looks_up(host):
    return await asyncio.get_running_loop().getaddrinfo(host, 80)  # fine: the loop's own, in a thread


async def waits_for_tasks(tasks):
    await asyncio.wait(tasks)  # fine: asyncio's
    return [task.result() for task in tasks]  # fine: the tasks are done


async def finished_task():
    task = asyncio.create_task(asyncio.sleep(1))
    await task
    return task.result()  # fine: a task's result never waits


async def with_timeout():
    async with asyncio.timeout(3):
        await asyncio.wait_for(ready.wait(), 2)  # fine: asyncio's event


@contextlib.asynccontextmanager
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


async def own_async_context():
    async with session() as opened:
        await opened.get("http://example.org")  # fine: an async client


class Clock:
    async def sleep(self, seconds):
        await asyncio.sleep(seconds)  # fine: awaited


async def own_async_method():
    await Clock().sleep(1)  # fine: a coroutine of its own


async def anyio_sleep():
    await anyio.sleep(1)  # fine: awaited


async def loop_sockets(plug):
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plug, ("127.0.0.1", 1))  # fine: the loop's own
    return await loop.sock_recv(plug, 100)  # fine: the loop's own
