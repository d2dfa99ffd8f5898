# bed: group=imports forms=both
"""What is used where nothing better is installed."""


def read(path):
    with open(path) as handle:  # blocks: file
        return handle.read()  # blocks: file
