"""What frameworks call, they call as they always did: it stays sync, with who calls it as the reason."""

import pytest

from tests.planning.deciding import Decided, decide
from tests.traps.table import trap

VIEWS = """
import requests
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return requests.get("http://x/").text
"""

COMMANDS = """
import argparse

import click
import requests


@click.command()
def fetch():
    click.echo(requests.get("http://x/").text)


def existing(text):
    if requests.get(text).status_code != 200:
        raise argparse.ArgumentTypeError(text)
    return text


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("url", type=existing)
    return parser.parse_args()
"""

ENDPOINTS = """
import time

import requests
from fastapi import BackgroundTasks, Depends, FastAPI

app = FastAPI()


def user():
    return requests.get("http://x/").json()


def log(text):
    requests.post("http://x/", data=text)


@app.get("/items")
def items(tasks: BackgroundTasks, one=Depends(user)):
    time.sleep(1)
    tasks.add_task(log, "seen")
    return one
"""

JOBS = """
import requests
from celery import Celery

app = Celery("jobs")


@app.task
def job(number):
    return requests.get(f"http://x/{number}").json()


@app.task(bind=True)
def bound(self, number):
    return job(number)
"""

HANDLERS = """
import socketserver
from http.server import BaseHTTPRequestHandler
from xmlrpc.server import SimpleXMLRPCServer

import requests


class Proxy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.wfile.write(self.load())

    def load(self):
        return requests.get("http://x/" + self.path).content


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(requests.get("http://x/").content)


def remote(number):
    return requests.get(f"http://x/{number}").text


def serve():
    server = SimpleXMLRPCServer(("127.0.0.1", 8000))
    server.register_function(remote)
    server.serve_forever()
"""

WINDOW = """
import tkinter

import requests


class Window(tkinter.Frame):
    def __init__(self, root):
        super().__init__(root)
        self.button = tkinter.Button(self, text="load", command=self.load)

    def load(self):
        self.button["text"] = requests.get("http://x/").text


def main():
    root = tkinter.Tk()
    Window(root).pack()
    root.mainloop()
"""

MODELS = """
import requests
from django.db import models
from django.views import View


class Item(models.Model):
    def save(self, *args, **kwargs):
        self.name = requests.get("http://x/").text
        super().save(*args, **kwargs)


class Items(View):
    def get(self, request):
        return requests.get("http://x/").text


class Mixin:
    def post(self, request):
        return requests.post("http://x/").text


class Both(Mixin, View):
    pass
"""

PROJECT = {
    "views.py": VIEWS,
    "commands.py": COMMANDS,
    "endpoints.py": ENDPOINTS,
    "jobs.py": JOBS,
    "handlers.py": HANDLERS,
    "window.py": WINDOW,
    "models.py": MODELS,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """All of it as one project, with none of the third-party packages installed."""
    environment = tmp_path_factory.mktemp("environment")
    (environment / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("version = 3.11.0\n")
    return decide(tmp_path_factory.mktemp("frameworks"), PROJECT, python=str(environment))


@trap(
    71, "converted", "a click command becomes async below a decorator that makes a sync function of it again"
)
def test_commands_of_click_become_async_and_sync_again(project: Decided) -> None:
    """click awaits nothing: what it gets runs the event loop."""
    assert project.colors["commands.fetch"] == "async"
    assert "@click.command()\n@synced\nasync def fetch():" in project.files["commands.py"]


@trap(71, "kept", "`type=` of argparse stays as it is: argparse calls it")
def test_types_of_argparse_stay_sync(project: Decided) -> None:
    """argparse calls what it is given as `type=`."""
    assert project.colors["commands.existing"] == "sync"
    assert "argparse" in project.reasons["commands.existing"]


@trap(72, "converted", "a Flask view becomes async below a decorator that makes a sync function of it again")
def test_views_of_flask_become_async_and_sync_again(project: Decided) -> None:
    """Flask's own server and WSGI await nothing: what they get runs the event loop."""
    assert project.colors["views.index"] == "async"
    assert '@app.route("/")\n@synced\nasync def index():' in project.files["views.py"]


@trap(73, "refused", "methods of Django's models and views stay: their base calls them")
def test_methods_of_models_and_views_stay_sync(project: Decided) -> None:
    """A base that is not installed may call any method of its subclasses, those of mixins included."""
    for name in ("models.Item.save", "models.Items.get", "models.Mixin.post"):
        assert project.colors[name] == "sync"
    assert "View is not installed here, and may call get itself" in project.reasons["models.Items.get"]
    assert "View is not installed here, and may call post itself" in project.reasons["models.Mixin.post"]


@trap(74, "converted", "an endpoint of FastAPI that needs no thread, and what `Depends` calls, become async")
@trap(
    74,
    "kept",
    "an endpoint in which something needs a thread stays in its own (tests/planning/test_hosted.py)",
)
@trap(74, "kept", "what `BackgroundTasks` calls stays as it is")
def test_endpoints_and_dependencies_become_async(project: Decided) -> None:
    """An endpoint and its dependency are awaited by the framework; its background task runs in a thread."""
    assert project.colors["endpoints.items"] == project.colors["endpoints.user"] == "async"
    assert project.colors["endpoints.log"] == "sync"
    assert "`tasks.add_task`" in project.reasons["endpoints.log"]


@trap(75, "converted", "a Celery task becomes async below a decorator that makes a sync function of it again")
@trap(75, "kept", "a task that calls another one itself stays")
def test_tasks_of_celery_become_async_and_sync_again(project: Decided) -> None:
    """A worker calls a task, and awaits nothing; so does a task that calls another one as a function."""
    assert "@app.task\n@synced\nasync def job(number):" in project.files["jobs.py"]
    assert project.colors["jobs.bound"] == "sync"


@trap(76, "kept", "`do_GET`, `handle` and functions of an XML-RPC server stay: their server calls them")
def test_handlers_of_servers_stay_sync(project: Decided) -> None:
    """What a server calls by a name that it puts together stays sync, and so does what that calls."""
    assert "may find it by its name" in project.reasons["handlers.Proxy.do_GET"]
    assert project.colors["handlers.Proxy.load"] == "sync"
    assert "socketserver.BaseRequestHandler calls handle itself" in project.reasons["handlers.Echo.handle"]
    assert "register_function, which calls it" in project.reasons["handlers.remote"]
    assert "handlers.py" not in project.files


@trap(77, "kept", "a callback of tkinter stays as it is: the main loop calls it")
def test_callbacks_of_windows_stay_sync(project: Decided) -> None:
    """The main loop keeps its thread, and what it calls stays sync."""
    assert project.colors["window.Window.load"] == "sync"
    assert "tkinter." in project.reasons["window.Window.load"]
    assert "window.py" not in project.files
