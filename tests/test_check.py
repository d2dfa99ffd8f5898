"""The verbs of conversion tests, with toy converters: they pass where they should, and fail where they should."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aioport.settings import Options
from tests import check
from tests.check import check_converts, check_unchanged

BEFORE = '''
    import time


    class Bed:
        """Where one sleeps."""

        def nap(self, seconds):
            """Sleep for a while."""
            # not too long
            time.sleep(seconds)
            return seconds  # how long it was


    def turn(bed):
        return bed
'''

AFTER = '''
    import asyncio


    class Bed:
        """Where one sleeps."""

        async def nap(self, seconds):
            """Sleep for a while."""
            # not too long
            await asyncio.sleep(seconds)
            return seconds  # how long it was


    def turn(bed):
        return bed
'''

Convert = Callable[[str], str]


@dataclass(frozen=True)
class Conversion:
    """What the verbs use of `aioport.api.Conversion`."""

    files: Mapping[str, str]
    reasons: tuple[str, ...] = ()


@dataclass
class Toy:
    """A converter of single files in place of aioport's; remembers what it was asked."""

    convert: Convert
    reasons: tuple[str, ...] = ("no sleep in it",)
    extra: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        self.asked: list[tuple[dict[str, str], Options]] = []

    def __call__(self, root: Path, options: Options) -> Conversion:
        texts = {
            path.relative_to(root).as_posix(): path.read_bytes().decode()
            for path in sorted(root.rglob("*.py"))
        }
        self.asked.append((texts, options))
        converted = {path: self.convert(text) for path, text in texts.items() if path != "_aio.py"}
        files = {path: text for path, text in converted.items() if text != texts[path]}
        return Conversion({**files, **((self.extra or {}) if files else {})}, self.reasons)


