# bed: group=imports forms=both
"""Known by two names: `imports.twice.inner.clock` and, for scripts beside it, `clock`."""

import time


def tick():
    time.sleep(1)  # blocks: sleep


def tock():
    time.sleep(1)  # blocks: sleep
