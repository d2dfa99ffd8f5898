"""The workflow commands of a scan, read by a parser written from GitHub's documentation."""

import re
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from aioport.reporting.github import command, render_scan
from aioport.reporting.places import places_from
from tests.reporting.sample import FULL, ROOT, SITE

NAMES = {"error", "warning", "notice"}
PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}

GRAMMAR = re.compile(
    r"::(?P<name>[a-z-]+)(?: (?P<properties>(?:[A-Za-z]+=[^:,\r\n]*)(?:,[A-Za-z]+=[^:,\r\n]*)*))?::(?P<message>[^\r\n]*)"
)
"""`::name key=value,key=value::message` on one line; a value ends at a comma or colon."""


@dataclass(frozen=True)
class Command:
    """A workflow command, as the runner understands it."""

    name: str
    properties: dict[str, str]
    message: str


def parsed(line: str) -> Command:
    """Read one line; what is no workflow command fails."""
    match = GRAMMAR.fullmatch(line)
    assert match is not None, line
    pairs = (pair.partition("=") for pair in (match["properties"] or "").split(",") if pair)
    properties = {key: unescaped(value, {"%3A": ":", "%2C": ","}) for key, _, value in pairs}
    return Command(match["name"], properties, unescaped(match["message"], {}))


def unescaped(text: str, more: dict[str, str]) -> str:
    """What the runner makes of an escaped text. Percent signs come last, so that nothing is undone twice."""
    assert not re.search(r"%(?!25|0D|0A|3A|2C)", text), text
    known = {"%0D": "\r", "%0A": "\n", **more}
    for escape, character in known.items():
        text = text.replace(escape, character)
    return text.replace("%25", "%")


texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("%:,\r\n=0123ADC"))


@given(name=st.sampled_from(sorted(NAMES)), file=texts, title=texts, message=texts)
def test_any_text_comes_back(name: str, file: str, title: str, message: str) -> None:
    """Whatever stands in a path, a title or a message, the runner reads what was meant, from one line."""
    line = command(name, {"file": file, "line": 3, "title": title, "col": None}, message)
    assert len(line.splitlines()) <= 1 or not re.search(r"[\r\n]", line)
    assert parsed(line) == Command(name, {"file": file, "line": "3", "title": title}, message)


def commands() -> list[Command]:
    """The commands of the sample."""
    text = render_scan(FULL, places_from(ROOT, ROOT, [SITE]))
    assert text.endswith("\n")
    return [parsed(line) for line in text.removesuffix("\n").split("\n")]


def test_only_what_is_documented() -> None:
    """Every line is one of three commands, with documented properties, whose numbers are numbers."""
    for one in commands():
        assert one.name in NAMES
        assert one.properties.keys() <= PROPERTIES
        for key in one.properties.keys() - {"file", "title"}:
            assert int(one.properties[key]) >= 1


def test_gravest_first() -> None:
    """GitHub drops annotations after the tenth of a kind: errors come first, files that cannot be read before them."""
    assert [one.name for one in commands()] == ["error", "error", "error", "warning", "notice", "notice"]
    assert commands()[0].properties == {
        "file": "shop/50% off:, é.py",
        "line": "4",
        "title": "aioport: cannot be read",
    }


def test_a_finding() -> None:
    """The title is the category or kind; the message has the chain."""
    one = commands()[2]
    assert one.properties == {
        "file": "shop/client.py",
        "line": "8",
        "endLine": "8",
        "col": "12",
        "endColumn": "27",
        "title": "aioport: network",
    }
    first, empty, begin, *steps = one.message.split("\n")
    assert first == "quiver.get waits in socket.socket.connect (network)"
    assert empty == ""
    assert begin == "shop.api.handler (shop/api.py:3)"
    assert steps[-1] == "-> socket.socket.connect (quiver/wire.py:64)"


def test_columns_stand_for_one_line_only() -> None:
    """The runner refuses columns where a finding has several lines."""
    one = next(one for one in commands() if "sleep" in one.properties["title"])
    assert one.properties.keys() == {"file", "line", "endLine", "title"}


def test_paths_begin_at_the_current_folder() -> None:
    """Annotations find their files from the checkout's top."""
    text = render_scan(replace(FULL, problems=()), places_from(ROOT.parent, ROOT, [SITE]))
    assert text.startswith("::error file=shop/shop/api.py,")


def test_nothing_found() -> None:
    """Where there is nothing to tell, nothing is printed."""
    assert render_scan(replace(FULL, findings=(), problems=()), places_from(ROOT, ROOT)) == ""
