"""From the network into the store, station by station."""

from dataclasses import dataclass, field

import requests

from weather_station.client import NetworkClient
from weather_station.config import Config
from weather_station.models import Station
from weather_station.storage import Store


@dataclass
class Collected:
    """What became of a run: observations by station, and the stations left out, with the reason."""

    counts: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    unconfirmed: list[str] = field(default_factory=list)


def collect(client: NetworkClient, store: Store, config: Config) -> tuple[list[Station], Collected]:
    """Bring every configured station up to date. A station that fails is left out, not the others."""
    stations = [client.station(code) for code in config.stations]
    collected = Collected()
    for station in stations:
        try:
            count = collect_station(client, store, station)
        except requests.Timeout:
            collected.left_out[station.code] = "too slow"
        except requests.HTTPError:
            collected.left_out[station.code] = "refused"
        except requests.RequestException:
            collected.left_out[station.code] = "unreachable"
        else:
            collected.counts[station.code] = count
            if not client.confirm(station, count):
                collected.unconfirmed.append(station.code)
    return stations, collected


def collect_station(client: NetworkClient, store: Store, station: Station) -> int:
    count = 0
    for page in client.observations(station):
        count += store.add(page)
    return count
