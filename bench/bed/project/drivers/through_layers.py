# bed: group=drivers forms=both
"""Drivers in C behind classes of the project."""

import MySQLdb
import psycopg2
import pyodbc
from psycopg2 import connect as open_database


class Repository:
    def __init__(self, dsn):
        self.connection = psycopg2.connect(dsn)  # blocks: database

    def rows(self, text):
        with self.connection.cursor() as cursor:
            cursor.execute(text)  # blocks: database
            return cursor.fetchall()  # either: the rows came with `execute`


async def through_class():
    return Repository("dbname=a").rows("select 1")


def connection_for(name):
    return open_database(dbname=name)  # blocks: database


async def through_function():
    connection = connection_for("a")
    connection.cursor().execute("vacuum")  # blocks: database


class Table:
    def __init__(self, cursor: "pyodbc.Cursor"):
        self.cursor = cursor

    def __iter__(self):
        self.cursor.execute("select name from t")  # blocks: database
        yield from self.cursor.fetchall()  # blocks: database


async def through_iterator(cursor: pyodbc.Cursor):
    return [row.name for row in Table(cursor)]


def transaction(connection):
    connection.commit()  # blocks: database


async def through_parameter():
    transaction(MySQLdb.connect())  # blocks: database
