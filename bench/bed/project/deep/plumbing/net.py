# bed: group=deep forms=both
"""The network layer."""

import smtplib
import socket
import urllib.request


def send_report(values):
    return urllib.request.urlopen("http://example.org", data=repr(values).encode())  # blocks: network


def post(text):
    with smtplib.SMTP("localhost") as smtp:  # blocks: network
        smtp.sendmail("a@example.org", ["b@example.org"], text)  # blocks: network


def resolve(host):
    return socket.getaddrinfo(host, None)  # blocks: dns


def shout(text):
    plug = socket.create_connection(("example.org", 7))  # blocks: network
    plug.sendall(text.encode())  # blocks: network
