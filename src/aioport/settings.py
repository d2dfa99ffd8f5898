"""What the user chose: `[tool.aioport]` of the nearest pyproject.toml, with the command line laid over it."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

Level = Literal["native", "offload"]
Concurrency = Literal["off", "proven"]
FunctionChoice = Literal["async", "keep", "sequential"]
"""What the user wants of a function: that it becomes async, stays as it is, or awaits one thing after the other."""


class SettingsError(Exception):
    """The settings cannot be used; the message names the file, the key and what was expected."""


class Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where a twin's sync half waits, and its counterpart in the async half.

    sync, async_: dotted names; `*` stands for any one name or module. A name can be a parameter.
    awaits: methods, by their async names, that are awaited; `*` for all public ones.
    call: the thing itself is called and awaited.
    context_manager: `with` becomes `async with`.
    iterates: the method or methods (or the object) that become async iterators.
    kind: free text; a text that begins with `rename only` means renamed and never awaited.
    """

    sync: str
    async_: str = msgspec.field(name="async")
    awaits: tuple[str, ...] = ()
    call: bool = False
    context_manager: bool = False
    iterates: str | tuple[str, ...] | None = None
    kind: str | None = None


class TwinSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[tool.aioport.twin]`: a sync package and the async half to make of it.

    package, target: the folder to read and the folder to write, relative to the pyproject.toml.
    names: identifiers of the sync half -> the async half; a dotted key replaces a whole dotted name.
    files: a sync file or folder -> its async file or folder, where `target` does not follow from the name.
    leaves: the tables `[[tool.aioport.twin.leaf]]`.
    """

    package: str
    target: str
    names: dict[str, str] = {}
    files: dict[str, str] = {}
    leaves: tuple[Leaf, ...] = msgspec.field(default=(), name="leaf")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[tool.aioport]`, complete with defaults.

    exclude: gitignore patterns, relative to the pyproject.toml's folder; `!pattern` takes a file back in.
    level, concurrency: what `--level` and `--concurrency` say.
    entry: `auto`, `api` or `module:function`, any number of them.
    keep_sync: public functions that become async keep their sync form beside them.
    keep_api: the same of those that are recognised as the project's API (`planning.public`).
    only, keep: patterns of what may change, and of what may not, which is read all the same: paths as in .gitignore,
        or dotted names with `*`.
    functions: what is wanted of functions, by the same patterns; the last that names one counts.
    safe_only: nothing is done that a person would have to review.
    dependencies: a conversion edits the files that declare the project's dependencies.
    targets: a library, by its catalog file -> what becomes of its calls: `offload` keeps them, in a thread; `native`
        rewrites them, whatever tests replace.
    python: an interpreter or the folder of an environment.
    twin: what `aioport twin` makes, or None.
    rewrites: the user's own catalog entries (`[[tool.aioport.catalog]]`), unread: the catalog's loader reads them.
    """

    exclude: tuple[str, ...] = ()
    level: Level = "native"
    concurrency: Concurrency = "proven"
    entry: tuple[str, ...] = ("auto",)
    keep_sync: bool = False
    keep_api: bool = False
    only: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    functions: dict[str, FunctionChoice] = {}
    safe_only: bool = False
    dependencies: bool = True
    targets: dict[str, str] = {}
    python: str | None = None
    twin: TwinSettings | None = None
    rewrites: tuple[dict[str, Any], ...] = msgspec.field(default=(), name="catalog")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line gave; None where it gave nothing. The fields are those of `Settings`."""

    level: Level | None = None
    concurrency: Concurrency | None = None
    entry: tuple[str, ...] | None = None
    python: str | None = None
    keep_sync: bool | None = None
    keep_api: bool | None = None
    only: tuple[str, ...] | None = None
    keep: tuple[str, ...] | None = None
    safe_only: bool | None = None
    dependencies: bool | None = None


