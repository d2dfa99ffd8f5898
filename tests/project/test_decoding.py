"""From bytes to `Source` and back, and what is said about bytes that are no Python source."""

import ast
import io
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioport.project import Problem, Project, Source, decode, find_syntax_errors
from aioport.settings import Settings


def source_of(raw: bytes) -> Source:
    """Decode bytes that have to be a source."""
    source = decode("a.py", raw)
    assert isinstance(source, Source)
    return source


def project_of(*sources: Source, python_version: str = "3.11") -> Project:
    """Make a project of sources only."""
    by_path = {source.path: source for source in sources}
    return Project(Path("/p"), by_path, (), python_version, (), Settings())


@pytest.mark.parametrize(
    ("raw", "encoding", "bom", "text"),
    [
        (b"", "utf-8", False, ""),
        ("x = 'é'\r\n".encode(), "utf-8", False, "x = 'é'\r\n"),
        (b"\xef\xbb\xbfx = 1\n", "utf-8", True, "x = 1\n"),
        (
            b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            "iso-8859-1",
            False,
            "# -*- coding: latin-1 -*-\nx = 'é'\n",
        ),
        (b"# coding: latin-1 \xe9\n", "iso-8859-1", False, "# coding: latin-1 é\n"),
        (b"#!/bin/python\r\n# vim: fileencoding=cp1252\r\n'\x80'\r\n", "cp1252", False, None),
        (b"\xef\xbb\xbf# coding: utf-8-unix\n", "utf-8", True, "# coding: utf-8-unix\n"),
        (b"# coding: UTF_8\n", "utf-8", False, "# coding: UTF_8\n"),
        (b"# coding: utf-8-sig\n", "utf-8", False, "# coding: utf-8-sig\n"),
        (b"x = 1\n# coding: latin-1\n", "utf-8", False, "x = 1\n# coding: latin-1\n"),
        (b"\n\n# coding: latin-1\n", "utf-8", False, "\n\n# coding: latin-1\n"),
        (
            "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
            "shift_jis",
            False,
            "# coding: shift_jis\nx = '日本'\n",
        ),
    ],
)
def test_encodings(raw: bytes, encoding: str, bom: bool, text: str | None) -> None:
    """Mark and coding line decide the encoding, newlines stay, and encoding gives the very bytes back."""
    source = source_of(raw)
    assert (source.encoding, source.bom) == (encoding, bom)
    assert text is None or source.text == text
    assert source.encode(source.data) == raw


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (
            b"a = 1\r\nb = 2\rc = '\xe9'\n",
            3,
            (
                "not UTF-8 (byte 0xe9 at column 6) and no coding line says otherwise; "
                "save it as UTF-8 or add `# -*- coding: latin-1 -*-` as first line"
            ),
        ),
        (
            b"# coding: ascii\n\n  # \xff\n",
            3,
            "not `ascii` (byte 0xff at column 5) although its coding line says so; correct the line or save it as UTF-8",
        ),
        (
            b"#!x\n# coding: klingon\n",
            2,
            "its coding line names `klingon`, which is no text encoding; correct the line",
        ),
        (
            b"# coding: rot13\n",
            1,
            "its coding line names `rot13`, which is no text encoding; correct the line",
        ),
        (
            b"# coding: undefined\n",
            1,
            "its coding line names `undefined`, which is no text encoding; correct the line",
        ),
        (
            b"\xef\xbb\xbf# coding: latin-1\n",
            1,
            "a UTF-8 byte order mark and a coding line that says `latin-1`; remove one",
        ),
        ("x = 1\n".encode("utf-16"), 1, "UTF-16, which Python does not read; save it as UTF-8"),
        (b"x = 1\n\ny = '\0'\n", 3, "a null byte; is this a Python file?"),
        (
            b"# coding: iso-2022-jp\nx = 1\x1b(B\n",
            1,
            "its bytes would not survive a change, `iso-2022-jp` is ambiguous; save it as UTF-8",
        ),
    ],
)
def test_problems(raw: bytes, line: int, message: str) -> None:
    """What cannot be decoded is a problem with its line and a remedy."""
    assert decode("pkg/a.py", raw) == Problem("pkg/a.py", line, message)


def test_problem_as_text() -> None:
    """A problem prints as compilers print theirs."""
    assert str(Problem("pkg/a.py", 3, "not UTF-8")) == "pkg/a.py:3: not UTF-8"