def resolve(text: str) -> str:
    """Turn `time.sleep` into `asyncio.sleep` by resolving names, and the functions around it into async ones."""
    tree = ast.parse(text)
    lines = text.encode().splitlines(keepends=True)
    names: set[str] = set()
    edits: list[tuple[int, int, int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and ast.unparse(node).split()[1] == "time":
            alias = node.names[0]
            bound = alias.asname or alias.name
            names.add(bound if isinstance(node, ast.ImportFrom) else f"{bound}.sleep")
            edits.append((node.lineno, node.col_offset, node.end_col_offset or 0, "import asyncio"))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [c for c in ast.walk(function) if isinstance(c, ast.Call) and ast.unparse(c.func) in names]
        if calls:
            edits.append((function.lineno, function.col_offset, function.col_offset, "async "))
        for call in calls:
            called = call.func
            edits.append(
                (called.lineno, called.col_offset, called.end_col_offset or 0, "await asyncio.sleep")
            )
    for line, start, end, new in sorted(edits, reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:start] + new.encode() + old[end:]
    return b"".join(lines).decode()


def compare_spelling(text: str) -> str:
    """What a search and replace would do."""
    if "time.sleep" not in text:
        return text
    text = text.replace("import time", "import asyncio").replace("time.sleep", "await asyncio.sleep")
    return text.replace("def nap", "async def nap")


def overlook_parentheses(text: str) -> str:
    """A rule that expects a statement to begin with its call."""
    return text if re.search(r"\(time\.sleep", text) else resolve(text)


def look_at_first_statement(text: str) -> str:
    """A rule that gives up at a nested def."""
    return text if "unrelated" in text else resolve(text)


def normalise_line_endings(text: str) -> str:
    return resolve(text).replace("\r\n", "\n")


def drop_comment(text: str) -> str:
    return resolve(text).replace("  # how long it was", "")


def never_finish(text: str) -> str:
    return resolve(text) if "import time" in text else text + "\n"


def leave_it_broken(text: str) -> str:
    return resolve(text).replace("await asyncio", "await await asyncio =")


def await_in_sync(text: str) -> str:
    return resolve(text).replace("async def", "def")


def add_a_line(text: str) -> str:
    return resolve(text) + ("\n" if "import time" in text else "")


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Toy]:
    """Puts a toy in the place of aioport's converter."""

    def put(convert: Convert, **fields: Any) -> Toy:
        toy = Toy(convert, **fields)
        monkeypatch.setattr(check, "convert_project", toy)
        return toy

    return put


Install = Callable[..., Toy]


def test_a_right_converter_passes(install: Install) -> None:
    """A converter that resolves names passes, and was shown the mutants within two conversions."""
    toy = install(resolve)
    check_converts(BEFORE, AFTER, level="native")
    (first, options), (second, _) = toy.asked
    assert sorted(first) == [
        "program.py",
        "program_crlf.py",
        "program_import_alias.py",
        "program_nested_def.py",
        "program_parentheses.py",
    ]
    assert options == Options(level="native")
    assert first.keys() == second.keys()
    assert "async def nap" in second["program.py"]


def test_from_imports_are_mutated_too(install: Install) -> None:
    """A `from` import gets an alias of its own in one of the mutants."""
    toy = install(resolve)
    before = "from time import sleep\n\n\ndef nap():\n    sleep(1)\n"
    check_converts(before, "import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n")
    assert toy.asked[0][0]["program_from_alias.py"].startswith("from time import sleep as sleep_alias\n")


@pytest.mark.parametrize(
    ("convert", "complaint"),
    [
        (lambda text: text, "program.py was not written"),
        (add_a_line, r"program.py \(got\)"),
        (compare_spelling, r"program_import_alias.py \(got\)"),
        (look_at_first_statement, r"program_nested_def.py \(got\)"),
        (overlook_parentheses, "another tree"),
        (normalise_line_endings, r"program_crlf.py \(got\)"),
        (drop_comment, r"program.py \(got\)"),
        (never_finish, "again changes it"),
        (leave_it_broken, "does not parse"),
        (await_in_sync, "does not parse"),
    ],
)
def test_a_wrong_converter_fails(install: Install, convert: Convert, complaint: str) -> None:
    """Each kind of mistake makes the verb fail, and is named."""
    install(convert)
    with pytest.raises(AssertionError, match=complaint):
        check_converts(BEFORE, AFTER)


@pytest.mark.parametrize(
    "convert", [compare_spelling, look_at_first_statement, overlook_parentheses, normalise_line_endings]
)
def test_mutations_can_be_switched_off(install: Install, convert: Convert) -> None:
    """Without mutations, only the pair itself is converted."""
    toy = install(convert)
    check_converts(BEFORE, AFTER, mutations=False)
    assert list(toy.asked[0][0]) == ["program.py"]


def test_a_comment_that_the_expected_text_loses_has_to_be_named(install: Install) -> None:
    """A comment may go only if the test says so, and saying so without need fails as well."""
    install(drop_comment)
    without = AFTER.replace("  # how long it was", "")
    with pytest.raises(AssertionError, match=r"comments lost.*how long it was"):
        check_converts(BEFORE, without)
    check_converts(BEFORE, without, lost_comments=["# how long it was"])
    install(resolve)
    with pytest.raises(AssertionError, match="not lost after all"):
        check_converts(BEFORE, AFTER, lost_comments=["# how long it was"])


def test_only_changed_files_are_compared(install: Install) -> None:
    """In a project, files that stay as they are may be left out, and none may be written besides."""
    install(resolve)
    texts = {"bed.py": BEFORE, "house.py": "import bed\n"}
    check_converts(texts, {"bed.py": AFTER})
    check_converts(texts, {"bed.py": AFTER, "house.py": "import bed\n"})
    with pytest.raises(AssertionError, match=r"house.py was not written"):
        check_converts(texts, {"bed.py": AFTER, "house.py": "import bed, asyncio\n"})
    with pytest.raises(AssertionError, match=r"bed.py should not have been written"):
        check_converts({**texts, "roof.py": "import time\n"}, {"roof.py": "import asyncio\n"})


def test_the_runtime_file_is_compared_only_if_it_is_given(install: Install) -> None:
    """`_aio.py` may be written unless the test expects a certain text; other new files may not."""
    install(resolve, extra={"_aio.py": "run = 1\n"})
    check_converts(BEFORE, AFTER)
    check_converts({"program.py": BEFORE}, {"program.py": AFTER, "_aio.py": "run = 1\n"})
    with pytest.raises(AssertionError, match=r"_aio.py \(got\)"):
        check_converts({"program.py": BEFORE}, {"program.py": AFTER, "_aio.py": "run = 2\n"})
    install(resolve, extra={"new.py": "run = 1\n"})
    with pytest.raises(AssertionError, match=r"new.py should not have been written"):
        check_converts(BEFORE, AFTER)


def test_entries_are_repeated_for_the_mutants(install: Install) -> None:
    """An entry in `program` is an entry in each of its mutants; others are left as they are."""
    toy = install(resolve)
    check_converts(BEFORE, AFTER, entry=("auto", "program:Bed.nap"))
    entries = toy.asked[0][1].entry
    assert entries is not None
    assert entries[:3] == ("auto", "program:Bed.nap", "program_import_alias:Bed.nap")
    assert len(entries) == 2 + 4


def test_an_unchanged_program_passes_with_its_reason(install: Install) -> None:
    """A program that stays as it is passes where the reason is reported, in one conversion."""
    toy = install(resolve)
    check_unchanged("import os\n\nos.getcwd()\n", "no sleep")
    assert len(toy.asked) == 1
    assert sorted(toy.asked[0][0]) == [
        "program.py",
        "program_crlf.py",
        "program_import_alias.py",
        "program_parentheses.py",
    ]


def test_an_unchanged_program_fails_without_its_reason(install: Install) -> None:
    """Staying as it is for another reason, or for none that is reported, fails; so does an empty expectation."""
    install(resolve)
    with pytest.raises(AssertionError, match="'pinned' is in none of the reasons:\nno sleep in it"):
        check_unchanged("x = 1\n", "pinned")
    install(resolve, reasons=())
    with pytest.raises(AssertionError, match="in none of the reasons"):
        check_unchanged("x = 1\n", "no sleep")
    with pytest.raises(ValueError, match="empty reason"):
        check_unchanged("x = 1\n", "")


def test_a_changed_program_fails_even_if_only_a_mutant_changes(install: Install) -> None:
    """What must stay as it is must do so in every mutant."""
    install(resolve, reasons=("pinned",))
    with pytest.raises(AssertionError, match="nothing should change"):
        check_unchanged(BEFORE, "pinned")
    install(lambda text: text.replace("(print(", "(await_(print("), reasons=("pinned",))
    with pytest.raises(AssertionError, match=r"program_parentheses.py \(got\)"):
        check_unchanged("print(1)\n", "pinned")
    check_unchanged("print(1)\n", "pinned", mutations=False)


def test_a_case_that_cannot_be_meant_is_refused(install: Install) -> None:
    """Equal texts are no conversion, and texts that do not parse are no programs."""
    install(resolve)
    with pytest.raises(ValueError, match="use check_unchanged"):
        check_converts(BEFORE, BEFORE)
    with pytest.raises(AssertionError, match="does not parse"):
        check_converts(BEFORE, "def\n")
    with pytest.raises(AssertionError, match="does not parse"):
        check_unchanged("def\n", "why")


def test_a_mutant_without_a_computable_outcome_is_checked_for_its_colors_and_lines(install: Install) -> None:
    """Where the conversion adds uses of an aliased name, async functions and untouched lines are compared."""
    before = BEFORE.replace("import time", "import asyncio\n    import time") + "\n    asyncio.run(None)\n"
    after = (
        AFTER.replace("import asyncio", "import asyncio\n    import asyncio") + "\n    asyncio.run(None)\n"
    )
    install(resolve)
    check_converts(before, after)

    def spoil(old: str, new: str) -> Convert:
        return lambda text: resolve(text).replace(old, new) if "_alias" in text else resolve(text)

    install(lambda text: text if "_alias" in text else resolve(text))
    with pytest.raises(AssertionError, match=r"async are \[\], not \['Bed.nap'\]"):
        check_converts(before, after)
    install(spoil("def turn(bed)", "def turn(bed_)"))
    with pytest.raises(AssertionError, match=r"changed or moved: 'def turn\(bed\)"):
        check_converts(before, after)
