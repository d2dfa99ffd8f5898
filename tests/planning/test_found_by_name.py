"""Methods that nothing in the project calls, of classes that are derived from installed ones."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.planning.deciding import Decided, decide

PROGRAM = """
    import time

    from lib import Base


    class Own(Base):
        def do_load(self):
            time.sleep(1)


    def main():
        time.sleep(2)


    if __name__ == "__main__":
        main()
    """

QUIET = {
    "nothing": "",
    "by another name": """
        def use(self):
            return getattr(self, "close", None)
        """,
    "names in a list": """
        kept = ["host", "port"]

        def __getstate__(self):
            return {name: getattr(self, name, None) for name in self.kept}

        def __setstate__(self, state):
            for name in self.kept:
                setattr(self, name, state[name])
            self.__dict__.update(state.__dict__)
        """,
    "names that begin otherwise": """
        def use(self, command):
            return getattr(self, "handle_" + command)()
        """,
}

LOOKING = {
    "by an attribute": """
        def use(self):
            if hasattr(self, "do_load"):
                self.do_load()
        """,
    "by what is put together": """
        def use(self, command):
            return getattr(self, f"do_{command}")()
        """,
    "by anything": """
        def use(self, command):
            return getattr(self, command)()
        """,
    "by a list that may grow": """
        names = ["host"]

        def use(self):
            type(self).names = list(self.names)
            for name in self.names:
                getattr(self, name)()
        """,
    "by all names": """
        def use(self):
            return [name for name in dir(self) if name.startswith("do_")]
        """,
    "by the class's own namespace": """
        def use(self):
            for one in type(self).__dict__.values():
                one(self)
        """,
}


def _decide(folder: Path, body: str, *, extra: str | None = None) -> Decided:
    site = folder / "environment" / "lib" / "python3.11" / "site-packages" / "lib"
    site.mkdir(parents=True)
    (folder / "environment" / "pyvenv.cfg").write_text("version = 3.11.0\n")
    methods = dedent(body).strip() or "pass"
    text = "class Base:\n    def close(self):\n        return None\n\n" + "".join(
        f"    {line}\n" if line else "\n" for line in methods.splitlines()
    )
    (site / "__init__.py").write_text(text)
    if extra is not None:
        (site / extra).write_bytes(b"\x7fELF")
    return decide(
        folder / "project", {"program.py": PROGRAM}, python=str(folder / "environment"), entry=("api",)
    )


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_a_package_that_does_not_look_for_it_leaves_a_method_free(tmp_path: Path, body: str) -> None:
    """A package that names a method nowhere, and puts no such name together, does not call it."""
    assert _decide(tmp_path, body).colors["program.Own.do_load"] == "async"


@pytest.mark.parametrize("body", LOOKING.values(), ids=LOOKING)
def test_a_package_that_may_look_for_it_holds_a_method_back(tmp_path: Path, body: str) -> None:
    """A package that may use a method of whatever is derived from its classes goes on finding a sync one."""
    found = _decide(tmp_path, body)
    assert found.colors["program.Own.do_load"] == "sync"
    assert (
        "lib.Base, which its class is derived from, may find it by its name"
        in found.reasons["program.Own.do_load"]
    )


def test_a_package_that_is_compiled_may_look_for_anything(tmp_path: Path) -> None:
    """What cannot be read is not taken to be harmless."""
    assert _decide(tmp_path, "", extra="fast.so").colors["program.Own.do_load"] == "sync"
