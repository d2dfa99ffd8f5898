# bed: group=libraries forms=both
"""Well-known libraries that are installed with their source."""

import httpx
import psycopg
import pymongo
import redis
import requests
import sqlalchemy
import urllib3
from redis import Redis
from requests import Session as Http
from requests.adapters import HTTPAdapter
from sqlalchemy.orm import Session, sessionmaker


async def requests_get(url):
    return requests.get(url, timeout=1)  # blocks: network


async def requests_post(url):
    requests.post(url, json={})  # blocks: network


async def requests_session(url):
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=3))
        return session.put(url).text  # blocks: network


async def requests_stream(url):
    answer = Http().get(url, stream=True)  # blocks: network
    for chunk in answer.iter_content(8192):  # blocks: network
        yield chunk


async def requests_by_request(method, url):
    return requests.request(method, url)  # blocks: network


async def httpx_get(url):
    return httpx.get(url)  # blocks: network


async def httpx_client(url):
    with httpx.Client() as client:  # either: a client loads certificates
        return client.post(url, json={})  # blocks: network


async def httpx_stream(client: httpx.Client, url):
    with client.stream("GET", url) as answer:  # blocks: network
        return [line for line in answer.iter_lines()]  # blocks: network


async def urllib3_pool(url):
    pool = urllib3.PoolManager()
    return pool.request("GET", url).data  # blocks: network


async def redis_get():
    client = redis.Redis(host="cache")  # either: connects if told to keep one connection
    return client.get("key")  # blocks: network


async def redis_from_url(url):
    client = Redis.from_url(url)  # either: connects if told to keep one connection
    client.set("a", 1)  # blocks: network


async def redis_pipeline(client: Redis):
    with client.pipeline() as pipe:  # either: takes back what it watches
        pipe.incr("a")  # either: asks at once while it watches
        pipe.execute()  # blocks: network


async def redis_listen(client: Redis):
    subscription = client.pubsub()
    subscription.subscribe("news")  # blocks: network
    for message in subscription.listen():  # blocks: network
        yield message


async def mongo_find():
    client = pymongo.MongoClient("db")  # either: resolves names of services
    return client["shop"]["orders"].find_one({"id": 1})  # blocks: database


async def mongo_insert(client: pymongo.MongoClient):
    client.shop.orders.insert_one({"id": 2})  # blocks: database


async def mongo_iterate(client: pymongo.MongoClient):
    for order in client.shop.orders.find({}):  # blocks: database
        yield order


async def sqlalchemy_engine(url):
    engine = sqlalchemy.create_engine(url)  # either: imports a driver
    with engine.connect() as connection:  # blocks: database
        return connection.execute(sqlalchemy.text("select 1")).all()  # blocks: database


Sessions = sessionmaker(sqlalchemy.create_engine("sqlite://"))  # either: imports a driver


async def sqlalchemy_session():
    with Sessions() as session:  # either: closing may roll back
        session.execute(sqlalchemy.text("select 1"))  # blocks: database
        session.commit()  # blocks: database


async def sqlalchemy_scalars(session: Session):
    return session.scalars(sqlalchemy.text("select 1")).all()  # blocks: database


async def psycopg_connect(dsn):
    with psycopg.connect(dsn) as connection:  # blocks: database
        return connection.execute("select 1").fetchone()  # blocks: database


async def psycopg_cursor(connection: psycopg.Connection):
    with connection.cursor() as cursor:
        cursor.execute("select 1")  # blocks: database
