"""What the network tells: stations and their observations."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Station:
    code: str
    name: str
    altitude: int


@dataclass(frozen=True)
class Observation:
    station: str
    day: str
    hour: int
    celsius: float


def parse_station(body: dict[str, Any]) -> Station:
    return Station(code=body["code"], name=body["name"], altitude=body.get("altitude", 0))


def parse_observation(station: Station, item: dict[str, Any]) -> Observation:
    day, _, time = item["at"].partition("T")
    return Observation(
        station=station.code, day=day, hour=int(time[:2]), celsius=float(item["celsius"])
    )
