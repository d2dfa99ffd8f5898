"""sqlite3: all of it on one thread of its own, or all of it on the event loop's; sqlite3 itself checks which thread it is on."""

import pytest

from tests.planning.programs import check_reasons, check_runs_alike

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

KEPT = {
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

START = """

asyncio.run(main())
"""


def test_all_of_it_moves_to_one_thread() -> None:
    """Connections that can be followed live on the thread called sqlite3, and everything that touches them runs there."""
    check_runs_alike({f"{name}.py": STEP + program + START for name, program in MOVED.items()})


@pytest.mark.parametrize(("program", "why"), KEPT.values(), ids=KEPT.keys())
def test_all_of_it_stays_where_it_is(program: str, why: str) -> None:
    """One use that cannot leave the event loop's thread keeps them all there, and the report names it."""
    check_reasons(check_runs_alike(STEP + program + START, changes=False), why)


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
    conn = sqlite3.connect("a.db")
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
