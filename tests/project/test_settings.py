"""`[tool.aioport]`: what is read, and what is said about mistakes in it."""

from pathlib import Path
from typing import Any

import pytest

from aioport.settings import (
    Leaf,
    Options,
    Settings,
    SettingsError,
    TwinSettings,
    find_pyproject,
    merge,
    read_pyproject,
    settings_of,
)


def read(folder: Path, text: str) -> Settings:
    """Return the settings of a pyproject.toml with this text."""
    file = folder / "pyproject.toml"
    file.write_text(text)
    return settings_of(read_pyproject(file), file)


def test_defaults(tmp_path: Path) -> None:
    """A pyproject.toml that does not mention aioport gives the defaults."""
    assert read(tmp_path, '[project]\nname = "x"\n') == Settings()


def test_everything(tmp_path: Path) -> None:
    """Every key is read into its field."""
    settings = read(
        tmp_path,
        """
        [tool.aioport]
        exclude = ["docs/", "*_pb2.py"]
        level = "offload"
        concurrency = "proven"
        entry = ["api", "pkg.cli:main"]
        targets = { requests = "httpx2" }
        python = "envs/test"
        [[tool.aioport.catalog]]
        anything = { goes = [1, 2] }
        [tool.aioport.twin]
        package = "src/pkg/_sync"
        target = "src/pkg/_async"
        files = { "_sync/x.py" = "_async/y.py" }
        [tool.aioport.twin.names]
        Client = "AsyncClient"
        "time.sleep" = "asyncio.sleep"
        [[tool.aioport.twin.leaf]]
        sync = "http.Stream"
        async = "http.AsyncStream"
        awaits = ["read"]
        call = true
        context_manager = true
        iterates = "aiter_stream"
        kind = "rename only: stays"
        [[tool.aioport.twin.leaf]]
        sync = "http.Pool"
        async = "http.AsyncPool"
        iterates = ["pages", "rows"]
        """,
    )
    leaves = (
        Leaf(
            sync="http.Stream",
            async_="http.AsyncStream",
            awaits=("read",),
            call=True,
            context_manager=True,
            iterates="aiter_stream",
            kind="rename only: stays",
        ),
        Leaf(sync="http.Pool", async_="http.AsyncPool", iterates=("pages", "rows")),
    )
    assert settings == Settings(
        exclude=("docs/", "*_pb2.py"),
        level="offload",
        concurrency="proven",
        entry=("api", "pkg.cli:main"),
        targets={"requests": "httpx2"},
        python=str(tmp_path / "envs/test"),
        twin=TwinSettings(
            package="src/pkg/_sync",
            target="src/pkg/_async",
            names={"Client": "AsyncClient", "time.sleep": "asyncio.sleep"},
            files={"_sync/x.py": "_async/y.py"},
            leaves=leaves,
        ),
        rewrites=({"anything": {"goes": [1, 2]}},),
    )


