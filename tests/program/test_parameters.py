"""Parameters without annotation get the types of what they are given."""

from aioport.program.places import Inserted, Places
from aioport.project import Source
from tests.scanning import scanned


def test_a_connection_that_is_passed_is_known_in_the_function() -> None:
    """`connection.execute` is resolved from the one call of the function."""
    found = scanned(
        """
        import sqlite3

        def save(connection, row): connection.execute("insert", row)

        def main():
            save(sqlite3.connect("x"), (1, 2))
        """
    )
    assert "app.py:3 sqlite3.Connection.execute" in found.findings
    finding = next(one for one in found.scan.facts.findings if one.line == 3)
    call = found.scan.program.calls[finding.call]
    text = found.scan.project.sources["app.py"].data[call.start : call.end]
    assert text == b'connection.execute("insert", row)'
    assert found.unknown == []


def test_a_session_that_an_object_keeps_is_known_in_its_methods() -> None:
    """An attribute that is set from a parameter has the parameter's type."""
    found = scanned(
        """
        import requests

        class Repo:
            def __init__(self, session):
                self.session = session

            def load(self, url):
                return self.session.get(url)

        def main():
            return Repo(requests.Session()).load("http://localhost")
        """
    )
    assert found.findings == ["app.py:8 requests.Session.get"]


def test_types_are_followed_across_modules_keywords_and_several_functions() -> None:
    """Keywords, keyword-only parameters, None as default, and arguments that are only passed on."""
    found = scanned(
        {
            "store.py": """
                def write(row, *, connection=None):
                    flush(connection)

                def flush(target):
                    target.commit()
                """,
            "app.py": """
                import sqlite3
                import store

                def main():
                    connection = sqlite3.connect("x")
                    store.write((1,), connection=connection)
                    store.write((1,))
                """,
        }
    )
    assert "store.py:5 sqlite3.Connection.commit" in found.findings


def test_an_argument_of_an_unknown_type_leaves_the_call_unsure() -> None:
    """What else may come in counts: the known type is followed, and the finding says that it is not sure."""
    found = scanned(
        """
        import sqlite3

        def save(connection):
            connection.commit()

        def main(other):
            save(sqlite3.connect("x"))
            save(other.connection)
        """
    )
    assert "app.py:4 sqlite3.Connection.commit unsure" in found.findings


def test_annotations_and_defaults_are_left_alone() -> None:
    """A parameter that says what it takes is believed."""
    found = scanned(
        """
        import sqlite3

        class Journal:
            def commit(self):
                pass

        def save(journal: Journal, name=""):
            journal.commit()
            name.commit()

        def main():
            save(sqlite3.connect("x"), sqlite3.connect("y"))
        """
    )
    assert [one for one in found.findings if "commit" in one] == []


def test_places_on_a_line_with_insertions_are_those_of_the_source() -> None:
    """Columns behind inserted text move back; places inside of it are nowhere."""
    source = Source("app.py", "def f(a, b): a.b(b)\nf(1)\n")
    annotated = 'def f(a: "A", b: "BB"): a.b(b)\nf(1)\n'
    places = Places(source, {1: (Inserted(7, 5), Inserted(10, 6))})

    def moved(text: str) -> str | None:
        start = annotated.index(text)
        place = places.locate(f"1:{start + 1}-1:{start + len(text) + 1}|more")
        return source.text[place.start : place.end] if place is not None else None

    assert [moved(text) for text in ("f", "a", "a.b(b)", "(b)")] == ["f", "a", "a.b(b)", "(b)"]
    assert moved('"BB"') is None
    assert places.locate("2:1-2:5") == (20, 24, 2, 0)
    assert places.locate("9:1-9:2") is None


def test_an_object_is_known_for_what_it_keeps() -> None:
    """`context.store.mail.noop()`: of the class itself nothing waits, but of what its attributes hold."""
    found = scanned(
        """
        import smtplib

        class Store:
            def __init__(self):
                self.mail = smtplib.SMTP("localhost")

        class Context:
            def __init__(self, store: Store):
                self.store = store

        def check(context):
            context.store.mail.noop()

        def main():
            check(Context(Store()))
        """
    )
    assert "app.py:12 smtplib.SMTP.noop" in found.findings
    assert found.unknown == []
