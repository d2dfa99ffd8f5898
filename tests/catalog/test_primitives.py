"""Programs that wait, and ones that do not: what a scan makes of the catalog's names."""

from collections.abc import Iterable
from textwrap import indent

import pytest

from tests.scanning import Scanned, scanned

NOTHING_INSTALLED = {"unrelated.py": ""}

Waits = dict[str, tuple[str, ...]]
"""A program's lines, each with the categories of its waits in the order in which they are found."""

STDLIB: dict[str, tuple[str, Waits]] = {
    "time and signals": (
        "import sched, select, selectors, signal, time",
        {
            "time.sleep(1)": ("sleep",),
            "sched.scheduler().run()": ("sleep",),
            "sched.scheduler().run(blocking=False)": (),
            "signal.sigwait([])": ("process",),
            "signal.sigtimedwait([], 0)": (),
            "select.select([], [], [])": ("network",),
            "select.select([], [], [], 0)": (),
            "selectors.DefaultSelector().select()": ("network",),
            "selectors.DefaultSelector().select(timeout=0)": (),
            "time.monotonic()": (),
        },
    ),
    "files": (
        (
            "import array, codecs, csv, fileinput, glob, io, json, mailbox, os, pathlib, pickle, shelve, shutil\n"
            "import plistlib, tempfile, tomllib, wave, zipfile, tarfile, gzip, bz2, lzma, dbm, netrc, configparser"
        ),
        {
            "open('a').read()": ("file", "file"),
            "[line for line in open('a')]": ("file", "file"),
            "io.StringIO('a').read()": (),
            "io.BytesIO(b'a').read()": (),
            "codecs.open('a').readline()": ("file", "file"),
            "json.load(io.StringIO('1'))": (),
            "json.loads('1')": (),
            "pickle.dump(1, open('a', 'wb'))": ("file", "file"),
            "list(csv.DictReader(['a']))": ("file", "file"),
            "os.listdir('a')": ("file",),
            "os.stat('a')": (),
            "os.path.exists('a')": (),
            "pathlib.Path('a').read_text()": ("file",),
            "pathlib.Path('a').exists()": (),
            "shutil.copytree('a', 'b')": ("file",),
            "glob.glob('*')": ("file",),
            "mailbox.Maildir('a').add(b'')": ("file", "file"),
            "shelve.open('a')['b']": ("file", "file"),
            "dbm.open('a')[b'b']": ("file", "file"),
            "tempfile.mkstemp()": ("file",),
            "wave.open('a').readframes(1)": ("file", "file"),
            "zipfile.ZipFile('a').namelist()": ("file",),
            "zipfile.ZipFile('a').extractall()": ("file", "file"),
            "tarfile.open('a').extractall()": ("file", "file"),
            "gzip.open('a').read()": ("file", "file"),
            "bz2.BZ2File('a')": ("file",),
            "lzma.open('a')": ("file",),
            "netrc.netrc()": ("file",),
            "tomllib.loads('')": (),
            "configparser.ConfigParser().read('a')": ("file",),
            "configparser.ConfigParser().read_string('')": (),
            "array.array('i').fromfile(open('a', 'rb'), 1)": ("file", "file"),
        },
    ),
    "the network": (
        (
            "import ftplib, http.client, imaplib, poplib, smtplib, socket, socketserver, ssl, urllib.request\n"
            "import urllib.parse, xmlrpc.client, urllib.robotparser"
        ),
        {
            "socket.create_connection(('a', 1)).recv(1)": ("network", "network"),
            "socket.socket().setblocking(False)": (),
            "socket.getaddrinfo('a', 1)": ("dns",),
            "ssl.create_default_context()": ("file",),
            "ssl.SSLContext().load_cert_chain('a')": ("file",),
            "http.client.HTTPSConnection('a').request('GET', '/')": ("network",),
            "urllib.request.urlopen('a')": ("network",),
            "urllib.parse.urlparse('a')": (),
            "urllib.robotparser.RobotFileParser().read()": ("network",),
            "ftplib.FTP('a').nlst()": ("network", "network"),
            "smtplib.SMTP('a').sendmail('', '', '')": ("network", "network"),
            "imaplib.IMAP4_SSL('a').search(None, 'ALL')": ("network", "network"),
            "poplib.POP3('a').stat()": ("network", "network"),
            "xmlrpc.client.ServerProxy('a').system.listMethods()": ("network",),
            "xmlrpc.client.dumps(())": (),
        },
    ),
    "threads and processes": (
        "import asyncio, concurrent.futures, multiprocessing, os, queue, subprocess, threading, fcntl, functools, time",
        {
            "threading.Event().wait()": ("lock",),
            "threading.Event().wait(0)": (),
            "threading.Lock().acquire(blocking=False)": (),
            "threading.Semaphore().acquire()": ("lock",),
            "threading.Thread(target=time.sleep).join()": ("lock",),
            "threading.Thread(target=time.sleep).start()": (),
            "queue.Queue().get()": ("lock",),
            "queue.Queue().get_nowait()": (),
            "queue.Queue().put(time.sleep, block=False)": (),
            "concurrent.futures.Future().result()": ("lock",),
            "concurrent.futures.Future().result(timeout=0)": (),
            "concurrent.futures.Future().add_done_callback(time.sleep)": (),
            "multiprocessing.Pool().map(len, [])": ("process", "process"),
            "multiprocessing.Manager().dict()['a']": ("process", "process", "process"),
            "multiprocessing.Process(target=time.sleep).join()": ("process",),
            "os.system('a')": ("process",),
            "os.waitpid(1, 0)": ("process",),
            "os.waitpid(1, os.WNOHANG)": (),
            "subprocess.run(['a'])": ("process",),
            "fcntl.flock(1, fcntl.LOCK_EX)": ("lock",),
            "fcntl.flock(1, fcntl.LOCK_EX | fcntl.LOCK_NB)": (),
            "asyncio.get_event_loop().run_in_executor(None, time.sleep, 1)": (),
            "asyncio.to_thread(time.sleep, 1)": (),
        },
    ),
    "people and processors": (
        (
            "import bz2, code, curses, getpass, gc, hashlib, logging, logging.handlers, pdb, timeit, tkinter, zlib\n"
            "import tkinter.messagebox"
        ),
        {
            "input()": ("console",),
            "print('a')": (),
            "breakpoint()": ("console",),
            "pdb.set_trace()": ("console",),
            "code.interact()": ("console",),
            "getpass.getpass()": ("console",),
            "curses.initscr().getch()": ("console",),
            "tkinter.Tk().mainloop()": ("console",),
            "tkinter.messagebox.showinfo()": ("console",),
            "hashlib.scrypt(b'', salt=b'', n=2, r=1, p=1)": ("cpu",),
            "hashlib.sha256(b'').hexdigest()": (),
            "zlib.compress(b'')": ("cpu",),
            "zlib.crc32(b'')": (),
            "bz2.decompress(b'')": ("cpu",),
            "gc.collect()": ("cpu",),
            "timeit.timeit('a')": ("cpu",),
            "logging.getLogger().info('a')": (),
            "logging.FileHandler('a')": ("file",),
            "logging.handlers.SMTPHandler('a', 'b', [], 'c').emit(None)": ("network",),
        },
    ),
}

