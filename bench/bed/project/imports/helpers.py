# bed: group=imports forms=both
"""Helpers for coroutines in other modules."""

import time


def wait():
    time.sleep(1)  # blocks: sleep
