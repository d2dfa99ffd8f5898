"""The two verbs of conversion tests: a small program converts into that text, or stays as it is and why.

Both also try mutants of a single module (`tests.mutations`), as further modules of the same project, since a
conversion costs about a second whatever its size.
"""

import ast
import difflib
import io
import tempfile
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from textwrap import dedent
from typing import Any

from aioport.api import Conversion, convert_project
from aioport.settings import Options
from tests.mutations import NESTED, Mutant, functions_of, mutants_of, tree_of

MODULE = "program"
"""The name of the module that a test gives as a string."""

RUNTIME_FILE = "_aio.py"
"""The vendored file; compared only where a test gives its text."""

Program = str | Mapping[str, str]
"""The text of `program.py`, or texts by path. Common indentation and empty lines at the start are taken off."""


def check_converts(
    before: Program,
    after: Program,
    *,
    mutations: bool = True,
    lost_comments: Iterable[str] = (),
    **options: Any,
) -> None:
    """Assert that `before` is converted into `after`, to the letter.

    after: what `before` becomes; files that stay as they are may be left out
    mutations: also convert mutants, where the case is a single module
    lost_comments: comments (from `#` on) that the conversion rightly removes; all others must survive
    options: the fields of `aioport.settings.Options`

    Also asserts that the output parses, that converting it again changes nothing, and that a mutant has the
    mutated outcome, or, where that cannot be computed, keeps the lines that the pair keeps and has the same
    async functions. Raises AssertionError with a diff, and ValueError for a case that cannot be meant.
    """
    files, wanted = _files(before), _files(after)
    expected = {path: text for path, text in wanted.items() if files.get(path) != text}
    if not expected:
        raise ValueError("before and after are the same: use check_unchanged")
    _check_parses({**files, **expected})
    _check_comments(files, {**files, **expected}, Counter(lost_comments), exact=True)

    after_text = {**files, **wanted}.get(f"{MODULE}.py", "")
    mutants = _mutants(files, after_text) if mutations else {}
    project = {**files, **{path: mutant.before for path, mutant in mutants.items()}}
    chosen = _options(options, mutants)
    first = _convert(project, chosen)

    _check_parses(first.files)
    written = {path: text for path, text in first.files.items() if path not in mutants}
    _check_texts(expected, written, first)
    for path, mutant in mutants.items():
        got = first.files.get(path, mutant.before)
        _check_mutant(path, mutant, got, after_text)
        _check_comments({path: mutant.before}, {path: got}, Counter(lost_comments), exact=False)
    output = {**project, **first.files}
    second = _convert(output, chosen)
    assert not second.files, "converting the output again changes it:\n" + "".join(
        _diff(path, output.get(path, ""), text) for path, text in second.files.items()
    )


def check_unchanged(source: Program, why: str, *, mutations: bool = True, **options: Any) -> None:
    """Assert that `source` is left as it is, and that one of the reported reasons contains `why`.

    mutations, options: as for `check_converts`; the mutants must stay as they are, too.
    Raises AssertionError with a diff or the reasons, and ValueError where `why` is empty.
    """
    if not why:
        raise ValueError("an empty reason is found everywhere")
    files = _files(source)
    _check_parses(files)
    mutants = _mutants(files, files.get(f"{MODULE}.py", "")) if mutations else {}
    project = {**files, **{path: mutant.before for path, mutant in mutants.items()}}
    conversion = _convert(project, _options(options, mutants))
    assert not conversion.files, "nothing should change:\n" + "".join(
        _diff(path, project.get(path, ""), text) for path, text in conversion.files.items()
    )
    assert any(why in reason for reason in conversion.reasons), (
        f"{why!r} is in none of the reasons:\n" + "\n".join(conversion.reasons)
    )


def _files(program: Program) -> dict[str, str]:
    texts = {f"{MODULE}.py": program} if isinstance(program, str) else program
    return {path: dedent(text).lstrip("\r\n") for path, text in texts.items()}


