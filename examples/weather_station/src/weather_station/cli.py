"""The command line."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from weather_station.client import NetworkClient
from weather_station.collector import collect
from weather_station.config import ConfigError, load_config
from weather_station.report import build_report, run_command, write_report
from weather_station.storage import Store


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="weather-station", description="Collect and report observations."
    )
    parser.add_argument(
        "--url", default=os.environ.get("WEATHER_STATION_URL", "http://127.0.0.1:8000")
    )
    parser.add_argument("--key", default=os.environ.get("WEATHER_STATION_KEY", "guest"))
    parser.add_argument("--config", type=Path, default=Path("stations.json"))
    parser.add_argument("--output", type=Path, default=Path("out"))
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    try:
        config = load_config(arguments.config)
    except ConfigError as error:
        print(f"weather-station: {error}", file=sys.stderr)
        return 2
    arguments.output.mkdir(parents=True, exist_ok=True)
    with NetworkClient(arguments.url, arguments.key, config) as client:
        with Store(arguments.output / "observations.db") as store:
            stations, collected = collect(client, store, config)
            report = build_report(store, stations, collected)
    path = write_report(report, arguments.output)
    if config.after_report:
        report["after_report"] = run_command(config.after_report, path)
    print(json.dumps(report, indent=2, sort_keys=True))
    return 1 if collected.left_out else 0