@given(
    st.lists(
        st.sampled_from(
            [
                "# coding: latin-1",
                "# -*- coding: utf-8 -*-",
                "#",
                "",
                " \f",
                "x = 1",
                "# vim: set fileencoding=cp1252 :",
            ]
        )
    ),
    st.booleans(),
)
def test_coding_line_is_found_as_tokenize_finds_it(lines: list[str], bom: bool) -> None:
    """The encoding is the one that `tokenize` detects, wherever the coding line stands."""
    raw = (b"\xef\xbb\xbf" if bom else b"") + "\n".join(lines).encode()
    try:
        expected = tokenize.detect_encoding(io.BytesIO(raw).readline)[0].removesuffix("-sig")
    except SyntaxError:
        assert isinstance(decode("a.py", raw), Problem)
    else:
        assert source_of(raw).encoding == expected


@given(st.text(st.sampled_from("aé漢😀 \n\r\f\v\x1c\x85\u2028")))
def test_line_starts(text: str) -> None:
    """Lines are those of `ast`: ended by a newline, a carriage return or both, and by nothing else."""
    source = Source("a.py", text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert len(source.line_starts) == len(lines)
    ends = (*source.line_starts[1:], len(source.data))
    for line, start, end in zip(lines, source.line_starts, ends, strict=True):
        assert source.data[start:end].decode().rstrip("\r\n") == line


@given(
    st.lists(st.sampled_from(["x = 'é'", "", "'''a\\\n😀'''", "(1,\n 2)"]), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_positions_of_the_tree_are_offsets(statements: list[str], newline: str) -> None:
    """A line of the tree and its column, through `line_starts`, find the node's own text."""
    source = Source(
        "a.py", newline.join(statements).replace("\n", newline) if newline != "\n" else "\n".join(statements)
    )
    for node in source.tree.body:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = source.line_starts[node.lineno - 1] + node.col_offset
        end = source.line_starts[node.end_lineno - 1] + node.end_col_offset
        found = ast.parse(source.data[start:end]).body[0]
        assert ast.dump(found) == ast.dump(node)


def test_tree_is_parsed_once_and_silently() -> None:
    """The tree is made when first asked for and kept; warnings about the code that is read are not shown."""
    source = Source("a.py", "x = '\\d'\n")
    assert source.tree is source.tree


def test_character_that_the_encoding_lacks() -> None:
    """What the file's encoding cannot hold is an error, not a question mark."""
    with pytest.raises(UnicodeEncodeError):
        Source("a.py", "", "iso-8859-1").encode("漢".encode())


def test_syntax_errors() -> None:
    """Every source that does not parse is reported, with its line, Python's own words and the text."""
    sources = [
        Source("a.py", "x = 1\nprint 'hello'\n"),
        Source("b.py", "x = 1\n"),
        Source("c.py", "def f():\n\tif x:\n        y\n"),
        Source("d.py", "'''\n"),
    ]
    problems = find_syntax_errors(project_of(*sources))
    assert [(problem.path, problem.line) for problem in problems] == [("a.py", 2), ("c.py", 3), ("d.py", 1)]
    assert (
        problems[0].message
        == "Missing parentheses in call to 'print'. Did you mean print(...)?: `print 'hello'`"
    )


def test_syntax_error_of_a_newer_python() -> None:
    """Where the project asks for a newer Python than this one, the message says what to do."""
    (problem,) = find_syntax_errors(project_of(Source("a.py", "x = ="), python_version="3.99"))
    assert "run aioport under 3.99, which the project asks for" in problem.message


@pytest.mark.parametrize("text", ["(" * 5000 + ")" * 5000, "-" * 100_000 + "1", "x" + ".a" * 100_000])
def test_nesting_too_deep(text: str) -> None:
    """Nesting that Python's own parser gives up on is a problem, not a crash."""
    (problem,) = find_syntax_errors(project_of(Source("a.py", text)))
    assert problem.line == 1


def test_long_line_is_cut() -> None:
    """The text of a syntax error is quoted up to 80 characters."""
    (problem,) = find_syntax_errors(project_of(Source("a.py", "x = = " + "y" * 500)))
    assert problem.message.endswith("yyy...`")
    assert len(problem.message) < 120
