"""Classes around a connection: whole methods run in its thread, behind async forms, where a lock keeps them from waiting."""

from tests.planning.programs import check_reasons, check_runs_alike, convert

STORE = """
import os
import sqlite3
import threading


class Store:
    def __init__(self, path):
        self.conn = sqlite3.connect(path, check_same_thread=False)
        self.cur = self.conn.cursor()
        self.lock = threading.RLock()
        self.cur.execute("create table if not exists t (id integer primary key, name text)")

    def rows(self, *, lock=True, order=["id"]):
        if not lock:
            self.cur.execute(f"select id, name from t order by {', '.join(order)}")
            return self.cur.fetchall()
        with self.lock:
            return self.rows(lock=False, order=order)

    def add(self, name):
        with self.lock:
            self.cur.execute("insert into t (name) values (?)", (name,))
            self.conn.commit()
            return self.cur.lastrowid

    def sort(self):
        with self.lock:
            names = [name for _, name in self.rows(lock=False, order=["name"])]
            self.cur.execute("delete from t")
            for name in names:
                self.add(name)

    def close(self):
        self.conn.close()


def main():
    store = Store("a.db")
    for name in ("pear", "apple", "fig"):
        print(store.add(name))
    store.sort()
    print(store.rows(), store.rows(order=["name"]))
    store.close()
    os.remove("a.db")


if __name__ == "__main__":
    main()
"""


def test_methods_under_a_lock_of_threads_run_whole() -> None:
    """What holds a lock that may be taken twice must not wait; in the thread, it need not know of any event loop."""
    conversion = check_runs_alike(STORE, entry=("api",))
    text = conversion.files["program.py"]
    for name in ("rows", "add", "sort"):
        assert f"    async def {name}(self" in text
        assert f"    def _{name}_sync(self" in text
    assert 'return await offload_in("sqlite3", self._rows_sync, lock=lock, order=order)' in text
    assert "            return self._rows_sync(lock=False, order=order)" in text
    check_reasons(conversion, "takes it again, which no lock of asyncio's allows")


def test_fronts_have_their_objects_made_for_any_thread() -> None:
    """An attribute that code outside finds may be used on its thread, so the argument is added."""
    conversion = check_runs_alike(STORE.replace(", check_same_thread=False", ""), entry=("api",))
    assert "sqlite3.connect(path, check_same_thread=False)" in conversion.files["program.py"]


def test_a_connection_that_cannot_be_made_for_any_thread_has_no_fronts() -> None:
    """Code outside may use what `.conn` is, and the author wants that checked."""
    conversion = convert(STORE.replace("thread=False", "thread=True"), entry=("api",))
    assert "offload_in" not in conversion.files.get("program.py", "")
    check_reasons(conversion, "says check_same_thread=True")


def test_a_default_that_a_function_keeps_or_changes_is_not_made_twice() -> None:
    """`order=[]` is one object for all calls: where they can tell, there is no front."""
    program = STORE.replace('order=["id"]):\n', 'order=["id"]):\n        order.append("name")\n')
    conversion = convert(program, entry=("api",))
    assert "_rows_sync" not in conversion.files.get("program.py", "")


def test_a_default_that_is_handed_on_is_not_made_twice() -> None:
    """Whoever is given `order` may change it."""
    program = STORE.replace('order=["id"]):\n', 'order=["id"]):\n        note(order)\n')
    conversion = convert(f"def note(order):\n    order.append('name')\n\n\n{program}", entry=("api",))
    assert "_rows_sync" not in conversion.files.get("program.py", "")
