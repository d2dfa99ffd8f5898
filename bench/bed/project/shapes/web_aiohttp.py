# bed: group=frameworks forms=async
"""Handlers of aiohttp, and what its client awaits."""

import sqlite3
import subprocess
import time

import aiohttp
from aiohttp import web

routes = web.RouteTableDef()


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    rows = sqlite3.connect("a.db").execute("select 1").fetchall()  # blocks: database
    return web.json_response(rows)


class Page(web.View):
    async def get(self):
        return web.Response(text=self.render())

    def render(self):
        time.sleep(1)  # blocks: sleep
        return ""


async def startup(app: web.Application):
    subprocess.run(["migrate"], check=True)  # blocks: process


async def passes_on(request: web.Request):
    async with aiohttp.ClientSession() as session:
        async with session.get("http://example.org") as answer:  # fine: awaited
            data = await answer.json()  # fine: awaited
    return web.json_response(data)


app = web.Application()
app.add_routes(routes)
app.router.add_view("/page", Page)
app.on_startup.append(startup)
