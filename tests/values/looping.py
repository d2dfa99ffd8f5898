"""What runs on the loop, by name: what the tests of `values` ask of small projects."""

from collections.abc import Mapping

from tests.scanning import Files, scanned


def on_loop(files: Files, *, packages: Mapping[str, str] | None = None) -> set[str]:
    """The functions in which something waits on the event loop, without the name of the module `app`.

    packages: installed ones, as for `scanned`.
    """
    findings = scanned(files, packages=packages).scan.facts.findings
    return {one.function.removeprefix("app.") for one in findings if one.on_loop}
