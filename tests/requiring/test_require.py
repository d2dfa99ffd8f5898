"""What is added, what is removed, and what is left to a person."""

from pathlib import Path

import pytest

from tests.requiring.projects import PROJECT, converted, install, steps

ADDED = "added pyproject.toml aiohttp>=3.14,<4"
REMOVED = "removed pyproject.toml requests"
DECLARED = PROJECT.format('"requests"')


def test_a_swap(tmp_path: Path) -> None:
    """What the code needs comes, what nothing uses goes, and its type stubs go too."""
    text = PROJECT.format('"requests"') + '[dependency-groups]\ndev = ["types-requests", "pytest"]\n'
    found = converted(tmp_path, {"pyproject.toml": text})
    assert steps(found) == [ADDED, REMOVED, "removed pyproject.toml types-requests"]
    after = PROJECT.format('"aiohttp>=3.14,<4"') + '[dependency-groups]\ndev = ["pytest"]\n'
    assert found.texts == {"pyproject.toml": after}
    assert found.sources["pyproject.toml"].text == text
    assert (found.notes, found.missing, found.requires) == ((), (), ("aiohttp>=3.14,<4",))


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("tests/test_app.py", "from requests import get\n", "tests/test_app.py:1 imports it"),
        ("tests/test_app.py", "import requests.adapters\n", "tests/test_app.py:1 imports it"),
        ("job.py", "x = 1\n\nmock.patch('app.requests.get')\n", "job.py:3 may name it in a string"),
        ("job.py", "import_module('requests')\n", "job.py:1 may name it in a string"),
        ("job.py", "exec('import requests as r')\n", "job.py:1 imports it"),
        ("broken.py", "import requests\nprint 1\n", "broken.py:1 imports it"),
        ("README.md", "Use it:\n\n    import requests\n", "README.md:3 uses it"),
        ("log.yml", "handlers:\n  class: requests.Session\n", "log.yml:2 uses it"),
        (
            "pyproject.toml",
            DECLARED + "[tool.mypy]\nplugins = ['requests.mypy']\n",
            "pyproject.toml:5 uses it",
        ),
        ("settings.py", "URL = 'db+requests://localhost'\n", "settings.py:1 may name it in a string"),
        (".env", "URL=db+requests://localhost\n", ".env:1 uses it"),
        ("run.sh", "python -m requests.certs\n", "run.sh:1 uses it"),
        ("vendored/requests.py", "", "the project has a module requests of its own"),
        ("job.py", "import urllib3\n", "job.py:1 imports urllib3, which only requests brings along"),
    ],
)
def test_what_is_used_stays(tmp_path: Path, path: str, text: str, reason: str) -> None:
    """Imports anywhere, names in strings, documents and configuration count, and what only it brings along."""
    found = converted(tmp_path, {"pyproject.toml": DECLARED, path: text})
    assert steps(found) == [ADDED]
    assert found.notes == (f"requests stays among the dependencies: {reason}",)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("job.py", '"""Sends requests to the API."""\nrequests = []\n'),
        ("job.py", "from . import requests_log\nimport requests_cache\n"),
        ("README.md", "Answers requests. See https://requests.readthedocs.io and pip install requests\n"),
        (".venv/lib/x.py", "import requests\n"),
        ("setup.py", "setup(name='x')\n"),
    ],
)
def test_what_is_no_use(tmp_path: Path, path: str, text: str) -> None:
    """The word in prose, names that begin with it, and environments are no uses."""
    extra = {".venv/pyvenv.cfg": ""} if path.startswith(".venv") else {}
    assert steps(converted(tmp_path, {"pyproject.toml": DECLARED, path: text, **extra})) == [ADDED, REMOVED]


def test_what_others_bring_along_may_be_imported(tmp_path: Path) -> None:
    """What another dependency needs too, or the project declares itself, does not hold it."""
    install(tmp_path / "environment", "requests", ("requests/__init__.py",), ("urllib3", "idna"))
    install(tmp_path / "environment", "urllib3", ("urllib3/__init__.py",))
    install(tmp_path / "environment", "boto3", ("boto3/__init__.py",), ("urllib3",))
    install(tmp_path / "environment", "idna", ("idna/__init__.py",))
    text = PROJECT.format('"requests", "boto3", "idna"')
    found = converted(tmp_path, {"pyproject.toml": text, "job.py": "import urllib3, idna\n"})
    assert steps(found) == [ADDED, REMOVED]


