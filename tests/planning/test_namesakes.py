"""Unknown calls of a name that the project's own waits have are told where they would block the event loop."""

from tests.planning.programs import convert

PROGRAM = """
    import time
    import urllib.request


    class Record:
        def save(self):
            urllib.request.urlopen("http://localhost/save")

        def get(self, key):
            return urllib.request.urlopen("http://localhost/" + key)


    ROW = Record()


    def main():
        time.sleep(1)
        row = globals()["ROW"]
        BODY


    if __name__ == "__main__":
        main()
"""


def told(body: str) -> list[str]:
    """The suggestions about unknown calls."""
    found = convert(PROGRAM.replace("BODY", body)).outcome.plan.suggestions
    return [one.text for one in found if "is not known" in one.text]


def test_a_method_of_an_unknown_object_is_told() -> None:
    """`save` is a method of many classes of the standard library, so that the name alone decides nothing."""
    assert told("row.save()") == [
        (
            "`row.save` may be program.Record.save, which waits for network and would block the event loop: "
            "what type its object has is not known"
        )
    ]


def test_what_cannot_be_it_is_not_told() -> None:
    """Other arguments, a method of dicts, and what a thread runs."""
    assert told("row.save(1, 2)") == []
    assert told('row.get("x")') == []
    assert told("print(open(row.save()).read())") == []


def test_a_property_of_an_unknown_object_is_told() -> None:
    """Also where a function reads it that is called on the event loop and waits for nothing itself."""
    text = PROGRAM.replace("    def save(self):", "    @property\n        def saved(self):").replace(
        "    def main():", "    def show(row):\n        print(row.saved)\n\n\n    def main():"
    )
    found = convert(text.replace("BODY", "show(row)")).outcome.plan.suggestions
    assert [one.text for one in found if "is not known" in one.text] == [
        (
            "`row.saved` may be program.Record.saved, which waits for network and would block the event loop: "
            "what type its object has is not known"
        )
    ]
    known = text.replace('globals()["ROW"]', "ROW").replace("BODY", "show(row)")
    assert not [one for one in convert(known).outcome.plan.suggestions if "is not known" in one.text]