LIBRARIES: dict[str, tuple[str, Waits]] = {
    "databases": (
        (
            "import apsw, cx_Oracle, ibm_db, mysql.connector, MySQLdb, oracledb, psycopg, psycopg2.extras, pymssql, pymysql\n"
            "import pyodbc, pymongo, redis, redis.asyncio, sqlalchemy, sqlalchemy.orm, duckdb, elasticsearch, cassandra.cluster\n"
            "from sqlalchemy.ext.asyncio import AsyncSession"
        ),
        {
            "psycopg2.connect('').cursor(cursor_factory=psycopg2.extras.DictCursor).execute('')": (
                "database",
            )
            * 2,
            "psycopg.connect('').execute('').fetchall()": ("database",) * 3,
            "await (await psycopg.AsyncConnection.connect('')).execute('')": (),
            "MySQLdb.connect().cursor().execute('')": ("database",) * 2,
            "pymysql.connect().commit()": ("database",) * 2,
            "mysql.connector.connect().cursor().execute('')": ("database",) * 2,
            "pyodbc.connect('').execute('').fetchone()": ("database",) * 3,
            "pymssql.connect().cursor().fetchall()": ("database",) * 2,
            "cx_Oracle.connect().ping()": ("database",) * 2,
            "oracledb.connect().commit()": ("database",) * 2,
            "await (await oracledb.connect_async()).commit()": (),
            "ibm_db.fetch_assoc(None)": ("database",),
            "apsw.Connection('').execute('')": ("database",) * 2,
            "pymongo.MongoClient().db.users.find_one({})": ("database",),
            "[one for one in pymongo.MongoClient()['db']['users'].find({}).limit(1)]": ("database",),
            "await pymongo.AsyncMongoClient().db.users.find_one({})": (),
            "[one async for one in pymongo.AsyncMongoClient().db.users.find({})]": (),
            "redis.Redis().get('a')": ("network",),
            "redis.Redis().new_command('a')": ("network",),
            "redis.Redis().pipeline().set('a', 1).execute()": ("network",),
            "await redis.asyncio.Redis().get('a')": (),
            "await redis.asyncio.Redis().new_command('a')": (),
            "sqlalchemy.create_engine('').connect().execute('')": ("database",) * 2,
            "sqlalchemy.orm.Session().query(None).filter(None).all()": ("database",),
            "await AsyncSession().execute('')": (),
            "elasticsearch.Elasticsearch().search()": ("network",),
            "elasticsearch.Elasticsearch().indices.create(index='a')": ("network",),
            "await elasticsearch.AsyncElasticsearch().indices.create(index='a')": (),
            "cassandra.cluster.Cluster().connect().execute('')": ("database",) * 2,
            "duckdb.connect().sql('').fetchall()": ("file", "database", "database"),
        },
    ),
    "services": (
        (
            "import anthropic, boto3, confluent_kafka, docker, googleapiclient.discovery, grpc, grpc.aio, httpx, openai\n"
            "import kubernetes.client, paramiko, pika, pycurl, slack_sdk, stripe, urllib3, zmq, zmq.asyncio, dns.resolver\n"
            "from azure.storage.blob import BlobServiceClient\nfrom google.cloud import bigquery, storage"
        ),
        {
            "boto3.client('s3').put_object(Bucket='a')": ("file", "network"),
            "boto3.client('s3').generate_presigned_url('a')": ("file",),
            "[one for one in boto3.client('s3').get_paginator('a').paginate()]": ("file", "network"),
            "boto3.resource('dynamodb').Table('a').get_item(Key={})": ("file", "network"),
            "stripe.Charge.create(amount=1)": ("network",),
            "stripe.StripeClient('').customers.create()": ("network",),
            "await stripe.Charge.create_async(amount=1)": (),
            "storage.Client().bucket('a').blob('b').upload_from_string('c')": ("file", "network"),
            "bigquery.Client().query('a').result()": ("file", "network", "network"),
            "googleapiclient.discovery.build('a', 'b').files().list().execute()": ("network", "network"),
            "BlobServiceClient('a').get_blob_client('b').upload_blob(b'')": ("network",),
            "grpc.insecure_channel('a').unary_unary('b').with_call(None)": ("network",),
            "grpc.insecure_channel('a').unary_unary('b').future(None)": (),
            "await grpc.aio.insecure_channel('a').channel_ready()": (),
            "confluent_kafka.Consumer({}).poll(1.0)": ("network",),
            "confluent_kafka.Consumer({}).poll(0)": (),
            "pika.BlockingConnection().channel().basic_publish('', '', b'')": ("network",) * 3,
            "pycurl.Curl().perform()": ("network",),
            "httpx.get('a')": ("network",),
            "httpx.Client().post('a')": ("network",),
            "await httpx.AsyncClient().post('a')": (),
            "urllib3.PoolManager().request('GET', 'a')": ("network",),
            "openai.OpenAI().chat.completions.create()": ("network",),
            "await openai.AsyncOpenAI().chat.completions.create()": (),
            "anthropic.Anthropic().messages.create()": ("network",),
            "slack_sdk.WebClient().chat_postMessage()": ("network",),
            "slack_sdk.WebClient().admin_analytics_getFile()": ("network",),
            "docker.from_env().containers.run('a')": ("network", "network"),
            "kubernetes.client.CoreV1Api().list_namespaced_pod('a')": ("network",),
            "paramiko.SSHClient().exec_command('a')[1].read()": ("network", "network"),
            "zmq.Context().socket(1).recv()": ("network",),
            "zmq.Context().socket(1).recv(zmq.NOBLOCK)": (),
            "await zmq.asyncio.Context().socket(1).recv()": (),
            "dns.resolver.resolve('a')": ("dns",),
        },
    ),
    "computing": (
        (
            "import anyio.to_thread, argon2, bcrypt, cv2, filelock, lxml.etree, lxml.html, numpy, pandas, passlib.context, psutil\n"
            "import time\nfrom PIL import Image\nfrom asgiref.sync import sync_to_async\nimport git, serial, pexpect, selenium.webdriver"
        ),
        {
            "lxml.etree.parse('http://a').getroot().find('b')": ("file",),
            "lxml.etree.fromstring('<a/>').xpath('b')": (),
            "lxml.html.parse('http://a')": ("file",),
            "pandas.read_csv('a').to_parquet('b')": ("file", "file"),
            "pandas.DataFrame().groupby('a')": (),
            "numpy.load('a')": ("file",),
            "Image.open('a').resize((1, 1)).save('b')": ("file", "cpu", "file"),
            "cv2.VideoCapture(0).read()": ("file", "file"),
            "bcrypt.hashpw(b'', bcrypt.gensalt())": ("cpu",),
            "argon2.PasswordHasher().verify('a', 'b')": ("cpu",),
            "passlib.context.CryptContext().hash('a')": ("cpu",),
            "psutil.cpu_percent(1)": ("sleep",),
            "psutil.cpu_percent(interval=None)": (),
            "filelock.FileLock('a').acquire()": ("lock",),
            "git.Repo('a').git.status()": ("file", "process"),
            "serial.Serial('a').readline()": ("file", "file"),
            "pexpect.spawn('a').expect('b')": ("process", "process"),
            "selenium.webdriver.Chrome().find_element('a').click()": ("process", "network", "network"),
            "await anyio.to_thread.run_sync(time.sleep, 1)": (),
            "await sync_to_async(time.sleep)(1)": (),
        },
    ),
}