def merge(settings: Settings, options: Options) -> Settings:
    """Lay the options that were given over the settings. Raises SettingsError on an entry that is no entry."""
    for entry in options.entry or ():
        if not _is_entry(entry):
            raise SettingsError(f"--entry {entry}: expected `auto`, `api` or `module:function`")
    given = {
        "level": options.level,
        "concurrency": options.concurrency,
        "entry": options.entry or None,
        "python": options.python,
        "keep_sync": options.keep_sync,
        "keep_api": options.keep_api,
        "only": options.only,
        "keep": (*settings.keep, *options.keep) if options.keep else None,
        "safe_only": options.safe_only,
        "dependencies": options.dependencies,
    }
    return msgspec.structs.replace(
        settings, **{key: value for key, value in given.items() if value is not None}
    )


def find_pyproject(folder: Path) -> Path | None:
    """Return the nearest pyproject.toml at or above an absolute folder, no higher than the top of its git tree."""
    for candidate in (folder, *folder.parents):
        if (file := candidate / "pyproject.toml").is_file():
            return file
        if (candidate / ".git").exists():
            return None
    return None


def read_pyproject(file: Path) -> dict[str, Any]:
    """Return a pyproject.toml as it stands. Raises SettingsError where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: not valid TOML ({error})") from error


def settings_of(pyproject: dict[str, Any], file: Path) -> Settings:
    """Return the `[tool.aioport]` of a pyproject.toml, or the defaults where it has none.

    `python` comes back absolute, unless it is the bare name of a command. Raises SettingsError, naming the
    file, the key and what was expected, on an unknown key (with the nearest known one) or a value of a wrong type.
    """
    tool = pyproject.get("tool", {})
    table = tool.get("aioport", {}) if isinstance(tool, dict) else {}
    try:
        settings = msgspec.convert(_with_flat_names(table), Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {_explain(str(error), table)}") from error
    for entry in settings.entry:
        if not _is_entry(entry):
            raise SettingsError(
                f"{file}: [tool.aioport] entry: expected `auto`, `api` or `module:function`, got {entry!r}"
            )
    if settings.python and "/" in settings.python.replace("\\", "/"):
        return msgspec.structs.replace(settings, python=str(file.parent / Path(settings.python).expanduser()))
    return settings


def _is_entry(text: str) -> bool:
    return re.fullmatch(r"auto|api|[\w.]+:[\w.]+", text) is not None


def _with_flat_names(table: Any) -> Any:
    """Undo TOML's nesting of a dotted key that was written without quotes (`time.sleep = "asyncio.sleep"`)."""
    match table:
        case {"functions": dict(functions), **rest}:
            table = {**rest, "functions": dict(_flatten(functions))}
    match table:
        case {"twin": {"names": dict(names), **twin}, **rest}:
            return {**rest, "twin": {**twin, "names": dict(_flatten(names))}}
    return table


def _flatten(names: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for key, value in names.items():
        flat += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return flat


_TABLES: dict[str, type[msgspec.Struct]] = {"": Settings, "twin": TwinSettings, "twin.leaf[]": Leaf}


def _explain(message: str, table: Any) -> str:
    """Turn msgspec's message (`Expected `str`, got `int` - at `$.python``) into one about TOML keys."""
    complaint, _, place = message.partition(" - at `$")
    place = re.sub(r"\[(?:\d+|\.\.\.)\]", "[]", place.rstrip("`").lstrip("."))
    known = {field.encode_name: field.type for field in _fields(place)}
    where = f"[tool.aioport] {place}".rstrip()
    if unknown := re.match(r"Object contains unknown field `(.*)`", complaint):
        header = ".".join(("tool.aioport", place.removesuffix("[]"))).rstrip(".")
        near = difflib.get_close_matches(unknown[1], known, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}"
        return f"[{header}] has no key `{unknown[1]}`; {hint}"
    if missing := re.match(r"Object missing required field `(.*)`", complaint):
        return f"{where}: the key `{missing[1]}` is missing"
    if complaint.startswith("Invalid enum value"):
        key = place.partition("[")[0].partition(".")[0]
        expected = {field.encode_name: field.type for field in _fields("")}[key]
        choices = get_args(expected) if key == place else get_args(get_args(expected)[1])
        got = f", got {table[place]!r}" if key == place else ""
        return f"{where}: expected one of {', '.join(choices)}{got}"
    plain = (
        complaint.replace("`", "").replace("object", "table").replace("array", "list").replace(" | null", "")
    )
    return f"{where}: {plain[0].lower()}{plain[1:]}"


def _fields(place: str) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(_TABLES[place]) if place in _TABLES else ()
