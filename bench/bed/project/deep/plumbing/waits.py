# bed: group=deep forms=both
"""The waits."""

import time


def settle_down():
    time.sleep(1)  # blocks: sleep


def starred():
    time.sleep(1)  # blocks: sleep


def lazy():
    time.sleep(1)  # blocks: sleep


def step_five():
    step_six()


def step_six():
    time.sleep(1)  # blocks: sleep
