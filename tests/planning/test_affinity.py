"""sqlite3: all of it on one thread of its own, or made for any thread, or all of it on the event loop's; sqlite3 itself
checks which thread it is on."""

import pytest

from tests.planning.programs import check_reasons, check_runs_alike, convert

STEP = """
import asyncio
import atexit
import contextlib
import sqlite3


async def step(value):
    return value


"""

MOVED = {
    # A class that holds a connection; helpers without annotations, cursors, builtins that iterate; a global, a getter
    # and a property; keyword arguments and a nested coroutine.
    "store": """
class Store:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.conn.execute("create table t (x integer)")

    def add(self, x):
        with self.conn:
            self.conn.execute("insert into t values (?)", (x,))

    def rows(self):
        return [x for (x,) in self.conn.execute("select x from t")]


def total(store):
    return sum(store.rows())


async def main():
    store = Store("a.db")
    for x in range(3):
        store.add(await step(x))
    print(total(store), store.rows())
    store.conn.close()
""",
    "helpers": """
def fill(conn, rows):
    cur = conn.cursor()
    cur.executemany("insert into t values (?)", rows)
    conn.commit()


def every(cur):
    return list(cur)


async def main():
    conn = sqlite3.connect("a.db")
    conn.execute("create table t (x integer)")
    fill(conn, [(await step(1),), (2,)])
    cur = conn.execute("select x from t")
    print(every(cur))
    await step(1)
    first = conn.execute("select count(*) from t").fetchone()
    total = sum(x for (x,) in conn.execute("select x from t"))
    print(first, total)
    with contextlib.closing(sqlite3.connect("a.db")) as other:
        print(other.execute("select max(x) from t").fetchone())
    conn.close()
""",
    "getters": """
DB = None


def setup(path):
    global DB
    DB = sqlite3.connect(path)


def db():
    return DB


class Repo:
    def __init__(self, conn):
        self._conn = conn

    @property
    def conn(self):
        return self._conn

    def one(self):
        return self.conn.execute("select 9").fetchone()


async def main():
    setup("a.db")
    await step(1)
    repo = Repo(db())
    print(repo.one(), db().execute("select 4").fetchone())
    for row in repo.conn.execute("select 11"):
        print(row)
    db().close()
""",
    "nested": """
def first(sql, *, conn):
    return conn.execute(sql).fetchone()


async def main():
    conn = sqlite3.connect("a.db")

    async def inner():
        return conn.execute("select 8").fetchone()

    await step(1)
    print(f"{first('select 2', conn=conn)}", await inner())
    conn.close()
""",
}

LIFTED = {
    "made before the loop runs": (
        """
CONNECTION = sqlite3.connect("a.db")


def count():
    return CONNECTION.execute("select 1").fetchone()


async def main():
    await step(1)
    print(count(), CONNECTION.execute("select 2").fetchall())
    CONNECTION.close()
""",
        "uses it there",
    ),
    "a transaction that awaits": (
        """
async def main():
    conn = sqlite3.connect("a.db")
    conn.execute("create table t (x integer)")
    with conn:
        conn.execute("insert into t values (?)", (await step(1),))
    for (x,) in conn.execute("select x from t"):
        print(await step(x))
    conn.close()
""",
        "uses it there",
    ),
    "a method that is passed on": (
        """
def use(conn):
    return conn.execute("select 5").fetchone()


async def main():
    conn = sqlite3.connect("a.db")
    atexit.register(conn.close)
    await step(1)
    print(use(conn))
""",
        "passes its close on",
    ),
    "an iterator that is read later": (
        """
async def main():
    conn = sqlite3.connect("a.db")
    pairs = enumerate(conn.execute("select 7"))
    await step(1)
    print(list(pairs))
    conn.close()
""",
        "hands it to enumerate",
    ),
    "a container of unknown things": (
        """
class Pool:
    def __init__(self):
        self.all = {}

    def open(self, name, path):
        self.all[name] = sqlite3.connect(path)

    def get(self, name):
        return self.all[name]


async def main():
    pool = Pool()
    pool.open("a", "a.db")
    await step(1)
    print(pool.get("a").execute("select 3").fetchall())
    pool.get("a").close()
""",
        "puts it where it is not followed",
    ),
    "star arguments": (
        """
def many(*conns):
    return [one.execute("select 1").fetchone() for one in conns]


async def main():
    conn = sqlite3.connect("a.db")
    await step(1)
    print(many(conn))
    conn.close()
""",
        "puts it where it is not followed",
    ),
}

