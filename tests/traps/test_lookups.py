"""Functions that are looked up by their names when the program runs: kept where they are, with the place."""

from pathlib import Path

from tests.planning.deciding import decide
from tests.planning.programs import convert
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

NAMESPACES = """
import operator
import time


def do_fetch():
    time.sleep(0.001)
    return "fetch"


def do_other():
    time.sleep(0.001)
    return "other"


def plain():
    time.sleep(0.001)
    return "plain"


def evaluated():
    time.sleep(0.001)
    return "evaluated"


class Store:
    def __init__(self):
        time.sleep(0.001)
        self.size = 3


class Box:
    def __init__(self, callback):
        self.callback = callback

    def fetch(self):
        time.sleep(0.001)
        return 1

    def load(self):
        time.sleep(0.001)
        return 2

    def of_class(self):
        time.sleep(0.001)
        return 3

    def free(self):
        time.sleep(0.001)
        return 4

    def call(self):
        return self.callback() + self.__dict__["callback"]()


def called():
    time.sleep(0.001)
    return 5


def main():
    for name in ("fetch", "other"):
        print(globals()[f"do_{name}"]())
    kind = "Store"
    print(globals().get(kind)().size, Store().size)
    print(eval("evaluated()"), evaluated(), plain(), len(globals()) > 0)
    box = Box(called)
    print(operator.methodcaller("fetch")(box), box.fetch())
    print(operator.attrgetter("load")(box)(), box.load())
    print(len(sorted([], key=operator.attrgetter("free"))))
    print(vars(Box)["of_class"](box), box.of_class(), box.free(), box.call())
    print("{plain}".format(**{"plain": 1}), "{kind}".format(**locals()))


if __name__ == "__main__":
    main()
"""


@trap(
    87,
    "refused",
    "what `globals()`, `vars`, `__dict__`, `eval`, `methodcaller` and `attrgetter` find stays sync",
)
def test_what_a_namespace_gives_stays_sync() -> None:
    """The program prints the same, and what cannot be found by a name is converted all the same."""
    conversion = check_runs_alike(NAMESPACES)
    text = conversion.files["program.py"]
    assert text.count("async def") == 3
    for name in ("plain", "free", "main"):
        assert f"async def {name}(" in text
    reasons = "\n".join(conversion.reasons)
    for what in (
        "globals()",
        "eval",
        "operator.methodcaller",
        "operator.attrgetter",
        "vars(Box)",
        "self.__dict__",
    ):
        assert f"may look it up by its name, through `{what}`" in reasons


MODULES = {
    "plugins/__init__.py": "",
    "plugins/alpha.py": """
        import time


        def run(x):
            time.sleep(0.001)
            return x


        def free(x):
            time.sleep(0.001)
            return x
        """,
    "handlers.py": """
        import time


        def do_get(x):
            time.sleep(0.001)
            return x


        def const(x):
            time.sleep(0.001)
            return x


        def listed(x):
            time.sleep(0.001)
            return x


        def free(x):
            time.sleep(0.001)
            return x
        """,
    "program.py": """
        import importlib
        import sys
        import time

        import handlers
        from plugins import alpha


        def own():
            time.sleep(0.001)


        def call(module, x):
            return module.run(x)


        def main(verb):
            for name in ("alpha", "beta"):
                call(importlib.import_module(f"plugins.{name}"), 1)
            alpha.run(1), alpha.free(1)
            getattr(handlers, f"do_{verb}")(2)
            getattr(handlers, "const")(2)
            vars(handlers)["listed"](3)
            getattr(sys.modules[__name__], "own")()
            handlers.do_get(1), handlers.const(1), handlers.listed(1), handlers.free(1), own()


        if __name__ == "__main__":
            main("get")
        """,
}


@trap(87, "refused", "so does what a module gives by a name, also one that `import_module` has imported")
def test_what_a_module_gives_by_a_name_stays_sync(tmp_path: Path) -> None:
    """Each function that may be found is kept, with the line; its neighbours become async."""
    decided = decide(tmp_path, MODULES)
    for name in ("plugins.alpha.run", "handlers.do_get", "handlers.const", "handlers.listed", "program.own"):
        assert "may look it up by its name" in decided.reasons[name], name
    for name in ("plugins.alpha.free", "handlers.free", "program.main"):
        assert decided.colors[name] == "async", name


def test_going_through_a_dict_of_functions_gives_its_keys() -> None:
    """Names are sorted, joined and handed to a parser; of a dict whose keys are functions, the functions would be."""
    table = """
        import argparse
        import time


        def total():
            time.sleep(1)


        STEPS = {"total": total}


        def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("step", choices=sorted(STEPS), help=", ".join(STEPS))
            for name in [*STEPS]:
                parser.add_argument(name)
            STEPS[parser.parse_args().step]()


        if __name__ == "__main__":
            main()
        """
    assert "await STEPS[parser.parse_args().step]()" in convert(table).files["program.py"]
    keys = table.replace('STEPS = {"total": total}', "STEPS = dict(zip([total], [1]))")
    keys = keys.replace("STEPS[parser.parse_args().step]()", "parser.parse_args()")
    assert "async def total" not in convert(keys).files.get("program.py", "")
