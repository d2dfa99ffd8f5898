# bed: group=deep forms=both
"""The database layer."""

import sqlite3


class Store:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)  # blocks: database

    def query(self, text):
        cursor = self.connection.cursor()
        cursor.execute(text)  # blocks: database
        return cursor.fetchall()  # blocks: database
