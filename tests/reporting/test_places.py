"""Places in files as they are shown."""

from pathlib import Path

from aioport.reporting.places import places_from


def test_below_the_current_folder_paths_begin_there(tmp_path: Path) -> None:
    """Whoever scans `src` reads paths that begin with `src`."""
    places = places_from(tmp_path, tmp_path / "src")
    assert places.show("shop/client.py") == "src/shop/client.py"
    assert list(places.say_root()) == []


def test_in_the_root_itself_nothing_is_put_before(tmp_path: Path) -> None:
    """The usual case."""
    places = places_from(tmp_path, tmp_path)
    assert places.show("shop/client.py") == "shop/client.py"
    assert list(places.say_root()) == []


def test_elsewhere_the_root_is_named_once(tmp_path: Path) -> None:
    """Outside of the current folder paths begin at the root, which is told above."""
    places = places_from(tmp_path / "other", tmp_path / "src")
    assert places.show("client.py") == "client.py"
    assert [line.plain for line in places.say_root()] == [f"In {tmp_path / 'src'}", ""]


def test_installed_packages_are_shown_by_their_name(tmp_path: Path) -> None:
    """What is in site-packages is shown from there on, the innermost folder first."""
    outer, inner = tmp_path / "lib", tmp_path / "lib" / "site-packages"
    places = places_from(tmp_path, tmp_path, [outer, inner])
    assert places.show(str(inner / "requests" / "api.py")) == "requests/api.py"
    assert places.show(str(outer / "ssl.py")) == "ssl.py"
    assert places.show("/elsewhere/socket.py") == "/elsewhere/socket.py"


def test_many_lines_of_a_file_take_one_line(tmp_path: Path) -> None:
    """Places are gathered by file, sorted, each once."""
    places = places_from(tmp_path, tmp_path)
    found = [("b.py", 3), ("a.py", 20), ("a.py", 7), ("a.py", 20)]
    assert places.gather(found) == ["a.py:7, 20", "b.py:3"]