KEPT = {
    # Programs that are torn between two threads, and whose connections cannot be made for both.
    "arguments that are not written out": (
        """
def connect(**options) -> sqlite3.Connection:
    return sqlite3.connect("a.db", **options)


CONNECTION = connect()


async def main():
    await step(1)
    print(CONNECTION.execute("select 1").fetchone())
    CONNECTION.close()
""",
        "may say check_same_thread as well",
    ),
    "the author wants it checked": (
        """
CONNECTION = sqlite3.connect("a.db", check_same_thread=True)


async def main():
    await step(1)
    print(CONNECTION.execute("select 1").fetchone())
    CONNECTION.close()
""",
        "says check_same_thread=True",
    ),
    "the argument by position": (
        """
CONNECTION = sqlite3.connect("a.db", 5.0, 0, None, True)


async def main():
    await step(1)
    print(CONNECTION.execute("select 1").fetchone())
    CONNECTION.close()
""",
        "says check_same_thread=True",
    ),
    "a class of its own": (
        """
class Connection(sqlite3.Connection):
    def count(self):
        return self.execute("select 1").fetchone()


CONNECTION = Connection("a.db")


async def main():
    await step(1)
    print(CONNECTION.count(), CONNECTION.execute("select 2").fetchone())
    CONNECTION.close()
""",
        "makes a Connection",
    ),
    "what makes it is passed on": (
        """
def made(maker):
    return maker("a.db")


CONNECTION = made(sqlite3.connect)


async def main():
    await step(1)
    conn = sqlite3.connect("a.db")
    atexit.register(conn.close)
    print(conn.execute("select 1").fetchone())
""",
        "passes sqlite3.connect on",
    ),
}

START = """

asyncio.run(main())
"""


def test_all_of_it_moves_to_one_thread() -> None:
    """Connections that can be followed live on the thread called sqlite3, and everything that touches them runs there."""
    check_runs_alike({f"{name}.py": STEP + program + START for name, program in MOVED.items()})


@pytest.mark.parametrize(("program", "why"), LIFTED.values(), ids=LIFTED.keys())
def test_what_is_used_on_two_threads_is_made_for_any(program: str, why: str) -> None:
    """Where one use cannot leave the event loop's thread, what makes the connection lets both use it, and the report says why."""
    conversion = check_runs_alike(STEP + program + START)
    assert "check_same_thread=False)" in conversion.files["program.py"]
    check_reasons(
        conversion, "lets any thread use it, in turns: program.py:", why, "sqlite3.threadsafety == 3"
    )


@pytest.mark.parametrize(("program", "why"), KEPT.values(), ids=KEPT.keys())
def test_all_of_it_stays_where_it_is(program: str, why: str) -> None:
    """If one connection cannot be made for any thread, they all stay on the event loop's, and the report names both reasons."""
    conversion = check_runs_alike(STEP + program + START, changes=False)
    check_reasons(conversion, "stays on one thread, the event loop's: program.py:", why)


def test_what_moves_as_a_whole_is_left_as_it_was_made() -> None:
    """No connection is made for any thread that needs one only."""
    conversion = convert(STEP + MOVED["helpers"] + START)
    assert "check_same_thread" not in conversion.files["program.py"]


def test_what_is_made_for_any_thread_already() -> None:
    """The author's own argument is enough."""
    program = """
CONNECTION = sqlite3.connect("a.db", check_same_thread=False)


async def main():
    await step(1)
    print(CONNECTION.execute("select 1").fetchone())
    CONNECTION.close()
"""
    conversion = check_runs_alike(STEP + program + START)
    assert conversion.files["program.py"].count("check_same_thread=False") == 1


def test_the_argument_is_put_behind_parentheses_commas_and_comments() -> None:
    """However the call is written."""
    program = """
CONNECTION = sqlite3.connect(
    # where it is
    ("a" ".db"),  # and (what) it is
)


async def main():
    await step(1)
    print(CONNECTION.execute("select 1").fetchone())
    CONNECTION.close()
"""
    conversion = check_runs_alike(STEP + program + START)
    expected = '    ("a" ".db"), check_same_thread=False,  # and (what) it is\n'
    assert expected in conversion.files["program.py"]


def test_a_connection_that_is_kept_to_itself_needs_no_argument() -> None:
    """What one function makes, uses and drops on one thread is on no other one."""
    program = """
CONNECTION = sqlite3.connect("a.db")


def query(x):
    with sqlite3.connect("b.db") as conn:
        return conn.execute("select ?", (x,)).fetchone()


async def main():
    await step(1)
    print(CONNECTION.execute("select 1").fetchone(), query(3))
    CONNECTION.close()
"""
    conversion = check_runs_alike(STEP + program + START)
    assert 'sqlite3.connect("b.db") as conn' in conversion.files["program.py"]


