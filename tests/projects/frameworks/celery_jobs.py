"""Tasks of Celery with a worker of their own: bound ones with retries, chains, and a result that is waited for."""

import os

import requests
from celery import Celery, chain
from celery.contrib.testing.worker import start_worker

SERVER = os.environ["SERVER"]
app = Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.update(worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)


@app.task
def price(number):
    """Ask for a price."""
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


@app.task(bind=True, max_retries=3, default_retry_delay=0)
def flaky(self):
    response = requests.get(f"{SERVER}/flaky")
    if response.status_code != 200:
        raise self.retry(countdown=0)
    return response.text


@app.task(name="shop.double")
def double(number):
    return number * 2


if __name__ == "__main__":
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        print(price.delay(3).get(timeout=20))
        print(flaky.apply_async().get(timeout=20))
        print(chain(price.s(2), double.s())().get(timeout=20))
