# bed: group=imports forms=both
"""Imported by a constant name."""

import time


def go():
    time.sleep(1)  # blocks: sleep
