# bed: group=direct forms=both
"""The database of the standard library."""

import sqlite3
from contextlib import closing


async def connects(path):
    return sqlite3.connect(path)  # blocks: database


async def executes(connection: sqlite3.Connection):
    rows = connection.execute("select 1")  # blocks: database
    return rows.fetchall()  # blocks: database


async def commits():
    with closing(sqlite3.connect("a.db")) as connection:  # blocks: database
        cursor = connection.cursor()
        cursor.executemany("insert into t values (?)", [(1,)])  # blocks: database
        connection.commit()  # blocks: database


async def transacts(connection: sqlite3.Connection):
    with connection:  # blocks: database
        pass


async def iterates(cursor: sqlite3.Cursor):
    return [row[0] for row in cursor]  # blocks: database


async def fetches(cursor: sqlite3.Cursor):
    while row := cursor.fetchone():  # blocks: database
        yield row


async def backs_up(source: sqlite3.Connection, target: sqlite3.Connection):
    source.backup(target)  # blocks: database
