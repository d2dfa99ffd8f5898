"""Everything at module level: no function starts it, and names are used as they come."""

import os
import time

import requests

SERVER = os.environ["SERVER"]

names = []
for number in (1, 2):
    names.append(requests.get(f"{SERVER}/item/{number}").json()["name"])
print(names)


def price(number):
    return requests.get(f"{SERVER}/item/{number}").json()["price"]


time.sleep(0.01)
total = price(3) + price(4)
print(total)
if total > 50:
    print(price(5))
