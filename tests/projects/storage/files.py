"""Text, CSV, JSON and a temporary folder: files that are written and read among requests."""

import csv
import json
import os
import tempfile
from pathlib import Path

import requests

SERVER = os.environ["SERVER"]


def download(folder, numbers):
    for number in numbers:
        item = requests.get(f"{SERVER}/item/{number}").json()
        with open(folder / f"{number}.json", "w") as file:
            json.dump(item, file)


def summarise(folder):
    rows = []
    for path in sorted(folder.glob("*.json")):
        with path.open() as file:
            rows.append(json.load(file))
    with open(folder / "all.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["id", "name", "price"])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def total(folder):
    with open(folder / "all.csv", newline="") as file:
        return sum(int(row["price"]) for row in csv.DictReader(file))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        download(folder, [1, 2, 3])
        print(summarise(folder), total(folder))
        for line in (folder / "all.csv").read_text().splitlines():
            print(line)
        answer = requests.post(f"{SERVER}/save", json={"total": total(folder)})
        print(answer.status_code, sorted(path.name for path in folder.iterdir()))
    print(folder.exists())


if __name__ == "__main__":
    main()
