"""The bed and what scores tools on it: its labels, its two forms, and how reports are judged."""

import ast
import json
import typing
from pathlib import Path

import pytest

from aioport.catalog.schema import Category
from bed import score
from bed_labels import Bed, LabelError, read_bed, read_file, without_async
from bed_tools import (
    HERE,
    BedError,
    Place,
    Report,
    aioport_reports,
    flake8_reports,
    hydroid_reports,
    ruff_reports,
)

HEADER = "# bed: group=direct forms=both\n"


def bed_of(folder: Path, text: str) -> Bed:
    (folder / "app.py").write_text(HEADER + text, encoding="utf-8")
    return read_bed(folder)


def reports(*lines: int) -> list[Report]:
    return [Report((Place("app.py", line),)) for line in lines]


def test_bed_is_as_large_as_the_issue_asks() -> None:
    """There are at least 140 situations and 80 lines that must not be reported, in both forms."""
    bed = read_bed(HERE / "project")
    assert len(bed.situations) >= 140
    assert len(bed.fine) >= 80
    assert {file.sync_too for file in bed.files.values()} == {True, False}


def test_every_category_of_the_bed_is_one_of_the_catalog() -> None:
    """A situation's category is one that aioport knows, and every one of them occurs."""
    found = {one.category for one in read_bed(HERE / "project").situations.values()}
    assert found == set(typing.get_args(Category))


def test_every_file_of_the_bed_is_valid_in_both_forms() -> None:
    """All files compile, and those with a sync form have no coroutine left in it, and as many lines."""
    bed = read_bed(HERE / "project")
    for place in HERE.rglob("*.py"):
        text = place.read_text(encoding="utf-8")
        ast.parse(text)
        file = (
            bed.files.get(place.relative_to(HERE / "project").as_posix())
            if "project" in place.parts
            else None
        )
        if file is not None and file.sync_too:
            sync = without_async(text)
            kinds = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
            assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(sync)))
            assert len(sync.splitlines()) == len(text.splitlines())


def test_every_fine_line_says_why() -> None:
    """A line that must not be reported has its reason."""
    bed = read_bed(HERE / "project")
    for path, line in bed.fine:
        assert all(label.text.strip() for label in bed.files[path].labels[line]), f"{path}:{line}"


def test_reported_situation_is_found(tmp_path: Path) -> None:
    """A report on a labelled line finds its situation; the rest is missed."""
    result = score(bed_of(tmp_path, "a()  # blocks: sleep\nb()  # blocks: file\n"), reports(2))
    assert (set(result.found), result.missed, len(result.wrong)) == ({"app.py:2"}, ["app.py:3"], 0)
    assert (result.recall, result.precision) == (0.5, 1.0)


def test_any_line_of_a_situation_will_do(tmp_path: Path) -> None:
    """Lines with one id are one situation, and a report where it is called counts as well."""
    bed = bed_of(tmp_path, "a()  # blocks: sleep id=x\nb()  # blocks: sleep id=x\nc()  # via: x\n")
    assert len(bed.situations) == 1
    for line in (2, 3, 4):
        assert score(bed, reports(line)).recall == 1.0


def test_report_elsewhere_is_false(tmp_path: Path) -> None:
    """A report on a line that is fine, or that has no label, is a false positive, once for each statement."""
    bed = bed_of(tmp_path, "a()  # fine: no wait\nb(\n    1,\n    2,\n)\nc()  # blocks: file\n")
    result = score(bed, reports(2, 4, 5))
    assert result.wrong == (Place("app.py", 2), Place("app.py", 3))
    assert result.precision == 0.0


def test_arguable_line_counts_neither_way(tmp_path: Path) -> None:
    """What may be judged either way is neither found nor false."""
    result = score(bed_of(tmp_path, "a()  # either: depends\nb()  # blocks: file\n"), reports(2))
    assert (result.found, result.wrong) == (frozenset(), ())


def test_label_speaks_for_its_statement(tmp_path: Path) -> None:
    """A report anywhere in a statement's head meets its label, but not in the body of a compound one."""
    bed = bed_of(tmp_path, "with a(\n    1\n):  # blocks: file\n    b()\n")
    assert score(bed, reports(2)).recall == 1.0
    assert score(bed, reports(5)).wrong == (Place("app.py", 5),)


