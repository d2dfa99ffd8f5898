"""Where the installed packages of a project are, found without running an interpreter."""

import site
from pathlib import Path

import pytest

from aioport.discovery import discover
from aioport.project import ProjectError
from aioport.settings import Options


@pytest.fixture(autouse=True)
def no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment that runs the tests out of them."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def environment(
    folder: Path, *, version: str = "3.11", library: str = "lib", configuration: str = ""
) -> Path:
    """Make what `python -m venv` makes, without an interpreter that runs; return its site-packages."""
    packages = folder / library / f"python{version}" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "python").write_text("no interpreter")
    (folder / "pyvenv.cfg").write_text(f"version = {version}.7\n{configuration}")
    return packages


def packages_of(root: Path, python: str | None = None) -> tuple[Path, ...]:
    """Return the site-packages of a project with one file."""
    root.mkdir(exist_ok=True)
    (root / "a.py").touch()
    return discover([root], Options(python=python)).site_packages


def test_interpreter_or_folder(tmp_path: Path) -> None:
    """An environment can be named by its folder or its interpreter."""
    packages = environment(tmp_path / "env")
    for python in ("env", "env/bin/python"):
        assert packages_of(tmp_path / "p", str(tmp_path / python)) == (packages,)


def test_interpreter_that_is_a_link(tmp_path: Path) -> None:
    """Of a virtual environment its own packages count, not those of the interpreter that it links to."""
    environment(tmp_path / "base")
    packages = environment(tmp_path / "env")
    (tmp_path / "env/bin/python").unlink()
    (tmp_path / "env/bin/python").symlink_to(tmp_path / "base/bin/python")
    assert packages_of(tmp_path / "p", str(tmp_path / "env/bin/python")) == (packages,)
    (tmp_path / "links").mkdir()
    (tmp_path / "links/python").symlink_to(tmp_path / "env/bin/python")
    # A link from elsewhere leads to where the interpreter really lives.
    base = tmp_path / "base/lib/python3.11/site-packages"
    assert packages_of(tmp_path / "p", str(tmp_path / "links/python")) == (base,)


def test_command_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bare name of a command is looked up on the search path."""
    packages = environment(tmp_path / "env")
    (tmp_path / "env/bin/python").rename(tmp_path / "env/bin/mypython")
    (tmp_path / "env/bin/mypython").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "env/bin"))
    assert packages_of(tmp_path / "p", "mypython") == (packages,)


def test_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option comes first, then the setting, `VIRTUAL_ENV`, `.venv`, `venv`, and aioport's own at last."""
    root = tmp_path / "p"
    root.mkdir()
    own = {Path(folder) for folder in site.getsitepackages() if Path(folder).is_dir()}
    assert own <= set(packages_of(root))
    plain = environment(root / "venv")
    assert packages_of(root) == (plain,)
    hidden = environment(root / ".venv")
    assert packages_of(root) == (hidden,)
    active = environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert packages_of(root) == (active,)
    chosen = environment(tmp_path / "chosen")
    (root / "pyproject.toml").write_text('[tool.aioport]\npython = "../chosen"\n')
    assert [folder.resolve() for folder in packages_of(root)] == [chosen]
    given = environment(tmp_path / "given")
    assert packages_of(root, str(tmp_path / "given")) == (given,)


def test_stale_virtual_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `VIRTUAL_ENV` that is gone is passed over."""
    packages = environment(tmp_path / "p" / ".venv")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "gone"))
    assert packages_of(tmp_path / "p") == (packages,)


def test_environment_beside_pyproject(tmp_path: Path) -> None:
    """The environment of the folder of pyproject.toml serves a part of the project."""
    packages = environment(tmp_path / ".venv")
    (tmp_path / "pyproject.toml").touch()
    assert packages_of(tmp_path / "sub") == (packages,)


def test_layouts(tmp_path: Path) -> None:
    """`lib64` counts once when it is a link; Windows' and Debian's layouts are known."""
    first = environment(tmp_path / "a")
    (tmp_path / "a/lib64").symlink_to("lib", target_is_directory=True)
    assert packages_of(tmp_path / "p", str(tmp_path / "a")) == (first,)
    second = environment(tmp_path / "b")
    other = environment(tmp_path / "b", library="lib64")
    assert packages_of(tmp_path / "p", str(tmp_path / "b")) == (second, other)
    windows = tmp_path / "w/Lib/site-packages"
    windows.mkdir(parents=True)
    assert packages_of(tmp_path / "p", str(tmp_path / "w")) == (windows,)
    debian = [tmp_path / "d/lib/python3/dist-packages", tmp_path / "d/local/lib/python3.11/dist-packages"]
    for folder in debian:
        folder.mkdir(parents=True)
    assert set(packages_of(tmp_path / "p", str(tmp_path / "d"))) == set(debian)


def test_several_versions(tmp_path: Path) -> None:
    """Where versions share a prefix, the interpreter's own is taken, else the newest."""
    nine = environment(tmp_path / "usr", version="3.9")
    ten = environment(tmp_path / "usr", version="3.10")
    (tmp_path / "usr/pyvenv.cfg").unlink()
    (tmp_path / "usr/bin/python3.9").touch()
    assert packages_of(tmp_path / "p", str(tmp_path / "usr/bin/python3.9")) == (nine,)
    assert packages_of(tmp_path / "p", str(tmp_path / "usr")) == (ten,)


def test_system_site_packages(tmp_path: Path) -> None:
    """An environment that includes the system's packages has those after its own."""
    system = environment(tmp_path / "usr")
    (tmp_path / "usr/pyvenv.cfg").unlink()
    inherits = f"home = {tmp_path / 'usr/bin'}\ninclude-system-site-packages = true\n"
    own = environment(tmp_path / "env", configuration=inherits)
    assert packages_of(tmp_path / "p", str(tmp_path / "env")) == (own, system)
    alone = environment(tmp_path / "env2", configuration=inherits.replace("true", "false"))
    assert packages_of(tmp_path / "p", str(tmp_path / "env2")) == (alone,)


def test_pth_files(tmp_path: Path) -> None:
    """Folders that `.pth` files name are added; their lines of code are not run."""
    packages = environment(tmp_path / "env")
    (tmp_path / "editable").mkdir()
    (packages / "beside").mkdir()
    marker = tmp_path / "ran"
    (packages / "a.pth").write_text(
        f"# note\nimport os; open({str(marker)!r}, 'w')\n{tmp_path / 'editable'}\nbeside\nnowhere\n\n{packages}\n"
    )
    found = packages_of(tmp_path / "p", str(tmp_path / "env"))
    assert found == (packages, tmp_path / "editable", packages / "beside")
    assert not marker.exists()


def test_bad_python(tmp_path: Path) -> None:
    """An interpreter that is not there or has no packages is named, with the remedy."""
    with pytest.raises(
        ProjectError, match="--python nowhere: no such file or folder; name an interpreter or"
    ):
        packages_of(tmp_path / "p", "nowhere")
    (tmp_path / "shim").touch()
    with pytest.raises(ProjectError, match="no site-packages belong to it; name an environment's folder"):
        packages_of(tmp_path / "p", str(tmp_path / "shim"))
    (tmp_path / "p" / "pyproject.toml").write_text('[tool.aioport]\npython = "nowhere"\n')
    with pytest.raises(
        ProjectError, match=r"pyproject\.toml: \[tool\.aioport\] python nowhere: no such file"
    ):
        packages_of(tmp_path / "p")
