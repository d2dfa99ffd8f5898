"""What writing raises."""


class WriteError(Exception):
    """Nothing was written; the message names the file and the reason (or, at worst, where the originals are)."""
