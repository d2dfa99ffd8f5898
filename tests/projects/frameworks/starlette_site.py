"""A Starlette site under uvicorn: routes that can await all, one that needs a thread, and a class of endpoints."""

import os
import sqlite3
import threading
import time

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

SERVER = os.environ["SERVER"]


def item(request):
    found = requests.get(f"{SERVER}/item/{request.path_params['number']}")
    return JSONResponse(found.json() if found.status_code == 200 else None, found.status_code)


def stored(request):
    connection = sqlite3.connect(":memory:")
    row = connection.execute("select ? * 2", (request.path_params["number"],)).fetchone()
    return PlainTextResponse(str(row[0]))


def added(request):
    time.sleep(0.001)
    return PlainTextResponse("added")


class Text(HTTPEndpoint):
    def get(self, request):
        return PlainTextResponse(requests.get(f"{SERVER}/text").text)


app = Starlette(
    routes=[
        Mount("/items", routes=[Route("/{number:int}", endpoint=item, methods=["GET"])]),
        Route("/stored/{number:int}", stored),
        Route("/text", Text),
    ]
)
app.add_route("/added", added)

if __name__ == "__main__":
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    for path in ("/items/4", "/items/99", "/stored/3", "/text", "/added"):
        answer = requests.get(f"http://127.0.0.1:{port}{path}")
        print(answer.status_code, answer.text)
    server.should_exit = True
