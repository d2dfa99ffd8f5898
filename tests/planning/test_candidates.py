"""Unknown calls that are taken for the project's own methods by their names."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide


def test_an_unknown_receiver_with_a_telling_method_is_awaited() -> None:
    """A name that only the project has, or a variable called like the class; as many arguments as the method takes."""
    check_converts(
        {
            "frames.py": """
                import time


                class Watson:
                    def push(self, frame, *, force=False):
                        time.sleep(frame)

                    def get(self, key):
                        time.sleep(1)
                        return key
                """,
            "cli.py": """
                def telling(anything):
                    anything.push(1, force=True)
                    anything[0].push(2)
                    make()["x"].push(3)


                def called_like_it(watson, other):
                    return watson.get("a"), other.get("b")


                def other_arguments(anything):
                    anything.push()
                    anything.push(1, 2)
                    anything.push(1, other=2)


                def chained(watson):
                    watson.get("a").strip()
                    return watson.unknown().nothing()


                def make():
                    return eval("{}")
                """,
        },
        {
            "frames.py": """
                import asyncio


                class Watson:
                    async def push(self, frame, *, force=False):
                        await asyncio.sleep(frame)

                    async def get(self, key):
                        await asyncio.sleep(1)
                        return key
                """,
            "cli.py": """
                async def telling(anything):
                    await anything.push(1, force=True)
                    await anything[0].push(2)
                    await make()["x"].push(3)


                async def called_like_it(watson, other):
                    return await watson.get("a"), other.get("b")


                def other_arguments(anything):
                    anything.push()
                    anything.push(1, 2)
                    anything.push(1, other=2)


                async def chained(watson):
                    (await watson.get("a")).strip()
                    return watson.unknown().nothing()


                def make():
                    return eval("{}")
                """,
        },
    )


def test_a_method_that_a_chain_only_begins_with_is_not_meant(tmp_path: Path) -> None:
    """In `box.shut().go()`, what is unknown is `go`, and `shut` is called once."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import time


                class Box:
                    def shut(self) -> int:
                        time.sleep(1)
                        return 1


                def use(box: Box):
                    return box.shut().go()
                """
        },
    )
    assert decided.files["library.py"].endswith(
        "async def use(box: Box):\n    return (await box.shut()).go()\n"
    )


def test_a_call_of_what_an_attribute_holds_may_be_a_method_of_another_class(tmp_path: Path) -> None:
    """`self.codec.load` is known of one class, whose attribute holds a function, and unknown of others: what they have
    by that name stays sync and is a unit."""
    decided = decide(
        tmp_path,
        {
            "codecs_.py": """
                import time


                class Plain:
                    def __init__(self, loader=None):
                        self.unpack = loader or self._unpack

                    def _unpack(self, data):
                        return data


                class Slow:
                    def unpack(self, data):
                        time.sleep(1)
                        return data
                """,
            "client.py": """
                from codecs_ import Plain


                class Client:
                    def __init__(self, codec=None):
                        self.codec = codec or Plain()

                    def read(self):
                        return self.codec.unpack("data")
                """,
        },
        entry=("api",),
    )
    assert decided.colors["codecs_.Slow.unpack"] == "unit"
    assert 'return await offload(self.codec.unpack, "data")' in decided.files["client.py"]
    assert "client.py:9 may call it or something that stays sync" in decided.reasons["codecs_.Slow.unpack"]
