"""A socket client that speaks to the server by hand, `urllib`, and `http.client`."""

import http.client
import json
import os
import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

SERVER = os.environ["SERVER"]


def raw(path):
    where = urlsplit(SERVER)
    with socket.create_connection((where.hostname, where.port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while data := connection.recv(4096):
            parts.append(data)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    return head.split()[1].decode(), body.decode()


def simple(path):
    try:
        with urllib.request.urlopen(SERVER + path) as response:
            return json.load(response)["name"]
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def classic(path):
    connection = http.client.HTTPConnection(urlsplit(SERVER).netloc)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def main():
    print(raw("/text"))
    time.sleep(0.01)
    print(simple("/item/1"), simple("/missing"))
    print(classic("/text"))


if __name__ == "__main__":
    main()