def test_commands_and_optional_uses_hold_it(tmp_path: Path) -> None:
    """What brings commands, and what another dependency uses where it is there, may be used without an import."""
    install(
        tmp_path / "environment",
        "requests",
        ("requests/__init__.py",),
        plugs="[console_scripts]\nreq = requests:x\n",
    )
    found = converted(tmp_path, {"pyproject.toml": DECLARED})
    assert found.notes[-1].endswith("it also brings req, which may be used without an import")
    install(tmp_path / "environment", "requests", ("requests/__init__.py",))
    install(tmp_path / "environment", "auth", ("auth/__init__.py",), ("requests; extra == 'http'",))
    found = converted(tmp_path, {"pyproject.toml": PROJECT.format('"requests", "auth"')})
    assert found.notes[-1].endswith("auth uses it where it is there")
    install(tmp_path / "environment", "auth", ("auth/__init__.py",), ("requests; extra == 'tests'",))
    assert REMOVED in steps(converted(tmp_path, {"pyproject.toml": PROJECT.format('"requests", "auth"')}))


def test_what_is_not_installed(tmp_path: Path) -> None:
    """The catalog knows the modules of some; what else it may have brought along holds it."""
    (tmp_path / "environment" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    found = converted(tmp_path, {"pyproject.toml": DECLARED, "job.py": "import certifi\n"})
    assert found.notes == (
        "requests stays among the dependencies: it is not installed here, and job.py:1 imports certifi, which it may bring along",
    )
    assert steps(converted(tmp_path, {"pyproject.toml": DECLARED, "job.py": "import json, app\n"})) == [
        ADDED,
        REMOVED,
    ]


def test_every_list_that_names_it(tmp_path: Path) -> None:
    """Each has the new one beside the old one; extras that users choose lose nothing."""
    files = {
        "pyproject.toml": '[project]\nname = "x"\noptional-dependencies.http = ["requests"]\n',
        "requirements.txt": "-r requirements/base.txt\n-c constraints.txt\n",
        "requirements/base.txt": "# web\r\nrequests==2\r\n",
        "constraints.txt": "requests<3\n",
        "setup.cfg": "[options]\ninstall_requires =\n    requests\n",
        "more/deps.txt": "requests\n",
        "requirements-dev.txt": "-r more/deps.txt\npytest\n",
    }
    found = converted(tmp_path, files)
    assert found.texts == {
        "pyproject.toml": '[project]\nname = "x"\noptional-dependencies.http = ["requests", "aiohttp>=3.14,<4"]\n',
        "requirements/base.txt": "# web\r\naiohttp>=3.14,<4\r\n",
        "setup.cfg": "[options]\ninstall_requires =\n    aiohttp>=3.14,<4\n",
        "more/deps.txt": "aiohttp>=3.14,<4\n",
    }
    assert found.notes == (
        "pyproject.toml:3: nothing imports requests any more; it stays, because users choose extras",
    )


def test_where_it_was_not_declared(tmp_path: Path) -> None:
    """The first list of what the code always needs takes it; without any, it is only said."""
    found = converted(tmp_path, {"pyproject.toml": PROJECT.format(""), "requirements.txt": "x\n"})
    assert found.texts == {"pyproject.toml": PROJECT.format('"aiohttp>=3.14,<4"')}
    found = converted(tmp_path / "none", {"setup.py": 'setup(install_requires=["requests>2"])\n'})
    assert (found.texts, found.missing) == ({}, ("aiohttp>=3.14,<4",))
    assert found.notes[-1] == "setup.py declares requests and is not edited: add aiohttp>=3.14,<4"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "aiohttp",
            "pyproject.toml:3 has `aiohttp`, which admits older versions than aiohttp>=3.14,<4",
        ),
        ("aiohttp>=3.14", None),
        (
            "aiohttp<3.10",
            "the code needs aiohttp>=3.14,<4, and pyproject.toml:3 has `aiohttp<3.10`, which rules that out; change it",
        ),
        (
            "aiohttp @ https://example.org/a.whl",
            "pyproject.toml:3 has `aiohttp @ https://example.org/a.whl`; see that it is aiohttp>=3.14,<4",
        ),
    ],
)
def test_what_is_declared_already(tmp_path: Path, text: str, note: str | None) -> None:
    """It is not added again; a range that rules out what is needed, or admits what is too old, is named."""
    found = converted(tmp_path, {"pyproject.toml": PROJECT.format(f'"requests", "{text}"')})
    assert steps(found) == [REMOVED]
    assert found.notes == ((note,) if note else ())


