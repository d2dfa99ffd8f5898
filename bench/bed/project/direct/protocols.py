# bed: group=direct forms=both
"""Clients of the standard library for protocols above sockets."""

import ftplib
import http.client
import imaplib
import logging
import logging.handlers
import multiprocessing.connection
import poplib
import smtplib
import urllib.request
import urllib.robotparser
import webbrowser
import xmlrpc.client
from email.message import EmailMessage


async def asks():
    connection = http.client.HTTPSConnection("example.org")  # either: loads certificates
    connection.request("GET", "/")  # blocks: network
    answer = connection.getresponse()  # blocks: network
    return answer.read()  # blocks: network


async def fetches(url):
    with urllib.request.urlopen(url) as answer:  # blocks: network
        return answer.read()  # blocks: network


async def fetches_to_file(url):
    urllib.request.urlretrieve(url, "page.html")  # blocks: network


async def fetches_by_opener(url):
    opener = urllib.request.build_opener()  # either: loads certificates since 3.12
    return opener.open(url)  # blocks: network


async def reads_robots():
    robots = urllib.robotparser.RobotFileParser("https://example.org/robots.txt")
    robots.read()  # blocks: network
    return robots


async def transfers(write):
    with ftplib.FTP("ftp.example.org") as ftp:  # blocks: network
        ftp.login()  # blocks: network
        ftp.retrbinary("RETR a", write)  # blocks: network


async def mails(message: EmailMessage):
    with smtplib.SMTP("mail.example.org", 25) as smtp:  # blocks: network
        smtp.starttls()  # blocks: network
        smtp.send_message(message)  # blocks: network


async def mails_later():
    smtp = smtplib.SMTP_SSL()  # either: asks for its own full name
    smtp.connect("mail.example.org")  # blocks: network
    smtp.quit()  # blocks: network


async def reads_mail():
    box = imaplib.IMAP4_SSL("mail.example.org")  # blocks: network
    box.login("u", "p")  # blocks: network
    return box.search(None, "ALL")  # blocks: network


async def counts_mail():
    box = poplib.POP3("mail.example.org")  # blocks: network
    return box.stat()  # blocks: network


async def calls_remote():
    proxy = xmlrpc.client.ServerProxy("https://example.org/rpc")
    return proxy.system.listMethods()  # blocks: network


async def logs_over_http(record: logging.LogRecord):
    handler = logging.handlers.HTTPHandler("log.example.org", "/")
    handler.emit(record)  # blocks: network


async def logs_by_mail(record: logging.LogRecord):
    logging.handlers.SMTPHandler("mail.example.org", "a@b.c", ["d@e.f"], "x").emit(record)  # blocks: network


async def opens_browser():
    webbrowser.open("https://example.org")  # blocks: process


async def asks_sibling():
    with multiprocessing.connection.Client(("127.0.0.1", 6000)) as line:  # blocks: network
        line.send("ping")  # blocks: network
        return line.recv()  # blocks: network
