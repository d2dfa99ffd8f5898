"""Projects that are meant to break a scanner: each function lays one out in a folder and returns what to scan in it."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

Laid = tuple[str, ...]
"""What is scanned, relative to the folder; nothing for the folder itself."""


@contextmanager
def undisturbed(_: Path) -> Iterator[None]:
    """Nothing happens meanwhile."""
    yield


@dataclass(frozen=True, slots=True)
class Case:
    """One such project.

    lay: makes its files.
    quick: it takes a second or two.
    paths: what is scanned, if not the whole folder.
    meanwhile: what goes on in the folder during the scan.
    checker: seconds that the type checker gets.
    """

    name: str
    lay: Callable[[Path], object]
    quick: bool = True
    paths: Laid = ()
    meanwhile: Callable[[Path], AbstractContextManager[None]] = undisturbed
    checker: int = 300


PLAIN = "import time\n\n\ndef wait():\n    time.sleep(1)\n"
"""A file that is well, beside the bad ones: the scan is to go on past them."""


def texts(files: Mapping[str, str | bytes]) -> Callable[[Path], object]:
    """Lays out files, texts as UTF-8."""

    def lay(folder: Path) -> None:
        for name, content in {"plain.py": PLAIN, **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
            )

    return lay


def _nested_functions(count: int) -> str:
    lines = [f"{' ' * level}def f{level}():" for level in range(count)]
    return "\n".join([*lines, f"{' ' * count}open('x').read()"]) + "\n"


def _elifs(count: int) -> str:
    branches = "".join(f"elif x == {number}:\n    open('{number}')\n" for number in range(count))
    return f"x = 1\nif x == -1:\n    pass\n{branches}"


def _chained(count: int) -> str:
    return "import io\nx = io" + ".a()" * count + "\n"


def _classes(count: int) -> str:
    first = "class C0:\n    def read(self):\n        open('x')\n"
    rest = "".join(
        f"class C{n}(C{n - 1}):\n    def go{n}(self):\n        self.read()\n" for n in range(1, count)
    )
    return first + rest


def _cycles() -> dict[str, str | bytes]:
    return {
        "loop/__init__.py": "from .a import *\nfrom .b import *\n",
        "loop/a.py": "from .b import *\nfrom . import a, b\nclass A(b.B): pass\nx = y\n",
        "loop/b.py": "from .a import *\nfrom . import a\nclass B(a.A): pass\ny = x\ndef f(): return f()\n"
        "def g(): return h()\ndef h(): return g()\ng().read()\nz = z\nz.close()\n",
        "selfish.py": "import selfish\nclass X(X): pass\nclass Y(Z): pass\nclass Z(Y): pass\nX().a.b()\n"
        "selfish.selfish.selfish.go()\nx = lambda: x()\nx()\n",
    }


def _symbolic_links(folder: Path) -> None:
    texts({"inner/x.py": PLAIN})(folder)
    (folder / "inner" / "up").symlink_to("..")
    (folder / "itself.py").symlink_to("itself.py")
    (folder / "one.py").symlink_to("two.py")
    (folder / "two.py").symlink_to("one.py")
    (folder / "gone.py").symlink_to("nowhere.py")
    (folder / "out").symlink_to("/usr")
    (folder / "out.py").symlink_to(os.__file__)
    (folder / "twin.py").symlink_to("plain.py")


def _unreadable(folder: Path) -> None:
    texts({"locked.py": PLAIN, "closed/x.py": PLAIN})(folder)
    (folder / "locked.py").chmod(0)
    (folder / "closed").chmod(0)


def _special_files(folder: Path) -> None:
    texts({"folder.py/x.py": PLAIN, ".gitignore/x.py": PLAIN})(folder)
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path may have a hundred characters
        try:
            server.bind("plug.py")
        finally:
            os.chdir(here)


def _odd_names(folder: Path) -> None:
    texts({"with space.py": PLAIN, "new\nline.py": PLAIN, "-dash.py": PLAIN, "ünïcode.py": PLAIN})(folder)
    texts({"[brackets].py": PLAIN, "semi;colon.py": PLAIN, "quote'\".py": PLAIN, "a.b.c.py": PLAIN})(folder)
    texts({"class.py": PLAIN, "1digit.py": PLAIN, "*.py": PLAIN, "#hash.py": PLAIN})(folder)


def _names_in_no_encoding(folder: Path) -> None:
    texts({})(folder)
    for name in (b"\xff\xfe.py", b"caf\xe9.py"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(PLAIN, encoding="utf-8")


def _long_path(folder: Path) -> None:
    texts({})(folder)
    deep = folder
    for _ in range(12):
        deep /= "d" * 200
    deep.mkdir(parents=True)
    (deep / "x.py").write_text(PLAIN, encoding="utf-8")


def _many_files(folder: Path) -> None:
    texts({f"m{number}.py": f"import time\ntime.sleep({number})\n" for number in range(10_000)})(folder)


def _ever_changing(folder: Path) -> None:
    texts({f"m{number}.py": PLAIN for number in range(200)})(folder)


@contextmanager
def vanishing(folder: Path) -> Iterator[None]:
    """Files that go and come back, all the time."""
    done = threading.Event()

    def work() -> None:
        chance = random.Random(1)  # noqa: S311
        while not done.is_set():
            path = folder / f"m{chance.randrange(200)}.py"
            path.unlink(missing_ok=True)
            done.wait(0.001)
            path.write_text(PLAIN, encoding="utf-8")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


BOM = b"\xef\xbb\xbf"
SYNTAX: dict[str, str | bytes] = {
    "open.py": "def f(:\n",
    "indent.py": "if x:\npass\n",
    "tabs.py": "if x:\n\tif y:\n        pass\n",
    "unclosed.py": "x = (1,\n",
    "quotes.py": "x = '''never ends\n",
    "python2.py": "print 'hello'\nexec 'x'\n",
    "merge.py": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
    "binary.py": bytes(range(256)),
    "nulls.py": b"x = 1\0\ny = 2\n",
    "end.py": "x = 1 \\",
    "await.py": "await x\nyield 1\nreturn 2\nbreak\n",
    "nonlocal.py": "nonlocal x\nglobal y\ny: int = 1\n",
    "fstring.py": "f'{x!z} {' \nf'{a.b(c)}'\n",
    "star.py": "*a, *b = c\nx = *a\nf(**x, *y)\n",
}
ENCODINGS: dict[str, str | bytes] = {
    "utf16.py": "x = 1\n".encode("utf-16"),
    "utf32.py": "x = 1\n".encode("utf-32"),
    "latin.py": "# coding: latin-1\nx = 'é'; open(x)\n".encode("latin-1"),
    "undeclared.py": "x = 'é'\n".encode("latin-1"),
    "lying.py": b"# coding: utf-8\nx = '\xe9'\n",
    "nonsense.py": "# coding: no-such-thing\nx = 1\n",
    "rot13.py": "# coding: rot13\nk = 1\n",
    "shift.py": "# coding: shift_jis\nx = '日本'; open(x)\n".encode("shift_jis"),
    "big5.py": "# coding: big5\nx = '中'; open(x)\n".encode("big5"),
    "utf7.py": "# coding: utf-7\nx = '+AOk-'\n",
    "both.py": BOM + b"# coding: latin-1\nx = 1\n",
    "bom.py": BOM + "import time\nx = 'é'; time.sleep(1)\n".encode(),
    "two_boms.py": BOM + BOM + b"x = 1\n",
    "only_bom.py": BOM,
    "escape.py": "x = '\\ud800'; open(x)\n",
    "surrogate.py": "x = '\ud800'\n",
    "idna.py": "# coding: idna\nx = 1\n",
    "punycode.py": "# coding: punycode\nx = 1\n",
    "codec_bytes.py": "# coding: zlib\nx = 1\n",
}
LINES: dict[str, str | bytes] = {
    "empty.py": "",
    "newline.py": "\n",
    "spaces.py": "   \t\f",
    "comment.py": "# nothing",
    "mixed.py": b"import time\r\ndef f():\r    time.sleep(1)\n    open('x')\r\n\rtime.sleep(2)\n",
    "returns.py": b"import time\rtime.sleep(1)\ropen('x').read()",
    "form_feed.py": "import time\n\f\ndef f():\n\f    time.sleep(1)\n\x0b\n",
    "separators.py": "x = '\x1c\x1d\x1e\x85\u2028\u2029'; open(x)\nopen('y')\n",
    "tabs.py": "def f():\n\tif 1:\n\t\topen('é\t').read()\n",
    "joined.py": "import time\ntime.\\\n  sleep(\\\n1)\nwith open(\\\n'x') as \\\n f: f.read()\n",
    "wide.py": "x = '\U0001d4b3\U0001f469\u200d\U0001f467'; open(x).read()\n",
    "names.py": "import time as \uff54\uff49\uff4d\uff45\n\u210c = open\n\u210c('x').read()\ntime.sleep(1)\n",
    "decorated.py": "@(lambda f: f)\n@print\nasync \\\n def \\\n  f(): open('x')\nclass \\\n  C(\n): x = open('y')\n",
}
LITERALS = {
    "string.py": f"x = '{'a' * 10_000_000}'\nopen(x).read()\n",
    "integer.py": f"x = {'9' * 100_000}\n",
    "hexadecimal.py": f"x = 0x{'f' * 100_000}\n",
    "list.py": f"x = [{', '.join(map(str, range(50_000)))}]\n",
    "dictionary.py": f"x = {{{', '.join(f'{n}: open({n})' for n in range(5_000))}}}\n",
    "line.py": f"x = 1; {'x += 1; ' * 20_000}open('x')\n",
    "name.py": f"{'n' * 100_000} = open('x')\n{'n' * 100_000}.read()\n",
    "arguments.py": f"def f({', '.join(f'a{n}' for n in range(3_000))}): pass\nf({', '.join('1' * 3_000)})\n",
}
NESTING: dict[str, str | bytes] = {
    "parentheses.py": f"x = {'(' * 1_000}1{')' * 1_000}\n",
    "few_parentheses.py": f"x = {'(' * 90}open('x'){')' * 90}\n",
    "brackets.py": f"x = {'[' * 150}{']' * 150}\n",
    "functions.py": _nested_functions(200),
    "fewer_functions.py": _nested_functions(95),
    "terms.py": f"x = {' + '.join(['1'] * 5_000)}\n",
    "fewer_terms.py": f"x = {' + '.join(['open(1)'] * 900)}\n",
    "elifs.py": _elifs(3_000),
    "fewer_elifs.py": _elifs(300),
    "calls.py": f"x = {'f(' * 180}{')' * 180}\n",
    "chained.py": _chained(900),
    "long_chain.py": _chained(5_000),
    "lambdas.py": f"x = {'lambda: ' * 500}open('x')\n",
    "unary.py": f"x = {'not ' * 900}1\ny = {'-' * 5_000}1\n",
    "strings.py": "x = " + '"a" ' * 20_000 + "\n",
    "comparison.py": f"x = {' < '.join(['y'] * 5_000)}\n",
    "statements.py": "x = 1\n" * 50_000,
    "classes.py": _classes(300),
    "attributes.py": f"x = a{'.b' * 2_000}\nx.read()\n",
    "subscripts.py": f"x = a{'[0]' * 2_000}\nx.read()\n",
    "conditional.py": f"x = {'1 if x else ' * 800}open('x')\n",
}

ENDLESS: dict[str, str | bytes] = {
    "annotation.py": f"x: '{'list[' * 80}int{']' * 80}' = open('x')\nx.read()\n",
}
"""pyrefly 1.4.1 takes twice as long for each level."""

READABLE = (
    "few_parentheses.py",
    "fewer_functions.py",
    "fewer_terms.py",
    "fewer_elifs.py",
    "calls.py",
    "lambdas.py",
)

CASES = (
    Case("invalid syntax, null bytes", texts(SYNTAX)),
    Case("encodings, some of them wrong", texts(ENCODINGS)),
    Case("line ends, empty files, odd characters", texts(LINES)),
    Case("huge literals, lines and names", texts(LITERALS), quick=False),
    Case("nesting, some of it deeper than Python's parser goes", texts(NESTING), quick=False),
    Case("nesting that Python still reads", texts({name: NESTING[name] for name in READABLE})),
    Case("a type that the checker takes for ever over", texts(ENDLESS), quick=False, checker=30),
    Case("modules and classes that go in circles", texts(_cycles())),
    Case("symbolic links in circles and out of the tree", _symbolic_links),
    Case("unreadable files and folders", _unreadable),
    Case("pipes, sockets and folders called x.py", _special_files),
    Case("a pipe that is named", _special_files, paths=("pipe.py",)),
    Case("odd file names", _odd_names),
    Case("a file called .py", texts({".py": PLAIN}), quick=False),
    Case("file names in no encoding", _names_in_no_encoding),
    Case("very long paths", _long_path),
    Case("ten thousand files in a folder", _many_files, quick=False),
    Case("files that vanish while they are read", _ever_changing, quick=False, meanwhile=vanishing),
)
