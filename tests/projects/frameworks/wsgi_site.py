"""A WSGI application on the standard library's server."""

import os
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests

SERVER = os.environ["SERVER"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def name_of(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def application(environ, start_response):
    body = name_of(environ["PATH_INFO"].strip("/")).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for number in (1, 2):
            print(requests.get(f"http://127.0.0.1:{server.server_port}/{number}").text)
        server.shutdown()
