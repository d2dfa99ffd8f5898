"""Adding a requirement and removing it again gives the original bytes, whatever the layout."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from aioport.requiring import pyproject, requirement_files, setup_cfg
from aioport.requiring.places import Form

NEW = "aiohttp>=3.14,<4"
names = st.sampled_from(["attrs", "requests", "Zope.interface", "a-b", "Q", "six"])
ends = st.sampled_from(["", ">=1", "==2.0", '[x]>=1; python_version < "3.12"'])
requirements = st.builds("{}{}".format, names, ends)
comments = st.sampled_from(["", "# plain", '# "quoted", with a comma', "# [bracket]"])
blanks = st.sampled_from(["", " ", "  ", "\t"])
breaks = st.sampled_from(["\n", "\r\n"])
besides = st.sampled_from(["requests", "six", None])


def check_round_trip(form: Form, text: str, where: str, beside: str | None) -> None:
    """Adds and removes; the text between says the same and what is new."""
    added = form.add(text, where, NEW, beside)
    [before] = [one for one in form.find("file", text) if one.where == where]
    [between] = [one for one in form.find("file", added) if one.where == where]
    assert between.find("aiohttp") is not None
    kept = [one.written for one in between.declared if one.name != "aiohttp"]
    assert kept == [one.written for one in before.declared]
    assert form.remove(added, where, "aiohttp") == text


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """An array of requirements in any layout that TOML allows."""
    newline = draw(breaks)

    def gap() -> str:
        if draw(st.booleans()):
            return draw(blanks)
        comment = draw(comments)
        return draw(blanks) + comment + newline + draw(blanks)

    items = draw(st.lists(requirements, max_size=5))
    text = "["
    for number, item in enumerate(items):
        text += gap() + (f"'{item}'" if '"' in item or draw(st.booleans()) else f'"{item}"') + gap()
        if number + 1 < len(items) or draw(st.booleans()):
            text += ","
    return f"[project]{newline}name = 'x'{newline}dependencies = {text}{gap()}] # end{newline}[tool]{newline}"


@given(arrays(), besides)
def test_arrays(text: str, beside: str | None) -> None:
    """Lists on one line and on many, with commas, comments and blanks anywhere."""
    tomllib.loads(text)
    check_round_trip(pyproject.FORM, text, "[project] dependencies", beside)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table of Poetry's."""
    newline, equals = draw(breaks), draw(st.sampled_from([" = ", "=", "  = "]))
    values = st.sampled_from(
        ['"^1.2"', "'*'", '{version = "~1", extras = ["a"]}', '[{version = "1"},\n{version = "2"}]']
    )
    keys = draw(st.lists(names, max_size=5, unique=True))
    lines = [f"{key if '.' not in key else repr(key)}{equals}{draw(values)} {draw(comments)}" for key in keys]
    ended = draw(st.sampled_from([newline, newline + "[tool.x]" + newline, ""]))
    return newline.join(["[tool.poetry.dependencies]", f'python{equals}"^3.11"', *lines]) + ended


@given(tables(), besides)
def test_tables(text: str, beside: str | None) -> None:
    """Tables at the end of a file and before another one, aligned or not."""
    check_round_trip(pyproject.FORM, text, "[tool.poetry.dependencies]", beside)


@st.composite
def requirement_texts(draw: st.DrawFn) -> str:
    """A requirements file, with a line at least."""
    newline = draw(breaks)
    others = st.sampled_from(["", "# comment", "-r base.txt", "git+https://example.org/x.git#egg=x", "-e ."])
    line = st.builds(
        "{}{}{}".format, requirements, blanks, st.sampled_from(["", " # why", " --no-binary :all:"])
    )
    continued = st.builds("{} \\{}    --global-option=x".format, requirements, st.just(newline))
    lines = draw(st.lists(st.one_of(line, line, continued, others), min_size=1, max_size=7))
    return newline.join(lines) + draw(st.sampled_from([newline, ""]))


@given(requirement_texts(), besides)
def test_requirement_files(text: str, beside: str | None) -> None:
    """Files with comments, includes, options and continued lines, with a final line break or without."""
    check_round_trip(requirement_files.FORM, text, "", beside)


@st.composite
def setup_texts(draw: st.DrawFn) -> str:
    """A setup.cfg."""
    newline, indent = draw(breaks), draw(st.sampled_from(["    ", "\t", "  "]))
    lines = draw(st.lists(st.one_of(requirements, st.just("# comment")), max_size=5))
    head = ["[metadata]", "name = x", "[options]", "packages = find:", "install_requires ="]
    tail = draw(
        st.sampled_from([[""], ["python_requires = >=3.11", ""], ["", "[options.extras_require]", "a = b"]])
    )
    return newline.join([*head, *(indent + line for line in lines), *tail])


@given(setup_texts(), besides)
def test_setup_cfg(text: str, beside: str | None) -> None:
    """Lists with comments, at the end of the file or before other keys and sections."""
    check_round_trip(setup_cfg.FORM, text, "[options] install_requires", beside)
