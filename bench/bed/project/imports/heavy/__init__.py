# bed: group=imports forms=both
"""A package that asks the network when any part of it is imported."""

import urllib.request

LATEST = urllib.request.urlopen("http://example.org/latest")  # blocks: network
