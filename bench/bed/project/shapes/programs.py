# bed: group=frameworks forms=async
"""Coroutines as whole programs write them."""

import asyncio
import logging
import shutil
import socket
import sys
import time
from pathlib import Path

import requests


class Poller:
    def __init__(self, url, folder):
        self.url = url
        self.folder = Path(folder)
        self.session = requests.Session()
        self.log = logging.getLogger(__name__)

    async def run(self):
        while True:
            await self.tick()
            await asyncio.sleep(5)  # fine: awaited

    async def tick(self):
        answer = self.session.get(self.url, timeout=5)  # blocks: network
        answer.raise_for_status()
        self.keep(answer.content)
        await asyncio.to_thread(self.clean)  # fine: awaited

    def keep(self, content):
        (self.folder / "latest").write_bytes(content)  # blocks: file

    def clean(self):
        shutil.rmtree(self.folder)  # fine: only runs in a thread


class Protocol(asyncio.Protocol):
    def data_received(self, data):
        Path("received").write_bytes(data)  # blocks: file

    def connection_lost(self, error):
        time.sleep(1)  # blocks: sleep


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Protocol, "127.0.0.1", 0)
    await server.serve_forever()  # fine: awaited


async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    line = await reader.readline()  # fine: awaited
    address = socket.gethostbyname(line.decode())  # blocks: dns
    writer.write(address.encode())  # fine: a stream's write only fills a buffer
    await writer.drain()


async def streams():
    await asyncio.start_server(on_connect, "127.0.0.1", 0)


def main():
    asyncio.run(Poller(sys.argv[1], "data").run())


if __name__ == "__main__":
    main()