def _mutants(files: Mapping[str, str], after: str) -> dict[str, Mutant]:
    """The mutants of a single module by their path, and none of a larger project."""
    if list(files) != [f"{MODULE}.py"]:
        return {}
    found = mutants_of(files[f"{MODULE}.py"], after)
    return {f"{MODULE}_{mutant.name}.py": mutant for mutant in found}


def _options(options: Mapping[str, Any], mutants: Iterable[str]) -> Options:
    """The options, with an entry in the module repeated for each of its mutants."""
    entries = options.get("entry")
    if entries is None:
        return Options(**options)
    modules = [PurePosixPath(path).stem for path in mutants]
    repeated = [
        f"{module}:{function}"
        for owner, _, function in (entry.partition(":") for entry in entries)
        if owner == MODULE
        for module in modules
    ]
    return Options(**{**options, "entry": (*entries, *repeated)})


def _convert(project: Mapping[str, str], options: Options) -> Conversion:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, text in project.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8", newline="")
        return convert_project(root, options)


def _check_parses(files: Mapping[str, str]) -> None:
    for path, text in files.items():
        if path.endswith(".py"):
            try:
                # Not only parsed: an await outside of an async function is found by the compiler.
                compile(text, path, "exec", dont_inherit=True)
            except SyntaxError as error:
                raise AssertionError(f"{path} does not parse: {error}\n{text}") from error


def _check_texts(expected: Mapping[str, str], written: Mapping[str, str], conversion: Conversion) -> None:
    """Assert that the files written are the expected ones, but for a runtime file that nobody expects."""
    compared = {
        path: text
        for path, text in written.items()
        if path in expected or PurePosixPath(path).name != RUNTIME_FILE
    }
    reasons = "reasons:\n" + "\n".join(conversion.reasons)
    for path in sorted(expected.keys() - compared.keys()):
        raise AssertionError(f"{path} was not written; {reasons}")
    for path in sorted(compared.keys() - expected.keys()):
        raise AssertionError(f"{path} should not have been written:\n{compared[path]}")
    for path, text in expected.items():
        assert compared[path] == text, f"{_diff(path, text, compared[path])}{reasons}"


def _check_mutant(path: str, mutant: Mutant, got: str, after: str) -> None:
    """Assert what is known of the mutant's outcome; `after` is the outcome of the pair itself."""
    if mutant.after is not None:
        assert got == mutant.after, _diff(path, mutant.after, got)
        return
    if mutant.tree is not None:
        assert tree_of(got) == mutant.tree, f"another tree than:\n{after}{_diff(path, after, got)}"
        return
    colors, expected = _async_functions(got), _async_functions(after)
    assert colors == expected, f"{path}: async are {sorted(colors)}, not {sorted(expected)}"
    rest = iter(got.splitlines(keepends=True))
    for line in mutant.kept:
        assert line in rest, f"{path}: this line was changed or moved: {line!r}\n{got}"


def _async_functions(text: str) -> set[str]:
    return {
        name
        for name, function in functions_of(ast.parse(text))
        if isinstance(function, ast.AsyncFunctionDef) and function.name != NESTED
    }


def _check_comments(
    before: Mapping[str, str], after: Mapping[str, str], lost: Counter[str], *, exact: bool
) -> None:
    """Assert that no comments but `lost` are lost, and, if `exact`, that all of `lost` are."""
    missing = _comments(before) - _comments(after)
    surprising = missing - lost
    assert not surprising, f"comments lost: {sorted(surprising)}"
    surviving = lost - missing
    assert not (exact and surviving), f"comments that are not lost after all: {sorted(surviving)}"


def _comments(files: Mapping[str, str]) -> Counter[str]:
    return Counter(
        token.string.rstrip()
        for path, text in files.items()
        if path.endswith(".py")
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline)
        if token.type == tokenize.COMMENT
    )


def _diff(path: str, expected: str, got: str) -> str:
    """A unified diff in which carriage returns show."""
    one, other = (text.replace("\r", "\\r").split("\n") for text in (expected, got))
    names = (f"{path} (expected)", f"{path} (got)")
    return "".join(f"{line}\n" for line in difflib.unified_diff(one, other, *names, lineterm=""))
