"""A script that waits in its end only, among names that functions above read."""

import os
import time

import requests

SERVER = os.environ["SERVER"]


def name(number):
    return requests.get(f"{SERVER}/item/{number}").json()["name"]


def last():
    return names[-1:], rest


names, rest = [], 0
# all of them
for number in (1, 2):
    names.append(name(number))

    text = """
  as it is
    with its spaces"""
    time.sleep(0.001)
    rest += number
print(last(), text, {n: name(n) for n in (3, 4)})
if rest > 2:
    print(requests.get(f"{SERVER}/text").text)
# the end