def test_dotted_name_without_quotes(tmp_path: Path) -> None:
    """A dotted name means the same with and without quotes."""
    settings = read(
        tmp_path,
        '[tool.aioport.twin]\npackage = "a"\ntarget = "b"\n'
        '[tool.aioport.twin.names]\ntime.sleep = "asyncio.sleep"\na.b.c = "d"\n',
    )
    assert settings.twin
    assert settings.twin.names == {"time.sleep": "asyncio.sleep", "a.b.c": "d"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.aioport]\nlevle = 'native'", "[tool.aioport] has no key `levle`; did you mean `level`?"),
        (
            "[tool.aioport]\nzzz = 1",
            "[tool.aioport] has no key `zzz`; known keys: catalog, concurrency, dependencies, entry, exclude, functions, keep, keep_api, keep_sync, level, only, python, safe_only, targets, twin",
        ),
        (
            "[tool.aioport.twin]\npackage = 'a'\ntarget = 'b'\nname = {}",
            "[tool.aioport.twin] has no key `name`; did you mean `names`?",
        ),
        (
            "[tool.aioport.twin]\npackage = 'a'\ntarget = 'b'\n[[tool.aioport.twin.leaf]]\nsync='a'\nasync='b'\nawait=[]",
            "[tool.aioport.twin.leaf] has no key `await`; did you mean `awaits`?",
        ),
        ("[tool.aioport]\nexclude = 'docs'", "[tool.aioport] exclude: expected list, got str"),
        ("[tool.aioport]\nexclude = [1]", "[tool.aioport] exclude[]: expected str, got int"),
        ("[tool.aioport]\npython = 3.11", "[tool.aioport] python: expected str, got float"),
        (
            "[tool.aioport]\nlevel = 'asynch'",
            "[tool.aioport] level: expected one of native, offload, got 'asynch'",
        ),
        (
            "[tool.aioport]\nconcurrency = 'on'",
            "[tool.aioport] concurrency: expected one of off, proven, got 'on'",
        ),
        ("[tool.aioport]\nlevel = 1", "[tool.aioport] level: expected str, got int"),
        ("[tool.aioport.twin]\npackage = 'a'", "[tool.aioport] twin: the key `target` is missing"),
        (
            "[tool.aioport.twin]\npackage='a'\ntarget='b'\n[[tool.aioport.twin.leaf]]\nsync='a'\nasync='b'\niterates=1",
            "[tool.aioport] twin.leaf[].iterates: expected str | list, got int",
        ),
        (
            "[tool.aioport]\nentry = ['pkg.cli.main']",
            "[tool.aioport] entry: expected `auto`, `api` or `module:function`, got 'pkg.cli.main'",
        ),
        ("[tool]\naioport = 1", "[tool.aioport]: expected table, got int"),
    ],
)
def test_mistakes_name_file_key_and_expectation(tmp_path: Path, text: str, message: str) -> None:
    """A mistake is reported with the file, the key and what was expected there."""
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'pyproject.toml'}: {message}"


@pytest.mark.parametrize("raw", [b"[tool", b"a = '\xe9'"])
def test_no_toml(tmp_path: Path, raw: bytes) -> None:
    """A file that is no TOML is named."""
    file = tmp_path / "pyproject.toml"
    file.write_bytes(raw)
    with pytest.raises(SettingsError, match=r"pyproject\.toml: not valid TOML"):
        read_pyproject(file)


def test_nearest_pyproject(tmp_path: Path) -> None:
    """The nearest pyproject.toml applies, looking up as far as the top of the git tree and no farther."""
    (tmp_path / "pyproject.toml").touch()
    inner = tmp_path / "repo" / "pkg"
    inner.mkdir(parents=True)
    assert find_pyproject(inner) == tmp_path / "pyproject.toml"
    (tmp_path / "repo" / ".git").mkdir()
    assert find_pyproject(inner) is None
    (tmp_path / "repo" / "pyproject.toml").touch()
    assert find_pyproject(inner) == tmp_path / "repo" / "pyproject.toml"


def test_python_that_is_a_command(tmp_path: Path) -> None:
    """The bare name of an interpreter is left for the search path."""
    assert read(tmp_path, "[tool.aioport]\npython = 'python3.12'").python == "python3.12"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(), {}),
        (Options(level="native"), {"level": "native"}),
        (Options(concurrency="proven", entry=("a:b",)), {"concurrency": "proven", "entry": ("a:b",)}),
        (Options(python="env"), {"python": "env"}),
        (Options(entry=()), {}),
    ],
)
def test_options_win(options: Options, expected: dict[str, Any]) -> None:
    """What the command line gives replaces the setting; what it does not give leaves it."""
    settings = Settings(level="offload", entry=("api",), exclude=("x",))
    merged = merge(settings, options)
    names = settings.__struct_fields__
    assert {name: getattr(merged, name) for name in names} == {
        **{name: getattr(settings, name) for name in names},
        **expected,
    }


def test_bad_entry_option() -> None:
    """An entry of the command line is checked as one of the file is."""
    with pytest.raises(SettingsError, match="--entry main: expected `auto`, `api` or `module:function`"):
        merge(Settings(), Options(entry=("main",)))
