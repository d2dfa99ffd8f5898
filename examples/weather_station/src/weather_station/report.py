"""The report: built from the store, written to a file, handed to a command."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weather_station.collector import Collected
from weather_station.models import Station
from weather_station.storage import Store


def build_report(store: Store, stations: Sequence[Station], collected: Collected) -> dict[str, Any]:
    means: dict[str, dict[str, float]] = {}
    for code, day, mean in store.daily_means():
        means.setdefault(code, {})[day] = mean
    return {
        "stations": [
            {"code": s.code, "name": s.name, "altitude": s.altitude, "days": means.get(s.code, {})}
            for s in sorted(stations, key=lambda s: s.name)
        ],
        "collected": collected.counts,
        "left_out": collected.left_out,
        "unconfirmed": collected.unconfirmed,
    }


def write_report(report: dict[str, Any], folder: Path) -> Path:
    """Write `report.json` into the folder, all or nothing."""
    path = folder / "report.json"
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def run_command(command: Sequence[str], path: Path) -> str:
    """Run the command on the file; its output, or what it complained of."""
    completed = subprocess.run(
        [*command, str(path)], check=False, capture_output=True, text=True, timeout=60
    )
    if completed.returncode != 0:
        return f"failed with {completed.returncode}: {completed.stderr.strip()}"
    return completed.stdout.strip()
