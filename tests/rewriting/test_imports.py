"""Imports that a rewritten file needs, in its own style, and those that it needs no longer."""

import os
from pathlib import Path

from aioport.api import convert_project
from aioport.settings import Options
from tests.check import check_converts

BODY = "\n\ndef f(url):\n    time.sleep(1)\n    return requests.get(url).text\n"
BODY_AFTER = (
    "\n\nasync def f(url):\n    await asyncio.sleep(1)\n"
    "    return await (await fetch(shared(aiohttp.ClientSession).get(url))).text()\n"
)


def test_where_imports_stand() -> None:
    """Behind docstrings, licences and `__future__`; sorted into groups of the standard library, others and one's own."""
    cases = {
        "docstring.py": (
            '"""Doc."""\nimport time\nimport requests' + BODY,
            '"""Doc."""\nimport asyncio\nimport aiohttp\n\nfrom _aio import fetch, shared' + BODY_AFTER,
        ),
        "future.py": (
            '#!/usr/bin/env python\n# a licence\n"""Doc."""\n\nfrom __future__ import annotations\n\nimport time\n\nimport requests'
            + BODY,
            '#!/usr/bin/env python\n# a licence\n"""Doc."""\n\nfrom __future__ import annotations\n\nimport asyncio\n\n'
            "import aiohttp\n\nfrom _aio import fetch, shared" + BODY_AFTER,
        ),
        "groups.py": (
            "import os\nimport time\nfrom pathlib import Path\n\nimport requests\nimport yaml\n\nfrom here import x\n"
            "from zebra import y\n\nUSED = os, Path, yaml, x, y\n" + BODY,
            "import asyncio\nimport os\nfrom pathlib import Path\n\nimport aiohttp\nimport yaml\n\nfrom here import x\n"
            "from zebra import y\n\nfrom _aio import fetch, shared\n\nUSED = os, Path, yaml, x, y\n"
            + BODY_AFTER,
        ),
        "inside.py": (
            "def f(n):\n    import time\n    time.sleep(n)\n",
            "import asyncio\n\n\nasync def f(n):\n    await asyncio.sleep(n)\n",
        ),
        "inside_doc.py": (
            '"""Doc."""\n\n\ndef f(n):\n    from time import sleep\n    sleep(n)\n',
            '"""Doc."""\n\nimport asyncio\n\n\nasync def f(n):\n    await asyncio.sleep(n)\n',
        ),
        "decorated.py": (
            "@staticmethod\ndef f(n):\n    import time\n    time.sleep(n)\n",
            "import asyncio\n\n\n@staticmethod\nasync def f(n):\n    await asyncio.sleep(n)\n",
        ),
        "asyncio_there.py": (
            "import asyncio\nimport time\n\n\nasync def f(n):\n    time.sleep(n)\n    await asyncio.sleep(1)\n",
            "import asyncio\n\n\nasync def f(n):\n    await asyncio.sleep(n)\n    await asyncio.sleep(1)\n",
        ),
        "from_asyncio.py": (
            "import time\nfrom asyncio import Queue\n\n\ndef f(n):\n    time.sleep(n)\n    return Queue\n",
            "from asyncio import Queue, sleep\n\n\nasync def f(n):\n    await sleep(n)\n    return Queue\n",
        ),
        "one_line.py": (
            "import time; import sys\n\n\ndef f(n):\n    time.sleep(n); sys.exit()\n",
            "import asyncio; import sys\n\n\nasync def f(n):\n    await asyncio.sleep(n); sys.exit()\n",
        ),
    }
    check_converts(
        {"here.py": "x = 1\n", "zebra.py": "y = 1\n"} | {path: before for path, (before, _) in cases.items()},
        {path: after for path, (_, after) in cases.items()},
    )


