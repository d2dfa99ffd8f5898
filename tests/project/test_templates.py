"""Templates beside the code: which files are, and which attributes they read."""

from pathlib import Path

import pytest

from aioport.api import convert_project
from aioport.discovery import discover
from aioport.project import ProjectError
from aioport.templates import names_read, with_templates


def test_templates_are_found_in_the_folders_of_a_project(tmp_path: Path) -> None:
    """What is ignored, what is no text, what browsers read and what has no braces is none."""
    files = {
        "app.py": "",
        ".gitignore": "built/\n",
        "mail.txt": "Dear {{ user.name }}",
        "templates/a.html": "{% for one in user.orders() %}",
        "templates/view.js": "{{ user.script }}",
        "templates/plain.html": "user.plain",
        "built/a.html": "{{ user.built }}",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "image.dat").write_bytes(b"\xff{{ user.image }}")
    (tmp_path / ".git").mkdir()
    found = with_templates(discover([tmp_path])).templates
    assert set(found) == {"mail.txt", "templates/a.html"}


def test_a_file_that_is_named_has_the_templates_around_it(tmp_path: Path) -> None:
    """Those in its folder, and in the folders right below."""
    (tmp_path / "app.py").write_text("", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text("{{ a.b }}", encoding="utf-8")
    assert set(with_templates(discover([tmp_path / "app.py"])).templates) == {"templates/a.html"}


def test_a_template_reads_attributes_by_dots_brackets_and_filters() -> None:
    """Each with the first line that does; text around the braces and strings in them are nothing."""
    text = (
        "a.text {{ user.name }} {{ user['age'] }}\n"
        '{% for one in users|map(attribute="team.lead")|list if one.active %}\n'
        "{{ user.name }} ${one.mako} {% include 'parts.html' %}\n"
    )
    found = names_read({"t.html": text})
    assert found == {
        "name": "t.html:1",
        "age": "t.html:1",
        "active": "t.html:2",
        "team": "t.html:2",
        "lead": "t.html:2",
        "mako": "t.html:3",
    }


def test_a_conversion_leaves_out_templates_of_python(tmp_path: Path) -> None:
    """By the line that does not parse or by the name of the file; what is left out is listed, the rest is converted."""
    files = {
        "app.py": "import time\n\ndef f():\n    time.sleep(1)\n",
        "hooks/post-gen.py": "import sys\n{% if project.abort %}\nsys.exit(1)\n{% endif %}\n",
        "{{ name }}/setup.py": "from <name> import version\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    made = convert_project(tmp_path)
    assert set(made.files) == {"app.py"}
    suggestions = [(one.path, one.line) for one in made.outcome.plan.suggestions]
    assert suggestions == [("hooks/post-gen.py", 2), ("{{ name }}/setup.py", 1)]


def test_a_conversion_refuses_other_files_that_are_no_python(tmp_path: Path) -> None:
    """Braces elsewhere in the file make no template of it."""
    (tmp_path / "app.py").write_text("x = f'{{{1}}}'\ndef f(:\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"(?s)app\.py:2: .*leave the file out"):
        convert_project(tmp_path)
