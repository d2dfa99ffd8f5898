# bed: group=imports forms=both
"""A module that waits when it is imported."""

import time

time.sleep(1)  # blocks: sleep
READY = True
