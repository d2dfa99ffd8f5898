"""Jobs of RQ, with a worker in this process: by decorator, by `enqueue`, and one that fails."""

import os

import requests
from fakeredis import FakeStrictRedis
from rq import Queue, SimpleWorker
from rq.decorators import job

SERVER = os.environ["SERVER"]
redis = FakeStrictRedis()
queue = Queue("shop", connection=redis)


@job("shop", connection=redis)
def name(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def price(number, times=1):
    return requests.get(f"{SERVER}/item/{number}").json()["price"] * times


def broken():
    raise ValueError(requests.get(f"{SERVER}/text").text)


if __name__ == "__main__":
    import rq_jobs

    jobs = [
        rq_jobs.name.delay(1),
        rq_jobs.queue.enqueue(rq_jobs.price, 2, times=3),
        rq_jobs.queue.enqueue(rq_jobs.broken),
    ]
    SimpleWorker([rq_jobs.queue], connection=rq_jobs.redis).work(burst=True, logging_level="CRITICAL")
    for one in jobs:
        print(one.get_status(refresh=True).value, one.return_value())
