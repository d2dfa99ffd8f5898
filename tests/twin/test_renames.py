"""A twin's name map."""

from aioport.project import Source
from aioport.twin.renames import rename


def renamed(text: str, names: dict[str, str]) -> str:
    return rename(Source("module.py", text), names).decode()


def test_identifiers_are_renamed_word_by_word() -> None:
    """Names, attributes, keywords, imports, definitions, also inside f-strings; not parts of words, strings, comments."""
    names = {"Client": "AsyncClient", "close": "aclose", "sync": "anyio"}
    before = (
        "from sync import Client as Client  # Client\n"
        "class Clients(Client):\n"
        '    """A Client."""\n'
        "    def close(self, close=1): return self.close(close=close), closed, 'Client'\n"
        "    x = f'é {close} close {Client.close!r:>{x.close(close=1)}} é {close}', f\"{f'{close}'}\"\n"
    )
    assert renamed(before, names) == (
        "from anyio import AsyncClient as AsyncClient  # Client\n"
        "class Clients(AsyncClient):\n"
        '    """A Client."""\n'
        "    def aclose(self, aclose=1): return self.aclose(aclose=aclose), closed, 'Client'\n"
        "    x = f'é {aclose} close {AsyncClient.aclose!r:>{x.aclose(aclose=1)}} é {aclose}', f\"{f'{aclose}'}\"\n"
    )


def test_dotted_keys_need_the_whole_dotted_name() -> None:
    """And win over the words inside them."""
    names = {"time.sleep": "anyio.sleep", "sleep": "nap", "a.b.c": "d"}
    before = "time.sleep(1)\nx.time.sleep(2)\nsleep(3)\na.b.c.e\na.b\n"
    assert renamed(before, names) == "anyio.sleep(1)\nx.time.nap(2)\nnap(3)\nd.e\na.b\n"


def test_names_change_places_without_meeting() -> None:
    """Each identifier is mapped once, whatever it becomes."""
    assert renamed("a = b\nb = a\n", {"a": "b", "b": "a"}) == "b = a\na = b\n"


def test_positions_hold_behind_other_alphabets_and_line_endings() -> None:
    """Bytes, not characters; CRLF and a form feed are no obstacle."""
    assert renamed("é = 'ü'; x = é\r\ny = x; x\r\n", {"x": "zz"}) == "é = 'ü'; zz = é\r\ny = zz; zz\r\n"
    assert renamed("x = 1\n\fx = 'é', x\n", {"x": "zz"}) == "zz = 1\n\fzz = 'é', zz\n"
