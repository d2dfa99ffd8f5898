# bed: group=imports forms=both
"""A module whose attributes are made on demand."""


def __getattr__(name):
    if name == "SETTINGS":
        return open("settings").read()  # blocks: file
    raise AttributeError(name)
