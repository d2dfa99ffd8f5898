"""The configuration file: which stations, and how patient to be with them."""

import json
from dataclasses import dataclass
from pathlib import Path


class ConfigError(Exception):
    """The configuration file is missing, is not JSON, or names no station."""


@dataclass(frozen=True)
class Config:
    stations: tuple[str, ...]
    timeout: float = 10.0
    attempts: int = 3
    pause: float = 1.0
    page_size: int = 100
    after_report: tuple[str, ...] = ()


def load_config(path: Path) -> Config:
    """Read the configuration; raises ConfigError."""
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}: line {error.lineno}: not JSON") from error
    if not values.get("stations"):
        raise ConfigError(f"{path}: no stations")
    return Config(
        stations=tuple(values["stations"]),
        timeout=float(values.get("timeout", Config.timeout)),
        attempts=int(values.get("attempts", Config.attempts)),
        pause=float(values.get("pause", Config.pause)),
        page_size=int(values.get("page_size", Config.page_size)),
        after_report=tuple(values.get("after_report", ())),
    )
