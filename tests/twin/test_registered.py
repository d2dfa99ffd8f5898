"""Objects of both halves of a package that are combined by operators."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from aioport.twin.make import make_twin

SETTINGS = """
[tool.aioport.twin]
package = "."
target = "."
names = { Rule = "AsyncRule", Plain = "AsyncPlain" }
files = { "quiver/rules.py" = "quiver/aio/rules.py" }
"""

RULES = """
from abc import ABC, abstractmethod


class Rule(ABC):
    @abstractmethod
    def __call__(self, value): ...

    def __and__(self, other):
        if isinstance(other, Rule):
            return other.__rand__(self)
        return All(self, other)

    def __rand__(self, other):
        return All(other, self)


class All(Rule):
    def __init__(self, *rules):
        self.rules = rules

    def __call__(self, value):
        return all(rule(value) for rule in self.rules)


class Plain(ABC):
    @abstractmethod
    def run(self): ...

    def same(self, other):
        return isinstance(other, Plain)
"""

USE = """
from quiver.aio import rules as later
from quiver import rules


class Big(rules.Rule):
    def __call__(self, value):
        return value > 10


class Even(later.AsyncRule):
    async def __call__(self, value):
        return value % 2 == 0


made = [Big() & Even(), Big() & Big(), Even() & Big()]
print([type(one) is later.All for one in made], issubclass(later.AsyncPlain, rules.Plain))
"""


def test_an_object_of_the_async_half_passes_for_one_of_the_sync_half(tmp_path: Path) -> None:
    """An operator of the sync half leaves it to the other operand; what no operator asks for stays apart."""
    files = {"pyproject.toml": SETTINGS, "quiver/rules.py": RULES, "use.py": USE}
    for path, text in {**files, "quiver/__init__.py": "", "quiver/aio/__init__.py": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    text = make_twin(tmp_path).files["quiver/aio/rules.py"].decode()
    assert "from quiver.rules import Rule\n" in text
    assert "        return All(other, self)\n\n\nRule.register(AsyncRule)\n\n\nclass All(AsyncRule):" in text
    assert "Plain.register" not in text
    (tmp_path / "quiver/aio/rules.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "dev", "use.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[True, False, True] False\n", "")
