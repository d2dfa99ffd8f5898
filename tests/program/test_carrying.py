"""Types of parameters are found again in files that changed."""

from dataclasses import replace
from pathlib import Path

from aioport.discovery import discover
from aioport.positions import span_of
from aioport.program.beginnings import find_beginnings
from aioport.program.carrying import carry_types
from aioport.program.holders import Holder, HolderType
from aioport.project import Project, Source
from aioport.rounds import Widening, carry
from aioport.settings import Options

WATSON = HolderType((("watson", "Watson"),), optional=False, open=False)


def project(root: Path, text: str) -> Project:
    """A project of one file."""
    (root / "app.py").write_text("")
    return replace(discover([root], Options()), sources={"app.py": Source("app.py", text)})


def parameters(one: Project) -> list[Holder]:
    """Those of all functions in the order of the file."""
    source = one.sources["app.py"]
    functions = sorted((node.lineno, node) for node in source.tree.body if hasattr(node, "args"))
    return [Holder("app.py", span_of(source, each)[1]) for _, node in functions for each in node.args.args]


def beginnings(one: Project) -> list[Holder]:
    """What begins as None."""
    return [Holder("app.py", each.end) for each in find_beginnings(one.sources["app.py"])]


def test_a_parameter_is_found_where_its_function_stands_now(tmp_path: Path) -> None:
    """Lines above it, `async` and other parameters beside it make no difference."""
    before = project(tmp_path, "def send(watson):\n    watson.push()\n")
    after = project(tmp_path, "import asyncio\n\nasync def send(first, watson):\n    await watson.push()\n")
    found = carry_types({parameters(before)[0]: WATSON}, before, after)
    assert found == {parameters(after)[1]: WATSON}


def test_functions_of_one_name_are_told_apart_by_their_order(tmp_path: Path) -> None:
    """The second one is the second one."""
    text = "def send(watson): ...\n\ndef send(watson): ...\n"
    before, after = project(tmp_path, text), project(tmp_path, f"x = 1\n{text}")
    found = carry_types({parameters(before)[1]: WATSON}, before, after)
    assert found == {parameters(after)[1]: WATSON}


def test_what_is_gone_or_says_its_type_now_is_left_out(tmp_path: Path) -> None:
    """Of a function that has another name nothing is known, nor of a parameter with an annotation."""
    before = project(tmp_path, "def send(watson): ...\n\ndef save(watson): ...\n")
    after = project(tmp_path, "def create(watson): ...\n\ndef save(watson: Watson): ...\n")
    assert carry_types(dict.fromkeys(parameters(before), WATSON), before, after) == {}


def test_a_file_is_settled_where_neither_it_nor_the_classes_that_it_is_given_change(tmp_path: Path) -> None:
    """Of other files, a further run of the checker may have more to say."""
    before = project(tmp_path, "def send(watson): ...\n")
    widening = Widening({parameters(before)[0]: WATSON}, {})
    same, changed = replace(before), project(tmp_path, "async def send(watson): ...\n")
    assert carry(widening, before, same, ["requests"]) == Widening(widening.types, {}, frozenset({"app.py"}))
    assert carry(widening, before, same, ["watson"]) == Widening({}, {})
    carried = carry(widening, before, changed, ["requests"])
    assert carried == Widening({parameters(changed)[0]: WATSON}, {})


def test_a_file_that_did_not_change_keeps_all_places(tmp_path: Path) -> None:
    """Where the text is the same, so are the places."""
    before = project(tmp_path, "def send(watson): ...\n")
    types = {parameters(before)[0]: WATSON}
    assert carry_types(types, before, project(tmp_path, "def send(watson): ...\n")) == types


def test_an_attribute_and_a_global_are_found_where_they_begin_now(tmp_path: Path) -> None:
    """The class and the name tell which; one that says its type now is left out."""
    text = "watson = None\n\nclass Lab:\n    def __init__(self):\n        self.watson = None\n"
    before, after = project(tmp_path, text), project(tmp_path, f"import asyncio\n\n{text}")
    typed = project(tmp_path, text.replace("watson = None", "watson: Watson = None"))
    found = carry_types(dict.fromkeys(beginnings(before), WATSON), before, after)
    assert list(found) == beginnings(after)
    assert len(found) == 2
    assert carry_types(found, after, typed) == {}
