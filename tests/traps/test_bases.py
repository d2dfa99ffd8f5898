"""Overrides of methods that other people's code calls: they stay sync, and the reason says who calls them."""

from __future__ import annotations

import pytest

from tests.check import check_unchanged
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

OVERRIDE = """
import time
import IMPORTED


class Own(BASE):
    def METHOD(self, *given):
        time.sleep(1)


def main():
    USE


if __name__ == "__main__":
    main()
"""


def program(imported: str, base: str, method: str, use: str) -> str:
    text = OVERRIDE.replace("IMPORTED", imported).replace("BASE", base)
    return text.replace("METHOD", method).replace("USE", use)


CALLED = {
    "thread": (
        program("threading", "threading.Thread", "run", "Own().start()"),
        "threading.Thread calls run itself",
    ),
    "log handler": (
        program("logging", "logging.Handler", "emit", "logging.getLogger().addHandler(Own())"),
        "logging.Handler calls emit itself",
    ),
    "command line": (program("cmd", "cmd.Cmd", "default", "Own().cmdloop()"), "cmd.Cmd calls default itself"),
    "command": (program("cmd", "cmd.Cmd", "emptyline", "Own().onecmd('')"), "cmd.Cmd calls emptyline itself"),
    "html": (
        program("html.parser", "html.parser.HTMLParser", "handle_starttag", "Own().feed('<p>')"),
        "html.parser.HTMLParser calls handle_starttag itself",
    ),
    "json": (
        program("json", "json.JSONEncoder", "default", "print(json.dumps(object(), cls=Own))"),
        "json.JSONEncoder calls default itself",
    ),
    "visitor": (
        program("ast", "ast.NodeVisitor", "generic_visit", "Own().visit(ast.parse('1'))"),
        "ast.NodeVisitor calls generic_visit itself",
    ),
    "raw file": (
        program("io", "io.RawIOBase", "readinto", "print(Own().read(1))"),
        "RawIOBase calls readinto itself",
    ),
    "test case": (
        program("unittest", "unittest.TestCase", "setUp", "unittest.main()"),
        "a test calls it itself, and waits for it as it did",
    ),
    "mapping": (
        program("collections", "collections.UserDict", "__missing__", "print(Own()['a'])"),
        "__missing__",
    ),
    "request handler": (
        program(
            "socketserver",
            "socketserver.BaseRequestHandler",
            "handle",
            "socketserver.TCPServer(('', 0), Own)",
        ),
        "socketserver.BaseRequestHandler calls handle itself",
    ),
}


@trap(
    85,
    "kept",
    "Thread.run, Handler.emit, Cmd, HTMLParser, JSONEncoder, NodeVisitor, RawIOBase, TestCase: with who calls",
)
@pytest.mark.parametrize("form", CALLED)
def test_overrides_of_foreign_methods_stay(form: str) -> None:
    """A method that code outside the project calls stays sync, and the reason names the class that calls it."""
    source, why = CALLED[form]
    check_unchanged(source, why, mutations=False)


@trap(85, "refused", "what such an override calls stays sync with it, by way of its own name as well")
def test_what_an_override_calls_stays_sync() -> None:
    """A function that a foreign base reaches through an override has one color, and that is sync."""
    text = check_runs_alike(
        """
        import json
        import time


        def describe(one):
            time.sleep(0)
            return str(one)


        class Encoder(json.JSONEncoder):
            def default(self, one):
                return describe(one)


        def main():
            time.sleep(0)
            print(json.dumps({"a": 1 + 2j}, cls=Encoder))
            print(describe(3))


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "def describe(one):\n    time.sleep(0)" in text
    assert "await offload(" in text


FOUND_BY_NAME = {
    "visitor": (
        program("ast", "ast.NodeVisitor", "visit_Name", "Own().visit(ast.parse('a'))"),
        "ast.NodeVisitor",
    ),
    "server": (
        program(
            "http.server",
            "http.server.BaseHTTPRequestHandler",
            "do_GET",
            "http.server.HTTPServer(('', 0), Own).serve_forever()",
        ),
        "http.server.BaseHTTPRequestHandler, which its class is derived from, may find it by its name",
    ),
    "command": (
        program("cmd", "cmd.Cmd", "do_load", "Own().onecmd('load')"),
        "cmd.Cmd, which its class is derived from, may find it by its name",
    ),
    "test": (
        program("unittest", "unittest.TestCase", "test_it", "unittest.main()"),
        "a test calls it itself, and waits for it as it did",
    ),
}


@trap(
    85, "kept", "methods that a foreign base finds by name (visit_Name, do_GET, do_load, test_it) stay sync"
)
@pytest.mark.parametrize("form", FOUND_BY_NAME)
def test_methods_that_a_base_finds_by_name_stay(form: str) -> None:
    """A method that nothing in the project calls, of a class with a foreign base, is taken to be called by that."""
    source, why = FOUND_BY_NAME[form]
    check_unchanged(source, why, mutations=False)
