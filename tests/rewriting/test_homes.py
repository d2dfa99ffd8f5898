"""Where the vendored file goes, and how each file imports it."""

from tests.check import check_converts

WAITS = "import time\n\n\ndef {name}():\n    time.sleep(1)\n"
GUARD = '\n\nif __name__ == "__main__":\n    {name}()\n'
WAITS_AFTER = "async def {name}():\n    await asyncio.sleep(1)\n"
GUARD_AFTER = '\n\nif __name__ == "__main__":\n    run({name}())\n'


def test_one_file_for_a_package_imported_in_the_style_of_each_module() -> None:
    """Relative from any depth, absolute where a module imports its package so, by the package from a script that can
    import it; one that cannot has a file of its own."""
    check_converts(
        {
            "app/__init__.py": "",
            "app/top.py": (WAITS + GUARD).format(name="top"),
            "app/sub/__init__.py": "",
            "app/sub/deep.py": "from . import other\n" + (WAITS + GUARD).format(name="deep"),
            "app/sub/other.py": "from app.top import top\n" + (WAITS + GUARD).format(name="other"),
            "beside.py": (WAITS + GUARD).format(name="beside"),
            "scripts/go.py": "import app\n\nimport os\n" + (WAITS + GUARD).format(name="go"),
            "scripts/alone.py": (WAITS + GUARD).format(name="alone"),
        },
        {
            "app/top.py": (
                "import asyncio\n\nfrom ._aio import run\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="top")
            ),
            "app/sub/deep.py": (
                "from . import other\nfrom .._aio import run\nimport asyncio\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="deep")
            ),
            "app/sub/other.py": (
                "from app._aio import run\nfrom app.top import top\nimport asyncio\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="other")
            ),
            "beside.py": (
                "import asyncio\n\nfrom app._aio import run\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="beside")
            ),
            "scripts/go.py": (
                "import app\nfrom app._aio import run\n\nimport asyncio\nimport os\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="go")
            ),
            "scripts/alone.py": (
                "import asyncio\n\nfrom _aio import run\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="alone")
            ),
        },
    )


def test_scripts_without_a_package_have_it_beside_them() -> None:
    """Each folder its own, since nothing says that one can import from another."""
    after = "import asyncio\n\nfrom _aio import run\n\n\n" + (WAITS_AFTER + GUARD_AFTER).format(name="go")
    check_converts(
        {"a/one.py": (WAITS + GUARD).format(name="go"), "b/two.py": (WAITS + GUARD).format(name="go")},
        {"a/one.py": after, "b/two.py": after},
    )


def test_packages_that_do_not_import_one_another_have_one_each() -> None:
    """The name in another package would not be found; what imports the other package takes it from there."""

    def after(module: str, *before: str) -> str:
        lines = [*before, f"from {module} import run"]
        return (
            "import asyncio\n\n" + "\n".join(lines) + "\n\n\n" + (WAITS_AFTER + GUARD_AFTER).format(name="go")
        )

    text = (WAITS + GUARD).format(name="go")
    check_converts(
        {
            "app/__init__.py": "",
            "app/one.py": text,
            "app/two.py": text,
            "other/__init__.py": "",
            "other/sub/__init__.py": "",
            "other/sub/three.py": text,
            "third/__init__.py": "import app\n",
            "third/four.py": "import app\n\n" + text,
        },
        {
            "app/one.py": after("._aio"),
            "app/two.py": after("._aio"),
            "other/sub/three.py": after(".._aio"),
            "third/four.py": "import app\nfrom app._aio import run\n\nimport asyncio\n\n\n"
            + (WAITS_AFTER + GUARD_AFTER).format(name="go"),
        },
    )


def test_a_script_that_others_import_through_its_folder_takes_it_from_the_package() -> None:
    """Run as a script it finds what lies beside it, imported it does not; the package is found in both cases."""
    check_converts(
        {
            "app/__init__.py": "",
            "app/top.py": (WAITS + GUARD).format(name="top"),
            "scripts/release.py": (WAITS + GUARD).format(name="release"),
            "other.py": "from scripts import release\n\nprint(release)\n",
        },
        {
            "app/top.py": (
                "import asyncio\n\nfrom ._aio import run\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="top")
            ),
            "scripts/release.py": (
                "import asyncio\n\nfrom app._aio import run\n\n\n"
                + (WAITS_AFTER + GUARD_AFTER).format(name="release")
            ),
        },
    )