def test_code_outside_may_hold_what_the_api_gives_it() -> None:
    """With `--entry api`, what a public function returns is used by callers that no conversion sees."""
    program = """
import sqlite3


def connect(path):
    conn = sqlite3.connect(path)
    conn.execute("create table if not exists t (x integer)")
    return conn
"""
    conversion = convert(program, entry=("api",))
    assert "check_same_thread=False" in conversion.files["program.py"]
    check_reasons(conversion, "gives it to code outside")


def test_code_outside_may_have_made_what_it_hands_in() -> None:
    """What a public function is given was made on a thread of its caller's: it stays there."""
    program = """
import sqlite3


def connect(path):
    return sqlite3.connect(path)


def count(conn: sqlite3.Connection):
    return conn.execute("select count(*) from t").fetchone()
"""
    conversion = convert(program, entry=("api",))
    check_reasons(conversion, "is given one by code outside")
    assert not conversion.files


def test_tests_that_replace_what_makes_it() -> None:
    """A fake would be given an argument too many."""
    program = """
import sqlite3


def connect(path):
    conn = sqlite3.connect(path)
    conn.execute("create table if not exists t (x integer)")
    return conn
"""
    tests = """
import sqlite3

import program


def test_it(monkeypatch):
    monkeypatch.setattr(sqlite3, "connect", lambda path: None)
    assert program.connect is not None
"""
    conversion = convert({"program.py": program, "test_program.py": tests}, entry=("api",))
    assert not any("check_same_thread" in text for text in conversion.files.values())


def test_a_function_that_keeps_its_connection_to_itself_is_an_ordinary_unit() -> None:
    """It opens, asks and drops a connection of its own: several may run at once."""
    program = """
def query(x):
    with sqlite3.connect("a.db") as conn:
        return conn.execute("select ?", (x,)).fetchone()


async def one(x):
    return query(x)


async def main():
    print(await asyncio.gather(*(one(x) for x in range(4))))
"""
    conversion = check_runs_alike(STEP + program + START)
    assert "return await offload(query, x)\n" in conversion.files["program.py"]


def test_files_move_although_the_database_stays() -> None:
    """A kind that stays keeps nothing else back."""
    program = """
async def main():
    conn = sqlite3.connect("a.db", check_same_thread=True)
    with conn:
        await step(1)
    with open("a.db", "rb") as file:
        size = len(file.read())
    print(size)
    conn.close()
"""
    conversion = check_runs_alike(STEP + program + START)
    assert "    size = await offload(read_size)\n" in conversion.files["program.py"]
    assert "offload_in" not in conversion.files["program.py"]


def test_a_transaction_that_other_tasks_may_come_in_between() -> None:
    """What is begun in one hop and ended in another one is told; what one hop does is not."""
    program = """
CONNECTION = sqlite3.connect("a.db")


async def split(x):
    CONNECTION.execute("create table if not exists t (x integer)")
    CONNECTION.execute("insert into t values (?)", (await step(x),))
    CONNECTION.commit()


async def whole(x):
    value = await step(x)
    CONNECTION.execute("insert into t values (?)", (value,))
    CONNECTION.commit()


async def block(x):
    with CONNECTION:
        CONNECTION.execute("insert into t values (?)", (await step(x),))


async def main():
    await split(1)
    await whole(2)
    await block(3)
    print(CONNECTION.execute("select x from t").fetchall())
    CONNECTION.close()
"""
    conversion = check_runs_alike(STEP + program + START)
    told = [one for one in conversion.outcome.plan.suggestions if "use the same connection" in one.text]
    assert [one.line for one in told] == [16, 28]


def test_a_class_that_a_test_checks_against_makes_nothing() -> None:
    """`assertIsInstance` is given the class, and makes none."""
    program = """
import sqlite3


def connect(path):
    return sqlite3.connect(path)
"""
    tests = """
import sqlite3
import unittest

import program


class Tests(unittest.TestCase):
    def test_it(self):
        connection = program.connect(":memory:")
        self.assertIsInstance(connection, sqlite3.Connection)
        connection.close()
"""
    conversion = convert({"program.py": program, "test_program.py": tests}, entry=("api",))
    assert "check_same_thread=False" in conversion.files["program.py"]
