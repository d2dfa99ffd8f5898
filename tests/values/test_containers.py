"""Functions in collections run where an item of the collection is called."""

from tests.values.looping import on_loop


def test_functions_in_displays_run_where_items_are_called() -> None:
    """By a loop, an index, unpacking, a comprehension, `values`, `items` and `get`."""
    assert on_loop(
        """
        import time

        def in_loop(): time.sleep(1)
        def by_index(): time.sleep(1)
        def unpacked(): time.sleep(1)
        def in_comprehension(): time.sleep(1)
        def among_values(): time.sleep(1)
        def among_items(): time.sleep(1)
        def by_get(): time.sleep(1)
        def sliced(): time.sleep(1)
        def unused(): time.sleep(1)

        async def main(name):
            for function in [in_loop]:
                function()
            (by_index,)[0]()
            first, *rest = [unpacked, unpacked]
            first()
            [function() for function in {in_comprehension}]
            for function in {"a": among_values}.values():
                function()
            for key, function in {"a": among_items}.items():
                function()
            {"a": by_get}.get(name, print)()
            for function in [sliced, sliced][1:]:
                function()
            return [unused]
        """
    ) == {
        *("in_loop", "by_index", "unpacked", "in_comprehension"),
        *("among_values", "among_items", "by_get", "sliced"),
    }


def test_a_constant_key_finds_only_what_is_kept_under_it() -> None:
    """Of a dictionary or a tuple with constants only the function under the same constant runs; else any may."""
    assert on_loop(
        """
        import time

        def left(): time.sleep(1)
        def right(): time.sleep(1)
        def up(): time.sleep(1)
        def down(): time.sleep(1)
        def first(): time.sleep(1)
        def second(): time.sleep(1)

        SIDES = {"left": left, "right": right}
        HEIGHTS = {"up": up, "down": down}
        ORDER = (first, second)

        async def main(name):
            SIDES["left"]()
            HEIGHTS[name]()
            ORDER[1]()
        """
    ) == {"left", "up", "down", "second"}


def test_a_registry_s_functions_run_where_it_is_looked_up() -> None:
    """What is put into a module's collection in one file is called in another; a registry nobody calls runs nothing."""
    assert on_loop(
        {
            "registry.py": """
                HANDLERS = {}
                LISTENERS = []
                FORGOTTEN = []

                def register(name, function):
                    HANDLERS[name] = function
                """,
            "handlers.py": """
                import time
                from registry import FORGOTTEN, LISTENERS, register

                def stored(): time.sleep(1)
                def appended(): time.sleep(1)
                def forgotten(): time.sleep(1)

                register("stored", stored)
                LISTENERS.append(appended)
                FORGOTTEN.append(forgotten)
                """,
            "app.py": """
                import handlers
                from registry import HANDLERS, LISTENERS

                async def main(name):
                    HANDLERS[name]()
                    for one in LISTENERS:
                        one()
                """,
        }
    ) == {"handlers.stored", "handlers.appended"}


def test_functions_put_in_by_methods_come_out_by_methods() -> None:
    """`append`, `extend`, `setdefault`, `update`, `add`, `put` and item assignment; `pop`, `popleft` and `get` take out."""
    assert on_loop(
        """
        import queue
        import time
        from collections import defaultdict, deque

        def appended(): time.sleep(1)
        def extended(): time.sleep(1)
        def nested(): time.sleep(1)
        def updated(): time.sleep(1)
        def added(): time.sleep(1)
        def queued(): time.sleep(1)
        def assigned(): time.sleep(1)
        def not_taken(): time.sleep(1)

        async def main(name):
            todo = deque()
            todo.append(appended)
            todo.popleft()()
            more = []
            more.extend([extended])
            more.pop()()
            groups = defaultdict(list)
            groups[name].append(nested)
            for one in groups[name]:
                one()
            table = {}
            table.update({"x": updated})
            table[name]()
            items = set()
            items.add(added)
            for one in items:
                one()
            waiting = queue.SimpleQueue()
            waiting.put(queued)
            waiting.get_nowait()()
            direct = {}
            direct["a"] = assigned
            direct[name]()
            others = []
            others.append(not_taken)
            len(others)
        """
    ) == {"appended", "extended", "nested", "updated", "added", "queued", "assigned"}


def test_items_survive_builtin_functions_that_copy_or_pick() -> None:
    """`list`, `sorted`, `reversed`, `next`, `enumerate`, `+` and `**` pass the items on; `len` does not."""
    assert on_loop(
        """
        import time

        def copied(): time.sleep(1)
        def picked(): time.sleep(1)
        def joined(): time.sleep(1)
        def merged(): time.sleep(1)
        def starred(): time.sleep(1)
        def counted(): time.sleep(1)

        async def main(name):
            for one in list([copied]):
                one()
            next(iter([picked]))()
            for one in [] + [joined]:
                one()
            {**{"a": merged}}[name]()
            [*[starred]][0]()
            len([counted])
        """
    ) == {"copied", "picked", "joined", "merged", "starred"}


def test_a_collection_in_an_attribute_is_that_class_s_own() -> None:
    """Listeners of one class run where it calls them; those of another class with the same attribute do not."""
    assert on_loop(
        """
        import time

        def heard(): time.sleep(1)
        def ignored(): time.sleep(1)

        class Bus:
            def __init__(self):
                self.listeners = []

            def listen(self, function):
                self.listeners.append(function)

            def emit(self):
                for one in self.listeners:
                    one()

        class Archive:
            def __init__(self):
                self.listeners = []

            def listen(self, function):
                self.listeners.append(function)

        async def main(bus: Bus, archive: Archive):
            bus.listen(heard)
            archive.listen(ignored)
            bus.emit()
        """
    ) == {"heard"}


def test_objects_and_classes_in_collections_are_followed_like_functions() -> None:
    """A method called on an item is that of the instance, or of the class, that was put in."""
    assert on_loop(
        """
        import time

        class Listed:
            def run(self): time.sleep(1)

        class Named:
            def __init__(self): time.sleep(1)

        class Unused:
            def run(self): time.sleep(1)

        JOBS = {}
        KINDS = {}
        OTHERS = []

        def register(name, one):
            JOBS[name] = one

        register("a", Listed())
        KINDS["named"] = Named
        OTHERS.append(Unused)

        async def main(name):
            JOBS[name].run()
            KINDS[name]()
        """
    ) == {"Listed.run", "Named.__init__"}


def test_a_weak_reference_gives_what_it_refers_to() -> None:
    """Calling the reference gives the method, and runs nothing; calling that runs it."""
    assert on_loop(
        """
        import time
        import weakref

        class Signal:
            def __init__(self):
                self.slots = []

            def connect(self, method):
                self.slots.append(weakref.WeakMethod(method))

            def send(self):
                for reference in self.slots:
                    slot = reference()
                    if slot is not None:
                        slot()

        class Ledger:
            def booked(self): time.sleep(1)
            def unused(self): time.sleep(1)

        signal = Signal()
        ledger = Ledger()
        signal.connect(ledger.booked)

        async def main():
            signal.send()

        async def look(other=weakref.WeakMethod(ledger.unused)):
            other()
        """
    ) == {"Ledger.booked"}
