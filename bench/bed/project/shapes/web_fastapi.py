# bed: group=frameworks forms=async
"""Endpoints: coroutines run on the loop, plain functions in a pool of threads."""

import time
from pathlib import Path

import requests
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI

app = FastAPI()
router = APIRouter(prefix="/v1")


@app.get("/direct")
async def direct():
    time.sleep(1)  # blocks: sleep
    return {}


class Repository:
    def find(self, name: str) -> str:
        return Path(name).read_text()  # blocks: file


def repository() -> Repository:
    return Repository()


@router.get("/{name}")
async def injected(name: str, found: Repository = Depends(repository)):
    return {"text": found.find(name)}


async def current_user():
    return requests.get("http://users.example.org/me").json()  # blocks: network


@router.get("/me")
async def depends_on_coroutine(user=Depends(current_user)):
    return user


@router.get("/pool")
def plain_endpoint():
    time.sleep(1)  # fine: a plain endpoint runs in a thread
    return {}


def plain_dependency():
    return Path("a").read_text()  # fine: a plain dependency runs in a thread


@router.get("/pool/dependency")
async def depends_on_function(text: str = Depends(plain_dependency)):
    return text


def plain_task(name: str):
    Path(name).touch()  # fine: a plain background task runs in a thread


@router.post("/tasks")
async def adds_task(tasks: BackgroundTasks):
    tasks.add_task(plain_task, "a")


@app.middleware("http")
async def middleware(request, call_next):
    with open("access.log", "a") as log:  # blocks: file
        log.write(str(request.url))  # blocks: file
    return await call_next(request)


app.include_router(router)
