# bed: group=direct forms=both
"""Files and folders, by every module of the standard library that opens them."""

import codecs
import compileall
import configparser
import csv
import dbm
import filecmp
import fileinput
import glob
import io
import json
import linecache
import logging
import logging.config
import logging.handlers
import mailbox
import marshal
import netrc
import os
import pathlib
import pickle
import plistlib
import runpy
import shelve
import shutil
import tempfile
import tomllib
import wave
import xml.dom.minidom
import xml.etree.ElementTree as ET
from pathlib import Path


async def opens(path):
    handle = open(path)  # blocks: file id=opens
    text = handle.read()  # blocks: file
    handle.close()  # via: opens
    return text


async def writes(path, text):
    with open(path, "w") as handle:  # blocks: file
        handle.write(text)  # blocks: file


async def reads_lines(path):
    count = 0
    with open(path, encoding="utf-8") as lines:  # blocks: file
        for line in lines:  # blocks: file
            count += len(line)
    return count


async def reads_raw(path):
    raw = io.FileIO(path)  # blocks: file
    return raw.readall()  # blocks: file


async def opens_with_io(path):
    with io.open(path, "rb") as handle:  # blocks: file
        return handle.readline()  # blocks: file


async def opens_with_codecs(path):
    return codecs.open(path, encoding="latin-1")  # blocks: file


async def reads_by_descriptor(path):
    descriptor = os.open(path, os.O_RDONLY)  # blocks: file
    return os.read(descriptor, 1 << 20)  # blocks: file


async def syncs(descriptor):
    os.fsync(descriptor)  # blocks: file


async def opens_descriptor(descriptor):
    with os.fdopen(descriptor) as handle:  # via: fdopen
        return handle.readlines()  # blocks: file id=fdopen


async def lists(folder):
    return os.listdir(folder)  # blocks: file


async def walks(folder):
    found = []
    for top, _, names in os.walk(folder):  # blocks: file
        found += [os.path.join(top, name) for name in names]
    return found


async def scans(folder):
    with os.scandir(folder) as entries:  # blocks: file id=scandir
        return [entry.name for entry in entries]  # blocks: file id=scandir


async def removes(path):
    os.remove(path)  # blocks: file


async def makes_folders(path):
    os.makedirs(path, exist_ok=True)  # blocks: file


async def copies(source, target):
    shutil.copyfile(source, target)  # blocks: file


async def copies_tree(source, target):
    shutil.copytree(source, target)  # blocks: file


async def removes_tree(folder):
    shutil.rmtree(folder, ignore_errors=True)  # blocks: file


async def moves(source, target):
    shutil.move(source, target)  # blocks: file


async def packs(folder):
    return shutil.make_archive("bundle", "zip", folder)  # blocks: file


async def copies_objects(source: io.BufferedReader, target: io.BufferedWriter):
    shutil.copyfileobj(source, target)  # blocks: file


async def globs():
    return glob.glob("/var/log/**/*.log", recursive=True)  # blocks: file


async def globs_lazily():
    for name in glob.iglob("*.txt"):  # blocks: file
        yield name


async def reads_text(path: Path):
    return path.read_text()  # blocks: file


async def writes_bytes():
    pathlib.Path("state.bin").write_bytes(b"0")  # blocks: file


async def opens_path(folder: Path):
    with (folder / "notes.txt").open() as handle:  # blocks: file
        return handle.read()  # blocks: file


async def iterates_folder(folder: Path):
    return [child.name for child in folder.iterdir()]  # blocks: file


async def globs_path():
    return sorted(Path.cwd().rglob("*.py"))  # blocks: file


async def unlinks(path: Path):
    path.unlink(missing_ok=True)  # blocks: file


async def makes_temporary_folder():
    with tempfile.TemporaryDirectory() as folder:  # blocks: file
        return folder


async def makes_temporary_file():
    with tempfile.NamedTemporaryFile("w") as handle:  # blocks: file
        handle.write("x")  # blocks: file


async def makes_temporary_descriptor():
    return tempfile.mkstemp()  # blocks: file


async def reads_table(path):
    with open(path, newline="") as handle:  # blocks: file
        rows = csv.reader(handle)
        return [row[0] for row in rows]  # blocks: file


async def reads_records(path):
    with open(path, newline="") as handle:  # blocks: file
        return list(csv.DictReader(handle))  # blocks: file


async def writes_table(path, rows):
    with open(path, "w", newline="") as handle:  # blocks: file
        csv.writer(handle).writerows(rows)  # blocks: file


async def loads_json(path):
    with open(path) as handle:  # blocks: file
        return json.load(handle)  # blocks: file


async def dumps_json(path, value):
    with open(path, "w") as handle:  # blocks: file
        json.dump(value, handle)  # blocks: file


async def loads_pickle(path):
    with open(path, "rb") as handle:  # blocks: file
        return pickle.load(handle)  # blocks: file


async def dumps_pickle(path, value):
    with open(path, "wb") as handle:  # blocks: file
        pickle.dump(value, handle)  # blocks: file


async def loads_marshal(path):
    with open(path, "rb") as handle:  # blocks: file
        return marshal.load(handle)  # blocks: file


async def loads_toml(path):
    with open(path, "rb") as handle:  # blocks: file
        return tomllib.load(handle)  # blocks: file


async def loads_plist(path: Path):
    with path.open("rb") as handle:  # blocks: file
        return plistlib.load(handle)  # blocks: file


async def reads_settings(path):
    parser = configparser.ConfigParser()
    parser.read(path)  # blocks: file
    return parser["main"]


async def parses_xml(path):
    return ET.parse(path).getroot()  # blocks: file


async def parses_dom():
    return xml.dom.minidom.parse("feed.xml")  # blocks: file


async def opens_shelf():
    with shelve.open("state") as shelf:  # blocks: file
        return shelf["last"]  # blocks: file


async def opens_dbm():
    return dbm.open("cache", "c")  # blocks: file


async def reads_input_files(paths):
    for line in fileinput.input(paths):  # blocks: file
        yield line


async def reads_source_line():
    return linecache.getline("setup.py", 3)  # blocks: file


async def compares(one, other):
    return filecmp.cmp(one, other, shallow=False)  # blocks: file


async def compiles(folder):
    compileall.compile_dir(folder)  # blocks: file


async def runs_file(path):
    return runpy.run_path(path)  # blocks: file


async def reads_logins():
    return netrc.netrc("/etc/logins")  # blocks: file


async def opens_mailbox():
    return mailbox.mbox("/var/mail/root")  # blocks: file


async def opens_wave(path: str):
    with wave.open(path, "rb") as sound:  # blocks: file
        return sound.getnframes()


async def logs_to_file():
    logging.getLogger("a").addHandler(logging.FileHandler("a.log"))  # blocks: file


async def logs_to_rotating_file():
    return logging.handlers.RotatingFileHandler("b.log", maxBytes=10)  # blocks: file


async def configures_logging():
    logging.config.fileConfig("logging.ini")  # blocks: file
