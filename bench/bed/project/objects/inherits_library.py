# bed: group=objects forms=both
"""Classes of the project that inherit from classes that wait."""

import argparse
import http.client
import json
import logging
import socket
import socketserver
import sqlite3
import threading
from pathlib import Path


class Line(socket.socket):
    def ask(self, text):
        self.sendall(text)  # blocks: network
        return self.recv(99)  # blocks: network


async def subclass_of_socket():
    return Line().ask(b"a")


class Noted(sqlite3.Connection):
    def note(self):
        self.execute("insert into notes values (1)")  # blocks: database


async def subclass_of_connection(connection: Noted):
    connection.note()


class Ticker(threading.Thread):
    def run(self):
        self.done = True


async def subclass_of_thread():
    ticker = Ticker()
    ticker.start()
    ticker.join()  # blocks: lock


class Api(http.client.HTTPConnection):
    def status(self):
        self.request("GET", "/status")  # blocks: network
        return json.loads(self.getresponse().read())  # blocks: network


async def subclass_of_http():
    return Api("example.org").status()


class Slowly(logging.Handler):
    def emit(self, record):
        with open("log", "a") as handle:  # blocks: file
            handle.write(record.getMessage())  # blocks: file


async def handler_called_directly(record: logging.LogRecord):
    Slowly().handle(record)


class Server(socketserver.ThreadingTCPServer):
    pass


async def subclass_of_server():
    Server(("", 1), socketserver.StreamRequestHandler).serve_forever()  # blocks: network


class Act(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, Path(values).read_text())  # blocks: file


async def action_called_by_the_library(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", action=Act)
    return parser.parse_args(words)


class Encoder(json.JSONEncoder):
    def default(self, o):
        return Path(o).read_text()  # blocks: file


async def encoder_called_by_the_library(value):
    return json.dumps(value, cls=Encoder)