def test_names_that_are_taken_are_not_shadowed() -> None:
    """A local `run`, `shared` or `asyncio` gets no import of that name; aliases of the file's own are understood."""
    check_converts(
        {
            "names.py": """
                import time as t
                from time import sleep as s, monotonic

                import requests as rq


                def f(url):
                    s(1)
                    t.sleep(2)
                    monotonic()
                    rq.get(url)


                def main(fetch=None):
                    run = 1
                    shared = 2
                    asyncio = 3
                    f(run)
                    return shared, asyncio, fetch


                if __name__ == "__main__":
                    main()
                """,
        },
        {
            "names.py": """
                import asyncio as asyncio_
                from time import monotonic

                import aiohttp

                from _aio import fetch as aio_fetch, run as aio_run, shared as aio_shared


                async def f(url):
                    await asyncio_.sleep(1)
                    await asyncio_.sleep(2)
                    monotonic()
                    await aio_fetch(aio_shared(aiohttp.ClientSession).get(url))


                async def main(fetch=None):
                    run = 1
                    shared = 2
                    asyncio = 3
                    await f(run)
                    return shared, asyncio, fetch


                if __name__ == "__main__":
                    aio_run(main())
                """,
        },
    )


def test_imports_go_only_where_nobody_needs_them() -> None:
    """Kept: what `__all__`, another module, a string annotation, a package's `__init__` or other code still names."""
    check_converts(
        {
            "exported.py": (
                "import time\nfrom time import sleep\n\n__all__ = ['time', 'f']\n\n\ndef f():\n    time.sleep(1)\n    sleep(2)\n"
            ),
            "lent.py": "from time import monotonic, sleep\n\n\ndef f():\n    sleep(1)\n",
            "borrows.py": "from lent import sleep\n\nprint(sleep)\n",
            "quoted.py": (
                "import requests\n\n\ndef f(url, s: 'requests.Session | None' = None):\n    return requests.get(url).json(), s\n"
            ),
            "package/__init__.py": "import time\n\n\ndef f():\n    time.sleep(1)\n",
            "partly.py": (
                "from time import (\n    monotonic,\n    sleep,\n)\n\n\ndef f():\n    sleep(1)\n    return monotonic()\n"
            ),
            "unused.py": "import time\nimport os\n\n\ndef f():\n    time.sleep(1)\n",
        },
        {
            "exported.py": (
                "import asyncio\nimport time\n\n__all__ = ['time', 'f']\n\n\nasync def f():\n    await asyncio.sleep(1)\n"
                "    await asyncio.sleep(2)\n"
            ),
            "lent.py": "import asyncio\nfrom time import monotonic, sleep\n\n\nasync def f():\n    await asyncio.sleep(1)\n",
            "quoted.py": (
                "import aiohttp\nimport requests\n\nfrom package._aio import fetch, shared\n\n\n"
                "async def f(url, s: 'requests.Session | None' = None):\n"
                "    return await (await fetch(shared(aiohttp.ClientSession).get(url))).json(), s\n"
            ),
            "package/__init__.py": "import asyncio\nimport time\n\n\nasync def f():\n    await asyncio.sleep(1)\n",
            "partly.py": (
                "import asyncio\nfrom time import monotonic\n\n\nasync def f():\n    await asyncio.sleep(1)\n    return monotonic()\n"
            ),
            "unused.py": "import asyncio\nimport os\n\n\nasync def f():\n    await asyncio.sleep(1)\n",
        },
    )


def test_line_endings_and_a_missing_last_newline_stay(tmp_path: Path) -> None:
    """CRLF files get CRLF imports, and a file that ends without a newline goes on doing so."""
    (tmp_path / "crlf.py").write_bytes(
        b"import time\r\nimport requests\r\n\r\ndef f(u):\r\n    time.sleep(1)\r\n    requests.get(u)\r\n"
    )
    (tmp_path / "bare.py").write_bytes(b"import time\ndef f(): time.sleep(1)")
    (tmp_path / "empty_end.py").write_bytes(b"def f():\n    import time\n    time.sleep(1)")
    files = convert_project(tmp_path, Options()).files
    assert files["crlf.py"] == (
        "import asyncio\r\nimport aiohttp\r\n\r\nfrom _aio import fetch, shared\r\n\r\nasync def f(u):\r\n"
        "    await asyncio.sleep(1)\r\n    await fetch(shared(aiohttp.ClientSession).get(u))\r\n"
    )
    assert files["bare.py"] == "import asyncio\nasync def f(): await asyncio.sleep(1)"
    assert files["empty_end.py"] == "import asyncio\n\n\nasync def f():\n    await asyncio.sleep(1)"
    assert os.linesep not in files["crlf.py"].replace("\r\n", "")
