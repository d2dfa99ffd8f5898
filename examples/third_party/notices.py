"""Notice boards of towns, read with httplib2."""

import json
from dataclasses import asdict, dataclass
from xml.etree import ElementTree

import httplib2


class BoardError(Exception):
    """The board of a town could not be read."""


@dataclass(frozen=True)
class Notice:
    town: str
    title: str
    day: str


def fetch(url: str) -> bytes:
    http = httplib2.Http(timeout=10)
    try:
        response, content = http.request(url, headers={"X-Reader": "town-notices"})
    finally:
        http.close()
    if response.status != 200:
        raise BoardError(f"{response.status} {response.reason}")
    return content


def newest(base: str, town: str) -> Notice | None:
    """The town's newest notice, or None if its board is empty; raises BoardError."""
    channel = ElementTree.fromstring(fetch(f"{base}/{town}/notices.rss"))
    notices = [
        Notice(town, item.findtext("title", ""), item.findtext("pubDate", ""))
        for item in channel.iter("item")
    ]
    return max(notices, key=lambda notice: notice.day, default=None)


def archive(base: str, notices: list[Notice]) -> str:
    """Tell the archive which notices were read; returns its receipt."""
    http = httplib2.Http(timeout=10)
    try:
        _, content = http.request(
            f"{base}/archive",
            method="POST",
            body=json.dumps([asdict(notice) for notice in notices]),
            headers={"Content-Type": "application/json"},
        )
    finally:
        http.close()
    return json.loads(content)["receipt"]
