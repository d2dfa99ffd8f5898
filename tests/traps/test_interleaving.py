"""Awaits stand where the calls stood; what may come in between from now on is suggested for review."""

from pathlib import Path

from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

IN_PLACE = """
import time


def slow(x):
    print("slow", x)
    time.sleep(0.001)
    return x


def conditions(x):
    while slow(x):
        x -= 1
    if not slow(x) and (slow(1) or slow(2)):
        x = slow(3) if slow(0) else slow(4)
    assert slow(x), "never"
    return slow(0) or "default", slow(1) == 1, slow(2) in [slow(2)], slow(0) is None, not slow(0)


def chained():
    return slow(1) < slow(2) < slow(0) < slow(9), slow(3) > slow(4) > slow(5)


def texts(x):
    return f"{slow(x)} {slow(x)!r:>{slow(4)}}", "%s %s" % (slow(x), slow(1)), "{} {}".format(slow(1), slow(x))


def order(x):
    print(slow(1), *[slow(2)], sep=str(slow(3)))
    values = {slow(1): slow(2)}
    values[slow(3)] = slow(4)
    return values


def matched(x):
    match slow(x):
        case 1 if slow(0):
            return "first"
        case 1 | 2 as found if slow(found) > 1:
            return "second"
        case _ if slow(5):
            return "other"
    return "none"


def main():
    print(conditions(1), chained(), texts(2), order(1), matched(1), matched(2), matched(3))


if __name__ == "__main__":
    main()
"""


@trap(32, "converted", "conditions, `not`, `and`, `or`, ternaries and assertions test what was awaited")
@trap(33, "converted", "comparisons, `in` and `is` look at what was awaited")
@trap(34, "converted", "chained comparisons and short circuits keep their order, and what they leave out")
@trap(
    38, "converted", "an `await` in f-strings, their format specifications, and arguments of `%` and `format`"
)
@trap(39, "converted", "arguments are awaited one after the other, in their order")
@trap(42, "converted", "subjects and guards of `match`")
def test_awaits_stand_in_place() -> None:
    """Nothing is moved: every call is awaited where it stood, and the program prints the same in the same order."""
    conversion = check_runs_alike(IN_PLACE)
    text = conversion.files["program.py"]
    calls = [line.count("slow(") for line in IN_PLACE.splitlines() if "def " not in line]
    assert text.count("await slow(") == sum(calls)
    assert "return await slow(1) < await slow(2) < await slow(0) < await slow(9)" in text
    assert "case 1 | 2 as found if await slow(found) > 1:" in text


SHARED = """
import requests

URL = "http://example.com/"
total = 0
cache = {}


def load(key):
    return requests.get(URL + key, timeout=9).json()


class Counter:
    def __init__(self):
        self.n = 0
        self._config = None

    def add(self):
        self.n += load("a")

    def add_more(self):
        self.n = self.n + load("a")

    def add_rightly(self):
        got = load("a")
        self.n += got

    def config(self):
        if self._config is None:
            self._config = load("config")
        return self._config


def lookup(key):
    if key not in cache:
        cache[key] = load(key)
    return cache[key]


def lookup_early(key):
    if key in cache:
        return cache[key]
    value = load(key)
    cache[key] = value
    return value


def lookup_twice(key):
    try:
        return cache[key]
    except KeyError:
        cache[key] = load(key)
    return cache[key]


def add(counts, key):
    global total
    total += load(key)
    counts[key] = counts[key] + load(key)
    own = {}
    own[key] = own.get(key, 0) + load(key)
    own[key] += load(key)
    n = 1
    n += load(key)
    return own, n
"""


@trap(
    40,
    "reported",
    "shared state that is read, then waited, then written: `+=`, `self.n = self.n + f()`, items, globals",
)
@trap(41, "reported", "checks that are acted upon after waiting: caches in three forms, and lazy singletons")
def test_races_that_become_possible(tmp_path: Path) -> None:
    """Each place is suggested with its line; variables of the function itself and reads after the wait are not."""
    decided = decide(tmp_path, {"library.py": SHARED})
    assert decided.colors["library.add"] == "async"
    found = {
        (one.line, one.text.partition(" it before ")[0].partition(" and changes")[0])
        for one in decided.conversion.outcome.plan.suggestions
        if "once two tasks" in one.text
    }
    assert found == {
        (18, "`self.n += ...` reads"),
        (21, "`self.n = ...` reads"),
        (28, "checks `self._config is None`"),
        (34, "checks `key not in cache`"),
        (40, "checks `key in cache`"),
        (48, "looks `cache[key]` up"),
        (57, "`total += ...` reads"),
        (58, "`counts[key] = ...` reads"),
    }


@trap(40, "kept", "loops that update shared state are never overlapped")
@trap(41, "kept", "loops that look something up and store it are never overlapped")
@trap(35, "kept", "a comprehension that binds a name outside is never overlapped")
@trap(39, "kept", "calls that write stay one after the other")
def test_what_shares_state_does_not_overlap(tmp_path: Path) -> None:
    """Waits around shared state stay sequential, although waits beside them overlap."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import requests

                seen = {}


                class Counter:
                    def __init__(self):
                        self.n = 0

                    def add(self, url):
                        self.n += len(requests.get(url, timeout=9).text)
                        return self.n


                def lookup(url):
                    if url not in seen:
                        seen[url] = requests.get(url, timeout=9).text
                    return seen[url]


                def send(url):
                    return requests.post(url, timeout=9).text


                def fetch(url):
                    return requests.get(url, timeout=9).text


                def main(urls: list[str]):
                    counter = Counter()
                    counts = [counter.add(url) for url in urls]
                    texts = [lookup(url) for url in urls]
                    longest = [last for url in urls if (last := fetch(url))]
                    sent = [send(url) for url in urls]
                    return counts, texts, longest, sent, [fetch(url) for url in urls]
                """
        },
    )
    text = decided.files["library.py"]
    assert "    counts = [await counter.add(url) for url in urls]\n" in text
    assert "    texts = [await lookup(url) for url in urls]\n" in text
    assert "    longest = [last for url in urls if (last := await fetch(url))]\n" in text
    assert "    sent = [await send(url) for url in urls]\n" in text
    assert "await gather(fetch(url) for url in urls)" in text
