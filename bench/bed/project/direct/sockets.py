# bed: group=direct forms=both
"""Sockets, names, certificates and servers."""

import http.server
import socket
import socketserver
import ssl
from wsgiref.simple_server import make_server


async def connects(host):
    return socket.create_connection((host, 80), timeout=3)  # blocks: network


async def talks(host):
    plug = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    plug.connect((host, 25))  # blocks: network
    plug.sendall(b"HELO\r\n")  # blocks: network
    return plug.recv(4096)  # blocks: network


async def accepts(server: socket.socket):
    peer, _ = server.accept()  # blocks: network
    return peer


async def reads_as_file(plug: socket.socket):
    lines = plug.makefile("rb")
    return lines.readline()  # blocks: network


async def receives_datagram():
    with socket.socket(type=socket.SOCK_DGRAM) as plug:
        plug.bind(("127.0.0.1", 0))
        return plug.recvfrom(512)  # blocks: network


async def looks_up(host):
    return socket.getaddrinfo(host, 443)  # blocks: dns


async def looks_up_name(host):
    return socket.gethostbyname(host)  # blocks: dns


async def looks_up_address():
    return socket.gethostbyaddr("192.0.2.1")  # blocks: dns


async def asks_own_name():
    return socket.getfqdn()  # blocks: dns


async def loads_trust():
    return ssl.create_default_context()  # blocks: file


async def loads_certificate(context: ssl.SSLContext):
    context.load_cert_chain("server.pem", "server.key")  # blocks: file


async def loads_authorities():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations("ca.pem")  # blocks: file
    return context


async def shakes_hands(context: ssl.SSLContext, plug: socket.socket):
    wrapped = context.wrap_socket(plug, server_hostname="example.org")  # blocks: network
    return wrapped.read(100)  # blocks: network


async def asks_certificate():
    return ssl.get_server_certificate(("example.org", 443))  # blocks: network


async def serves():
    with socketserver.TCPServer(("", 9000), socketserver.BaseRequestHandler) as server:
        server.serve_forever()  # blocks: network


async def serves_once(server: socketserver.UDPServer):
    server.handle_request()  # blocks: network


async def serves_pages():
    http.server.HTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler).serve_forever()  # blocks: network


async def serves_an_app(app):
    make_server("", 8000, app).serve_forever()  # blocks: network
