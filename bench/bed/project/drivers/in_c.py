# bed: group=drivers forms=both
"""Drivers in C, none of them installed."""

import cx_Oracle
import confluent_kafka
import MySQLdb
import oracledb
import psycopg2
import psycopg2.extras
import psycopg2.pool
import pycurl
import pymssql
import pyodbc
from confluent_kafka import Consumer, Producer
from lxml import etree


async def psycopg2_connects(dsn):
    return psycopg2.connect(dsn)  # blocks: database


async def psycopg2_executes(dsn):
    with psycopg2.connect(dsn) as connection:  # blocks: database
        with connection.cursor() as cursor:
            cursor.execute("select 1")  # blocks: database
            return cursor.fetchall()  # either: the rows came with `execute`


async def psycopg2_pools(dsn):
    pool = psycopg2.pool.SimpleConnectionPool(1, 5, dsn)  # blocks: database
    connection = pool.getconn()  # blocks: database
    connection.commit()  # blocks: database


async def psycopg2_values(cursor: psycopg2.extras.DictCursor, rows):
    psycopg2.extras.execute_values(cursor, "insert into t values %s", rows)  # blocks: database


async def mysqlclient():
    connection = MySQLdb.connect(host="db", user="u")  # blocks: database
    cursor = connection.cursor()
    cursor.execute("select 1")  # blocks: database
    return cursor.fetchone()  # either: the rows came with `execute`


async def mssql():
    connection = pymssql.connect(server="db")  # blocks: database
    cursor = connection.cursor()
    cursor.execute("select 1")  # blocks: database
    connection.commit()  # blocks: database


async def odbc():
    connection = pyodbc.connect("DSN=db")  # blocks: database
    rows = connection.execute("select 1").fetchall()  # blocks: database
    return rows


async def odbc_cursor(connection: pyodbc.Connection):
    cursor = connection.cursor()
    return cursor.execute("select 1").fetchval()  # blocks: database


async def oracle_old():
    connection = cx_Oracle.connect("u", "p", "db")  # blocks: database
    with connection.cursor() as cursor:
        cursor.execute("select 1 from dual")  # blocks: database


async def oracle():
    with oracledb.connect(user="u", dsn="db") as connection:  # blocks: database
        connection.cursor().execute("select 1 from dual")  # blocks: database


async def parses_from_web():
    return etree.parse("http://example.org/feed.xml")  # blocks: network


async def parses_html():
    from lxml import html

    return html.parse("http://example.org/")  # blocks: network


async def curls(url):
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.perform()  # blocks: network


async def consumes():
    consumer = Consumer({"group.id": "a"})
    consumer.subscribe(["topic"])
    return consumer.poll(1.0)  # blocks: network


async def consumes_many(consumer: confluent_kafka.Consumer):
    return consumer.consume(10, timeout=2.0)  # blocks: network


async def flushes():
    producer = Producer({})
    producer.produce("topic", b"x")
    producer.flush()  # blocks: network