def test_locks_and_made_files(tmp_path: Path) -> None:
    """They are named with the command that makes them; the file that they are made from is edited."""
    made = "# This file was autogenerated by uv via the following command:\n#    uv pip compile requirements.in\nrequests==2\n"
    files = {
        "requirements.in": "requests\n",
        "requirements.txt": made,
        "pyproject.toml": DECLARED,
        "poetry.lock": "",
    }
    found = converted(tmp_path, files)
    assert sorted(found.texts) == ["pyproject.toml", "requirements.in"]
    again = "it is made from another file; run `uv pip compile requirements.in` again"
    assert found.notes == (
        f"requirements.txt: add aiohttp>=3.14,<4; {again}",
        f"requirements.txt: nothing imports requests any more; {again}",
        "poetry.lock is out of date: run `poetry lock`",
    )


def test_types_of_what_was_never_declared(tmp_path: Path) -> None:
    """Type stubs go with the last use, also where another dependency brought the library along."""
    found = converted(tmp_path, {"pyproject.toml": PROJECT.format('"types-requests", "zope"')})
    assert steps(found) == [ADDED, "removed pyproject.toml types-requests"]


def test_what_else_declares(tmp_path: Path) -> None:
    """Files in other forms are named, and are not edited; so is a script that declares what it needs in itself."""
    files = {
        "requirements.txt": "requests\n",
        "Pipfile": '[packages]\nrequests = "*"\n',
        "environment.yml": "dependencies:\n  - requests",
        "tox.ini": "[testenv]\ndeps = pytest\n  requests_mock\n",
    }
    script = '# /// script\n# dependencies = [\n#   "requests<3",\n# ]\n# ///\n'
    found = converted(tmp_path, files, lead=script)
    assert sorted(found.texts) == ["requirements.txt"]
    assert found.notes == (
        "Pipfile declares requests and is not edited: add aiohttp>=3.14,<4",
        "Pipfile declares requests and is not edited: nothing imports it any more",
        "environment.yml declares requests and is not edited: add aiohttp>=3.14,<4",
        "environment.yml declares requests and is not edited: nothing imports it any more",
        "app.py declares requests in itself and is not edited there: add aiohttp>=3.14,<4",
    )


def test_files_that_take_in_one_another(tmp_path: Path) -> None:
    """A circle of includes is gone through once."""
    files = {"requirements.txt": "-r a/x.txt\nzope\n", "a/x.txt": "-r ../requirements.txt\nrequests\n"}
    assert converted(tmp_path, files).texts == {"a/x.txt": "-r ../requirements.txt\naiohttp>=3.14,<4\n"}


def test_files_above_what_is_converted(tmp_path: Path) -> None:
    """A folder of the project is converted: its pyproject.toml above is read and not edited."""
    found = converted(
        tmp_path, {"pyproject.toml": DECLARED, "tests/test_x.py": "import json\n"}, inside="src"
    )
    assert found.texts == {}
    assert found.missing == ("aiohttp>=3.14,<4",)
    assert found.notes[0].startswith(
        "../pyproject.toml ([project] dependencies): add aiohttp>=3.14,<4; it lies above"
    )


def test_other_packages_of_a_repository(tmp_path: Path) -> None:
    """The lists of code that does not change stay as they are."""
    found = converted(
        tmp_path, {"requirements.txt": "requests\n", "other/pyproject.toml": DECLARED, "other/x.py": ""}
    )
    assert steps(found) == ["added requirements.txt aiohttp>=3.14,<4", "removed requirements.txt requests"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A requirements file in UTF-16 is named; a byte order mark is no matter; a file that is no TOML has no lists."""
    files = {
        "requirements.txt": "requests\n".encode("utf-16"),
        "dev-requirements.txt": b"\xef\xbb\xbfrequests\n",
    }
    found = converted(tmp_path, files)
    assert found.texts == {"dev-requirements.txt": "aiohttp>=3.14,<4\n"}
    assert found.sources["dev-requirements.txt"].bom
    assert found.notes == (
        "requirements.txt:1: UTF-16, which Python does not read; save it as UTF-8; it is not edited",
    )