def _program(imports: str, lines: Iterable[str], header: str) -> str:
    body = "\n".join(lines)
    return f"{imports}\n\n\n{header}\n{indent(body, '    ')}\n"


def _found(scan: Scanned, imports: str, lines: Iterable[str], header: str) -> Waits:
    text = _program(imports, lines, header).splitlines()
    found: dict[str, list[str]] = {line.strip(): [] for line in text[text.index(header) + 1 :]}
    for one in scan.scan.facts.findings:
        found[text[one.line - 1].strip()].append(one.category)
    return {line: tuple(sorted(waits)) for line, waits in found.items()}


def _expected(waits: Waits) -> Waits:
    return {line: tuple(sorted(categories)) for line, categories in waits.items()}


@pytest.mark.parametrize(("imports", "waits"), STDLIB.values(), ids=STDLIB.keys())
@pytest.mark.parametrize("header", ["def f():", "async def f():"])
def test_the_standard_library_waits(imports: str, waits: Waits, header: str) -> None:
    """Each line waits for what it is said to wait for, on the event loop or not, and some for nothing."""
    scan = scanned(_program(imports, waits, header), packages=NOTHING_INSTALLED)
    assert _found(scan, imports, waits, header) == _expected(waits)
    assert {one.on_loop for one in scan.scan.facts.findings} == {header.startswith("async")}


@pytest.mark.parametrize(("imports", "waits"), LIBRARIES.values(), ids=LIBRARIES.keys())
def test_libraries_that_are_not_installed_wait(imports: str, waits: Waits) -> None:
    """The stubs tell what is called; the asynchronous halves and what goes to threads are not reported."""
    header = "async def f():"
    scan = scanned(_program(imports, waits, header), packages=NOTHING_INSTALLED)
    assert _found(scan, imports, waits, header) == _expected(waits)
    assert all(one.on_loop for one in scan.scan.facts.findings)
