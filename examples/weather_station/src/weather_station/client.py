"""The network's HTTP API."""

import time
from collections.abc import Iterator
from typing import Any, Self

import requests

from weather_station import __version__
from weather_station.config import Config
from weather_station.models import Observation, Station, parse_observation, parse_station

BUSY = 503


class NetworkClient:
    """One connection to the network. Use it in a `with` statement: that opens and closes it."""

    def __init__(self, url: str, key: str, config: Config) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self.config = config

    def __enter__(self) -> Self:
        self.session = requests.Session()
        self.session.headers.update(
            {"X-Api-Key": self.key, "X-Client": f"weather-station/{__version__}"}
        )
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.session.close()

    def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """The JSON at `path`; asks again, a little later each time, while the network is busy."""
        for attempt in range(1, self.config.attempts + 1):
            response = self.session.get(
                f"{self.url}{path}", params=params, timeout=self.config.timeout
            )
            if response.status_code != BUSY or attempt == self.config.attempts:
                break
            time.sleep(self.config.pause * attempt)  # the network asks for a linear back-off
        response.raise_for_status()
        return response.json()

    def station(self, code: str) -> Station:
        return parse_station(self.get(f"/stations/{code}"))

    def observations(self, station: Station) -> Iterator[list[Observation]]:
        """The station's observations, one page at a time, oldest first."""
        page: int | None = 1
        while page is not None:
            body = self.get(
                f"/stations/{station.code}/observations",
                params={"page": page, "size": self.config.page_size},
            )
            yield [parse_observation(station, item) for item in body["items"]]
            page = body["next"]

    def confirm(self, station: Station, count: int) -> bool:
        """Tell the network that `count` observations have arrived; False if it disagrees."""
        response = self.session.post(
            f"{self.url}/confirmations",
            json={"station": station.code, "count": count},
            timeout=self.config.timeout,
        )
        return response.status_code == 202
