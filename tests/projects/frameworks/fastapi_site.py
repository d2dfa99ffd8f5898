"""A FastAPI site under uvicorn: endpoints that can await all, one that needs a thread, one that is async for nothing."""

import os
import sqlite3
import threading
import time

import requests
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException

SERVER = os.environ["SERVER"]
app = FastAPI()
router = APIRouter(prefix="/items")


def greeting():
    return requests.get(f"{SERVER}/text").text


@app.get("/hello")
def hello(text: str = Depends(greeting)):
    return {"text": text}


@router.get("/{number}")
def item(number: int):
    found = requests.get(f"{SERVER}/item/{number}")
    if found.status_code != 200:
        raise HTTPException(404, f"no item {number}")
    return found.json()


def stored(number):
    connection = sqlite3.connect(":memory:")
    return connection.execute("select ? * 2", (number,)).fetchone()[0]


@app.get("/stored/{number}")
def from_store(number: int):
    return stored(number)


@app.get("/needless/{number}")
async def needless(number: int):
    return stored(number)


@app.get("/both/{number}")
async def both(number: int):
    time.sleep(0.001)
    return stored(number)


app.include_router(router)

if __name__ == "__main__":
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    for path in ("/hello", "/items/4", "/items/99", "/stored/3", "/needless/4", "/both/5"):
        answer = requests.get(f"http://127.0.0.1:{port}{path}")
        print(answer.status_code, answer.text)
    server.should_exit = True
