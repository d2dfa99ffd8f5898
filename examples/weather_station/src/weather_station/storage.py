"""Observations in an SQLite file."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from weather_station.models import Observation

SCHEMA = """
CREATE TABLE IF NOT EXISTS observation (
    station TEXT NOT NULL,
    day TEXT NOT NULL,
    hour INTEGER NOT NULL,
    celsius REAL NOT NULL,
    PRIMARY KEY (station, day, hour)
)
"""


class Store:
    """The file of observations, open until `close` or the end of the `with` statement."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def add(self, observations: Iterable[Observation]) -> int:
        """Keep the observations, an hour's newest one only; returns how many were given."""
        rows = [(o.station, o.day, o.hour, o.celsius) for o in observations]
        for row in rows:
            self.connection.execute("INSERT OR REPLACE INTO observation VALUES (?, ?, ?, ?)", row)
        self.connection.commit()
        return len(rows)

    def daily_means(self) -> list[tuple[str, str, float]]:
        """(station, day, mean), in that order."""
        cursor = self.connection.execute(
            "SELECT station, day, ROUND(AVG(celsius), 2) FROM observation"
            " GROUP BY station, day ORDER BY station, day"
        )
        return cursor.fetchall()

    def close(self) -> None:
        self.connection.close()