def test_first_labelled_line_of_a_chain_decides(tmp_path: Path) -> None:
    """Of a report with several lines, the first that has a label is judged."""
    bed = bed_of(tmp_path, "a()\nb()  # fine: no wait\nc()  # blocks: file\n")
    places = [Place("app.py", line) for line in (2, 3, 4)]
    assert score(bed, [Report(tuple(places))]).wrong == (Place("app.py", 3),)
    assert score(bed, [Report((places[0], places[2]))]).recall == 1.0


def test_other_tools_are_not_blamed_for_allowed_calls(tmp_path: Path) -> None:
    """Only aioport can know its own comments."""
    (tmp_path / "app.py").write_text(
        "# bed: group=allowed forms=both\na()  # fine: allowed\nb()  # blocks: file\n", encoding="utf-8"
    )
    bed = read_bed(tmp_path)
    assert score(bed, reports(2)).wrong == ()
    assert score(bed, reports(2), ours=True).wrong == (Place("app.py", 2),)


def test_wrong_labels_are_refused(tmp_path: Path) -> None:
    """A label without a header, and a name that no situation has, are errors."""
    with pytest.raises(LabelError, match="no header"):
        read_file("a.py", "a()  # fine: no wait\n")
    with pytest.raises(LabelError, match="no situation"):
        bed_of(tmp_path, "a()  # via: nothing\n")


def test_label_in_a_string_is_none() -> None:
    """Only comments are labels."""
    file = read_file("a.py", HEADER + "a = '# fine: no wait'\n")
    assert file is not None
    assert not file.labels


def test_sync_form_keeps_lines() -> None:
    """`async def` loses its `async`, and a statement that awaits its lines' content."""
    text = "async def a():\n    f()\n\n\n@d\nasync def b():\n    await a()\n\n\nx = 1\n"
    assert without_async(text) == "def a():\n    f()\n\n\n\n\n\n\n\nx = 1\n"


def test_aioport_reports_what_is_on_the_loop() -> None:
    """In the async form only findings on the loop count; other mistakes are no findings, imports never false."""
    rows = [
        {"path": "a.py", "line": 1, "kind": "blocking-call", "category": "file", "on_loop": True},
        {"path": "a.py", "line": 2, "kind": "blocking-call", "category": "file", "on_loop": False},
        {"path": "a.py", "line": 3, "kind": "never-awaited", "category": None, "on_loop": True},
        {"path": "a.py", "line": 4, "kind": "import-on-loop", "category": None, "on_loop": True},
    ]
    text = json.dumps({"findings": rows})
    found = aioport_reports(text, on_loop=True)
    assert [(one.places[0].line, one.counts_against) for one in found] == [(1, True), (4, False)]
    assert [one.places[0].line for one in aioport_reports(text, on_loop=False)] == [1, 2, 4]


def test_other_tools_are_read(tmp_path: Path) -> None:
    """Paths come out relative to the bed; of a chain the deepest line comes first."""
    chain = [{"location": {"path": "a.py", "line": 1}}, {"location": {"path": "b.py", "line": 2}}]
    hydroid = json.dumps({"diagnostics": [{"location": {"path": "a.py", "line": 1}, "chain": chain}]})
    assert hydroid_reports(hydroid, tmp_path)[0].places[:2] == (Place("b.py", 2), Place("a.py", 1))
    ruff = json.dumps([{"filename": str(tmp_path / "a.py"), "location": {"row": 3, "column": 1}}])
    assert ruff_reports(ruff, tmp_path) == [Report((Place("a.py", 3),))]
    flake8 = "./a/b.py:4:5: ASYNC251 Blocking sync call\n./a/b.py:5:5: ASYNC100 other\n"
    assert flake8_reports(flake8, tmp_path) == [Report((Place("a/b.py", 4),))]


@pytest.mark.parametrize("text", ["", "{}", '{"findings": 1}'])
def test_output_that_is_no_report_is_refused(text: str) -> None:
    """What is not the JSON that a tool promises is an error, and not a tool that found nothing."""
    with pytest.raises(BedError):
        aioport_reports(text, on_loop=True)
