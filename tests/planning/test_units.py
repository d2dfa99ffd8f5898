"""Units: statements, expressions and calls that async functions run in a thread."""

from tests.check import check_converts, check_unchanged
from tests.planning.programs import check_reasons, check_runs_alike, convert


def test_a_run_of_statements_moves_into_one_function() -> None:
    """Statements that block become a nested function, calls of the project's own and single primitives do not."""
    check_converts(
        '''
        import csv
        import json
        import os
        from pathlib import Path


        def load(path):
            with open(path) as file:
                return json.load(file)


        async def single(path):
            config = load(path)
            return config


        async def block(path):
            """The rows of a file, and what it says."""
            # The header first.
            with open(path) as file:
                header = file.readline()
                rows = list(csv.reader(file))  # the rest
            text = Path(path).read_text()
            return header, rows, text


        async def whole(path):
            if not os.path.exists(path):
                return None
            with open(path) as file:
                return json.load(file)


        async def tried(path):
            try:
                with open(path) as file:
                    return json.load(file)
            except OSError as error:
                return {"error": str(error)}


        async def tried_one(path: Path):
            try:
                text = path.read_text()
            except OSError:
                text = ""
            return text


        async def rest(path: Path):
            size = 0
            text = path.read_text()
            size = len(text)
            path.unlink()
            return size


        async def to_the_end(path: Path):
            with open(path) as file:
                if file.read():
                    return
                file.seek(0)
                print(file.readline())


        async def steps(path: Path):
            yield path
            with open(path) as file:
                text = file.read()
            yield text
        ''',
        '''
        import csv
        import json
        import os
        from pathlib import Path

        from _aio import offload


        def load(path):
            with open(path) as file:
                return json.load(file)


        async def single(path):
            config = await offload(load, path)
            return config


        async def block(path):
            """The rows of a file, and what it says."""
            # The header first.
            def read_header_and_more():
                with open(path) as file:
                    header = file.readline()
                    rows = list(csv.reader(file))  # the rest
                text = Path(path).read_text()
                return header, rows, text

            header, rows, text = await offload(read_header_and_more)
            return header, rows, text


        async def whole(path):
            if not os.path.exists(path):
                return None

            def whole_in_thread():
                with open(path) as file:
                    return json.load(file)

            return await offload(whole_in_thread)


        async def tried(path):
            def tried_in_thread():
                try:
                    with open(path) as file:
                        return json.load(file)
                except OSError as error:
                    return {"error": str(error)}

            return await offload(tried_in_thread)


        async def tried_one(path: Path):
            try:
                text = await offload(path.read_text)
            except OSError:
                text = ""
            return text


        async def rest(path: Path):
            size = 0

            def read_size():
                text = path.read_text()
                size = len(text)
                path.unlink()
                return size

            size = await offload(read_size)
            return size


        async def to_the_end(path: Path):
            def to_the_end_in_thread():
                with open(path) as file:
                    if file.read():
                        return
                    file.seek(0)
                    print(file.readline())

            return await offload(to_the_end_in_thread)


        async def steps(path: Path):
            yield path

            def read_text():
                with open(path) as file:
                    text = file.read()
                return text

            text = await offload(read_text)
            yield text
        ''',
        mutations=False,
    )


def test_names_are_handed_over_as_they_are_used() -> None:
    """Names used later are returned; `nonlocal` is for what is read inside, or seen by others."""
    check_converts(
        """
        from pathlib import Path


        async def push(value):
            return value


        async def counts(path, total):
            total += 1
            with open(path) as file:
                total += len(file.read())
            return total


        async def looped(paths):
            seen = 0
            for path in paths:
                with open(path) as file:
                    line = file.readline()
                seen += len(line)
            return seen


        async def waits_inside(paths):
            found = []
            for path in paths:
                with open(path) as file:
                    text = file.read()
                found.append(await push(text))
            return found


        async def used_or_not(path, wanted):
            if wanted:
                with open(path) as file:
                    value = file.read()
                    size = len(value)
                    print(size)
            print(value)


        async def bound_anew(path, other):
            with open(path) as file:
                text = file.read()
            await push(text)
            with open(other) as file:
                text = file.read()
            return text


        async def annotated(path):
            size: int = 0
            with open(path) as file:
                size: int = len(file.read())
            return size


        async def seen_by_function(path):
            count = 0

            def show():
                print(count)

            with open(path) as file:
                count = len(file.read())
            show()


        async def seen_later(path):
            with open(path) as file:
                text = file.read()
            return lambda: text


        async def after_failure(path):
            line = ""
            try:
                with open(path) as file:
                    line = file.readline()
                    line += file.readline()
            except ValueError:
                print(line)
            return line


        async def matched(path):
            with open(path) as file:
                match file.read().split():
                    case [first, *others]:
                        size = len(others)
                    case _:
                        first, size = "", 0
            return first, size


        class Box:
            def __init__(self):
                self.__items = []

            async def fill(self, path):
                with open(path) as file:
                    __line = file.readline()
                self.__items.append(__line)
                return __line


        async def many(path):
            first = Path(path).read_text()
            second = Path(path).read_text()
            third = first + second
            Path(path).write_text(third)
            return first, second, third


        async def nothing(path):
            Path(path).mkdir()
            Path(path, "a").touch()
            use_files = 1
            return use_files
        """,
        """
        from pathlib import Path

        from _aio import offload


        async def push(value):
            return value


        async def counts(path, total):
            total += 1

            def read_total():
                nonlocal total
                with open(path) as file:
                    total += len(file.read())

            await offload(read_total)
            return total


        async def looped(paths):
            seen = 0

            def read_seen():
                nonlocal seen
                for path in paths:
                    with open(path) as file:
                        line = file.readline()
                    seen += len(line)

            await offload(read_seen)
            return seen


        async def waits_inside(paths):
            found = []
            for path in paths:
                def read_text():
                    with open(path) as file:
                        text = file.read()
                    return text

                text = await offload(read_text)
                found.append(await push(text))
            return found


        async def used_or_not(path, wanted):
            if wanted:
                def read_value():
                    with open(path) as file:
                        value = file.read()
                        size = len(value)
                        print(size)
                    return value

                value = await offload(read_value)
            print(value)


        async def bound_anew(path, other):
            def read_text():
                with open(path) as file:
                    text = file.read()
                return text

            text = await offload(read_text)
            await push(text)

            def read_text_2():
                with open(other) as file:
                    text = file.read()
                return text

            text = await offload(read_text_2)
            return text


        async def annotated(path):
            size: int = 0

            def read_size():
                with open(path) as file:
                    size: int = len(file.read())
                return size

            size = await offload(read_size)
            return size


        async def seen_by_function(path):
            count = 0

            def show():
                print(count)

            def read_count():
                nonlocal count
                with open(path) as file:
                    count = len(file.read())

            await offload(read_count)
            show()


        async def seen_later(path):
            def read_text():
                with open(path) as file:
                    text = file.read()
                return text

            text = await offload(read_text)
            return lambda: text


        async def after_failure(path):
            line = ""

            def read_line():
                nonlocal line
                try:
                    with open(path) as file:
                        line = file.readline()
                        line += file.readline()
                except ValueError:
                    print(line)

            await offload(read_line)
            return line


        async def matched(path):
            def read_first_and_size():
                with open(path) as file:
                    match file.read().split():
                        case [first, *others]:
                            size = len(others)
                        case _:
                            first, size = "", 0
                return first, size

            first, size = await offload(read_first_and_size)
            return first, size


        class Box:
            def __init__(self):
                self.__items = []

            async def fill(self, path):
                def read_line():
                    with open(path) as file:
                        __line = file.readline()
                    return __line

                __line = await offload(read_line)
                self.__items.append(__line)
                return __line


        async def many(path):
            def read_first_and_more():
                first = Path(path).read_text()
                second = Path(path).read_text()
                third = first + second
                Path(path).write_text(third)
                return first, second, third

            first, second, third = await offload(read_first_and_more)
            return first, second, third


        async def nothing(path):
            def use_files_2():
                Path(path).mkdir()
                Path(path, "a").touch()

            await offload(use_files_2)
            use_files = 1
            return use_files
        """,
        mutations=False,
    )


def test_layout_survives() -> None:
    """Lines move as they are: strings, comments and shared lines included."""
    check_converts(
        r'''
        import os
        import shutil
        from pathlib import Path


        async def strings(path):
            with open(path, "w") as file:
                file.write("""one
            two
        """)
                file.write(f"""{path}
        \ttail
        """ "a\
        b")


        async def same_line(path):
            if path: shutil.copy(path, path + "~")
            text = Path(path).read_text(); upper = text.upper()
            os.remove(path); os.remove(path + "~")
            return text, upper


        async def shared_line(path):
            first = path; text = Path(first).read_text()
            os.remove(path); done = True
            return text, done


        async def comments(path):
            done = False
            # What is written.
            with open(path) as file:
                # It may be long,
            # and badly indented.
                text = file.read()  # all of it
                # That is all.
            # The end.
            return text, done


        async def decorated(path):
            """Documented."""
            with open(
                path,
                "w",
            ) as file, open(path) as other:
                file.write(
                    other.read()
                )


        async def other_level(path):
            while path:
                try:
                    pass
                finally:
                    with open(path) as file:
                        print(file.read())
                path = ""
        ''',
        r'''
        import os
        import shutil
        from pathlib import Path

        from _aio import offload


        async def strings(path):
            def use_files():
                with open(path, "w") as file:
                    file.write("""one
            two
        """)
                    file.write(f"""{path}
        \ttail
        """ "a\
        b")

            await offload(use_files)


        async def same_line(path):
            if path: await offload(shutil.copy, path, path + "~")

            def read_text_and_upper():
                text = Path(path).read_text(); upper = text.upper()
                os.remove(path); os.remove(path + "~")
                return text, upper

            text, upper = await offload(read_text_and_upper)
            return text, upper


        async def shared_line(path):
            first = path; text = await offload(Path(first).read_text)
            await offload(os.remove, path); done = True
            return text, done


        async def comments(path):
            done = False
            # What is written.
            def read_text():
                with open(path) as file:
                    # It may be long,
                # and badly indented.
                    text = file.read()  # all of it
                    # That is all.
                return text

            text = await offload(read_text)
            # The end.
            return text, done


        async def decorated(path):
            """Documented."""

            def use_files():
                with open(
                    path,
                    "w",
                ) as file, open(path) as other:
                    file.write(
                        other.read()
                    )

            await offload(use_files)


        async def other_level(path):
            def read_path():
                nonlocal path
                while path:
                    try:
                        pass
                    finally:
                        with open(path) as file:
                            print(file.read())
                    path = ""

            await offload(read_path)
        ''',
        mutations=False,
    )


def test_expressions_move_whole() -> None:
    """An expression moves with all its waits, and no further than it has to."""
    check_converts(
        """
        from pathlib import Path


        def size_on_disk(path):
            with open(path, "rb") as file:
                return len(file.read())


        def lines_of(path):
            with open(path) as file:
                yield from file


        async def push(value):
            return value


        async def printed(path):
            print(open(path).read())


        async def ordered(paths: list[Path]):
            return sorted(paths, key=size_on_disk)


        async def listed(path: Path):
            return sorted(one.name for one in path.iterdir())


        async def mapped(paths: list[Path]):
            return {one: size_on_disk(one) for one in paths}


        async def collected(path):
            return list(lines_of(path))


        async def searched(path):
            return any("x" in line for line in lines_of(path))


        async def by_text(paths: list[Path]):
            return max(paths, key=lambda one: one.read_text())


        async def counted(path):
            return sum(1 for number, line in enumerate(lines_of(path)) if number)


        async def started(path):
            return next(lines_of(path), None)


        async def either(path: Path, other: Path):
            if path.read_text() or other.read_text():
                await push(1)
            while not size_on_disk(path):
                await push(2)
            return [await push(one.read_text()) for one in (path, other)]


        async def mixed(path: Path):
            pushed = await push(path.read_text() + await push(path.read_bytes()))
            print(f"{path.read_text()!r:>{size_on_disk(path)}}", await push(pushed))
            return path.read_text() if pushed else await push(path.read_text())


        async def chosen(path: Path):
            match path.read_text():
                case "a" if path.read_bytes():
                    await push(path)
            for name in path.read_text().split():
                await push(name)
            for name in path.read_text().split():
                print(name)
            if (text := path.read_text()):
                await push(text)
            assert path.read_text(), path.read_bytes()
            return path.read_text(), (path.read_bytes())


        class Page:
            def __init__(self, path: Path):
                self.path = path

            @property
            def text(self):
                return self.path.read_text()

            def save(self, text):
                self.path.write_text(text)


        class Copy(Page):
            async def keep(self):
                super().save(self.text)
                self.save(self.text.upper())
        """,
        """
        from pathlib import Path

        from _aio import offload


        def size_on_disk(path):
            with open(path, "rb") as file:
                return len(file.read())


        def lines_of(path):
            with open(path) as file:
                yield from file


        async def push(value):
            return value


        async def printed(path):
            print(await offload(lambda: open(path).read()))


        async def ordered(paths: list[Path]):
            return await offload(sorted, paths, key=size_on_disk)


        async def listed(path: Path):
            return await offload(lambda: sorted(one.name for one in path.iterdir()))


        async def mapped(paths: list[Path]):
            return await offload(lambda: {one: size_on_disk(one) for one in paths})


        async def collected(path):
            return await offload(lambda: list(lines_of(path)))


        async def searched(path):
            return await offload(lambda: any("x" in line for line in lines_of(path)))


        async def by_text(paths: list[Path]):
            return await offload(lambda: max(paths, key=lambda one: one.read_text()))


        async def counted(path):
            return await offload(lambda: sum(1 for number, line in enumerate(lines_of(path)) if number))


        async def started(path):
            return await offload(lambda: next(lines_of(path), None))


        async def either(path: Path, other: Path):
            if await offload(lambda: path.read_text() or other.read_text()):
                await push(1)
            while not await offload(size_on_disk, path):
                await push(2)
            return [await push(await offload(one.read_text)) for one in (path, other)]


        async def mixed(path: Path):
            pushed = await push(await offload(path.read_text) + await push(await offload(path.read_bytes)))
            print(await offload(lambda: f"{path.read_text()!r:>{size_on_disk(path)}}"), await push(pushed))
            return await offload(path.read_text) if pushed else await push(await offload(path.read_text))


        async def chosen(path: Path):
            match await offload(path.read_text):
                case "a" if await offload(path.read_bytes):
                    await push(path)
            for name in (await offload(path.read_text)).split():
                await push(name)
            for name in (await offload(path.read_text)).split():
                print(name)
            if (text := await offload(path.read_text)):
                await push(text)

            def chosen_in_thread():
                assert path.read_text(), path.read_bytes()
                return path.read_text(), (path.read_bytes())

            return await offload(chosen_in_thread)


        class Page:
            def __init__(self, path: Path):
                self.path = path

            @property
            def text(self):
                return self.path.read_text()

            def save(self, text):
                self.path.write_text(text)


        class Copy(Page):
            async def keep(self):
                await offload(super().save, await offload(lambda: self.text))
                await offload(lambda: self.save(self.text.upper()))
        """,
        mutations=False,
    )


def test_a_named_entry_becomes_async() -> None:
    """A function that the user names is async, and offloads what blocks in it."""
    check_converts(
        """
        import json
        from pathlib import Path


        def load(path):
            with open(path) as file:
                return json.load(file)


        def main(path):
            config = load(path)
            text = Path(path).read_text()
            Path(path).unlink()
            return config, text


        if __name__ == "__main__":
            main("config.json")
        """,
        """
        import json
        from pathlib import Path

        from _aio import offload, run


        def load(path):
            with open(path) as file:
                return json.load(file)


        async def main(path):
            config = await offload(load, path)

            def read_text():
                text = Path(path).read_text()
                Path(path).unlink()
                return text

            text = await offload(read_text)
            return config, text


        if __name__ == "__main__":
            run(main("config.json"))
        """,
        entry=("program:main",),
    )


def test_tabs_and_line_endings_are_kept() -> None:
    """A function is indented as the file is, and its lines end like the others."""
    before = "async def text(path):\n\twith open(path) as file:\n\t\ttext = file.read()\n\treturn text\n"
    after = (
        "from _aio import offload\n\n\n"
        "async def text(path):\n\tdef read_text():\n\t\twith open(path) as file:\n\t\t\ttext = file.read()\n\t\treturn text\n\n"
        "\ttext = await offload(read_text)\n\treturn text\n"
    )
    check_converts(before, after, mutations=False)
    check_converts(before.replace("\n", "\r\n"), after.replace("\n", "\r\n"), mutations=False)


def test_what_cannot_move_is_kept_with_its_reason() -> None:
    """A block that awaits, leaves its loop, or looks around stays, and the report says which line is to blame."""
    conversion = convert(
        """
        import logging
        from pathlib import Path


        def lines_of(path):
            with open(path) as file:
                yield from file


        async def push(value):
            return value


        async def awaits(path):
            with open(path) as file:
                await push(file)


        async def iterates(path):
            for line in lines_of(path):
                await push(line)


        async def leaves_loop(paths):
            for path in paths:
                with open(path) as file:
                    if file.read():
                        break
                await push(path)


        async def looks_around(path):
            with open(path) as file:
                print(file.read(), locals())


        async def deletes(path):
            with open(path) as file:
                text = file.read()
                del text


        async def raises_again(path):
            try:
                await push(path)
            except OSError:
                with open(path) as file:
                    print(file.read())
                    raise


        async def logs(path):
            try:
                await push(path)
            except OSError:
                with open(path) as file:
                    logging.exception(file.read())


        async def half_done(path):
            try:
                with open(path) as file:
                    first = file.readline()
                    second = file.readline()
            except ValueError:
                return first
            return second


        async def carried(paths):
            for number, path in enumerate(paths):
                with open(path) as file:
                    if number:
                        print(last)
                    last = file.read()
                await push(path)


        async def started(path):
            return next(lines_of(path))


        async def stored(path):
            lines = lines_of(path)
            later = lambda: Path(path).read_text()
            return lines, later


        async def sealed(path):
            def inner(value=Path(path).read_text()):
                return value

            return inner


        class Counter:
            total = 0

            async def add(self, path):
                self.total += len(Path(path).read_text())

            async def keep(self, path):
                with open(path) as file:
                    self.total = len(file.read())
        """
    )
    check_reasons(
        conversion,
        "entered and left in threads: the `with` in line 15 cannot move to a thread whole: line 16 awaits",
        "read in threads, step by step: the `for` in line 20 cannot move to a thread whole: line 21 awaits",
        "line 28 leaves the loop around it",
        "line 34 calls locals(), which looks at the function around it",
        "line 40 deletes a name",
        "line 49 raises the exception that is being handled",
        "line 57 looks at the exception that is being handled",
        "first may be unbound when it is read",
        "last may be unbound when it is read",
        "line 80 may raise StopIteration, which no thread can hand back",
        "what it makes waits where it is used later, and that is not here",
        "line 100 reads `self.total` before it waits",
        "line 104 assigns to `self.total`, which other tasks may see",
    )


def test_what_belongs_to_the_loop_stays_on_it() -> None:
    """What starts a task blocks as before: in a thread there is no event loop to start it on."""
    check_unchanged(
        """
        import asyncio


        async def push(value):
            return value


        def schedule(path):
            with open(path) as file:
                return asyncio.create_task(push(file.read()))


        async def starts(path):
            await schedule(path)
        """,
        "it uses the event loop, or what belongs to the task that runs",
    )


def test_a_server_stays_on_the_main_thread() -> None:
    """Ctrl-C ends it, which reaches no other; what it is made with waits in a thread."""
    check_converts(
        """
        import http.server
        import time


        def handler():
            with open("handler.txt") as file:
                return file.read() and http.server.SimpleHTTPRequestHandler


        def serve():
            time.sleep(1)
            http.server.HTTPServer(("", 8080), handler()).serve_forever()
        """,
        """
        import asyncio
        import http.server

        from _aio import offload


        def handler():
            with open("handler.txt") as file:
                return file.read() and http.server.SimpleHTTPRequestHandler


        async def serve():
            await asyncio.sleep(1)
            http.server.HTTPServer(("", 8080), await offload(handler)).serve_forever()
        """,
        entry=("program:serve",),
    )


def test_what_sets_a_context_variable_waits_in_its_task() -> None:
    """In a thread it would set it in a copy; as a coroutine it sets the caller's, and leaves for the rest only."""
    check_converts(
        """
        import contextvars

        NAME = contextvars.ContextVar("NAME")


        def rename(path):
            with open(path) as file:
                NAME.set(file.read())


        async def renames(path):
            rename(path)
        """,
        """
        import contextvars

        from _aio import entered, offload

        NAME = contextvars.ContextVar("NAME")


        async def rename(path):
            async with entered(lambda: open(path)) as file:
                NAME.set(await offload(file.read))


        async def renames(path):
            await rename(path)
        """,
    )


def test_units_do_what_the_statements_did() -> None:
    """Values, order of output, exceptions and files are the same when blocks and expressions run in threads."""
    check_runs_alike(
        """
        import asyncio
        import json
        from pathlib import Path


        def size_on_disk(path):
            with open(path, "rb") as file:
                return len(file.read())


        def lines_of(path):
            with open(path) as file:
                yield from file


        async def write(path, *texts):
            number = 0
            with open(path, "w") as file:
                for number, text in enumerate(texts, 1):
                    file.write(text + "\\n")
            return number


        async def read(path):
            text, lines = "", []
            try:
                with open(path) as file:
                    text = file.readline()
                    lines += file.readlines()
                    json.loads("".join(lines))
            except ValueError as error:
                print("failed", error, repr(text))
            finally:
                print("finally", repr(text), lines)
            return text, lines


        async def summary(path):
            if not Path(path).exists():
                return None
            with open(path) as file:
                total = 0
                for line in file:
                    if not line.strip():
                        continue
                    total += len(line)
                else:
                    return total, [len(line) for line in lines_of(path)]


        async def missing(path):
            try:
                with open(path) as file:
                    return file.read()
            except FileNotFoundError as error:
                return type(error).__name__


        async def main():
            print(await write("a.txt", "one", "two", ""), await write("b.txt", "{}", "[1]"))
            print(await read("a.txt"), await read("b.txt"))
            print(await summary("a.txt"), await summary("c.txt"), await missing("c.txt"))
            paths = [Path("a.txt"), Path("b.txt")]
            print(sorted(paths, key=size_on_disk), {one.name: one.read_text() for one in paths})
            print([line for path in paths for line in lines_of(path)], next(lines_of("a.txt"), None))
            print(any("two" in line for line in lines_of("a.txt")) and Path("b.txt").read_text())
            Path("a.txt").unlink()


        asyncio.run(main())
        """
    )


def test_what_the_author_awaits_is_made_on_the_event_loop() -> None:
    """A call whose result is awaited is one of something asynchronous, whatever else it may run by its name."""
    check_unchanged(
        """
        class Stream:
            def __init__(self, path):
                self.file = open(path)

            def read_some(self, size):
                return self.file.read(size)


        async def respond(stream, send):
            while data := await stream.read_some(10):
                await send(data)
        """,
        "what it gives is awaited, and so is made on the event loop",
        mutations=False,
    )


MANAGED = """
    from contextlib import contextmanager
    from pathlib import Path


    class Store:
        def __init__(self, path):
            self.path = path

        def __enter__(self):
            self.file = open(self.path)
            return self.file

        def __exit__(self, kind, error, trace):
            self.file.close()
            RETURN


    @contextmanager
    def opened(path):
        file = open(path)
        try:
            yield file
        except OSError:
            HANDLE
        finally:
            file.close()


    async def first(path):
        with Store(path) as file:
            text = file.read()
        return text


    async def second(path):
        with opened(path) as file:
            text = file.read()
        return text
"""


def test_a_block_under_a_context_manager_that_lets_exceptions_pass_moves_whole() -> None:
    """What it binds is bound after it: `__exit__` returns nothing that is true, and the generator raises again."""
    text = convert(MANAGED.replace("RETURN", "return None").replace("HANDLE", "raise")).files["program.py"]
    assert text.count("text = await offload(read_text)") == 2


def test_a_block_under_a_context_manager_that_may_stop_exceptions_stays() -> None:
    """What it binds may be unbound after it, where the name is read."""
    stopping = MANAGED.replace("RETURN", "return kind is OSError").replace("HANDLE", "print('no')")
    text = convert(stopping).files.get("program.py", "")
    assert "offload(read_text)" not in text


def test_what_a_function_out_of_a_table_is_given_is_known_in_it() -> None:
    """The one call of a command hands it a client, whose methods wait; nothing in the command says what it is."""
    text = convert(
        """
        import smtplib
        import time


        def send(client, text):
            time.sleep(1)
            return client.verify(text)


        def leave(client, text):
            return client.quit()


        COMMANDS = {"send": send, "leave": leave}


        def main(name):
            client = smtplib.SMTP("localhost")
            print(COMMANDS[name](client, "x"))


        if __name__ == "__main__":
            main("send")
        """
    ).files["program.py"]
    assert "return await offload(client.verify, text)" in text


STORES = """
    import sqlite3
    import time
    from typing import Protocol


    class Store(Protocol):
        def get(self, key): ...

        def put(self, key, value): ...


    class Getting:
        def get(self, key):
            GET


    class Table(Getting):
        def __init__(self):
            self.connection = sqlite3.connect(":memory:")

        def put(self, key, value):
            self.connection.execute("insert into items values (?, ?)", (key, value))


    def work(store: Store):
        time.sleep(0)
        store.put("a", 1)
        return store.get("a")


    if __name__ == "__main__":
        print(work(Table()))
"""


def test_what_implements_a_protocol_runs_where_it_is_called() -> None:
    """The checker names the Protocol's methods, which do nothing; what runs waits, and may be inherited."""
    text = convert(STORES.replace("GET", 'return open(key, "x")')).files["program.py"]
    assert 'offload_in("sqlite3", store.put, "a", 1)' in text
    assert 'return await offload(store.get, "a")' in text


def test_what_a_protocols_implementer_inherits_becomes_async_with_it() -> None:
    """No class has both methods of its own; the one that is inherited is awaited where the Protocol is called."""
    text = convert(STORES.replace("GET", "time.sleep(1)")).files["program.py"]
    assert text.count("async def get(self, key)") == 2
    assert 'return await store.get("a")' in text


HOOKS = """
    import time
    import urllib.request


    class Api:
        def __getattr__(self, name):
            def call(**params):
                return urllib.request.urlopen(name).read()

            return call


    class Bot:
        def __init__(self, api):
            self.api = api
            self.hooks = []

        def on_start(self, function):
            self.hooks.append(function)
            return function

        def run(self):
            for function in self.hooks:
                function(self)
            time.sleep(1)


    def build():
        bot = Bot(Api())

        @bot.on_start
        def hello(bot):
            bot.api.set_commands(commands=["start"])

        return bot


    if __name__ == "__main__":
        build().run()
"""


def test_what_a_registered_function_asks_of_its_parameter_waits() -> None:
    """Nothing tells what the parameter is but the call out of a list, and the method is made by `__getattr__`."""
    assert "await offload(function, self)" in convert(HOOKS).files["program.py"]
    method = HOOKS.replace("def __getattr__(self, name)", "def set_commands(self, commands)").replace(
        "def call(**params):\n                return urllib.request.urlopen(name).read()\n\n            return call",
        "return urllib.request.urlopen(commands[0]).read()",
    )
    assert "await offload(function, self)" in convert(method).files["program.py"]


def test_what_a_decorator_keeps_that_is_not_understood_runs_where_a_scan_finds_it() -> None:
    """The method returns a function or its argument: what is under it stays sync, and what calls it goes to a thread."""
    text = convert(
        """
        import time
        import urllib.request


        class Bus:
            def __init__(self):
                self.handlers = {}

            def on(self, name, handler=None):
                if handler is None:
                    return lambda function: self.on(name, function)
                self.handlers.setdefault(name, []).append(handler)
                return handler

            def emit(self, name):
                for handler in list(self.handlers[name]):
                    handler(name)


        bus = Bus()


        @bus.on("sold")
        def tell(item):
            urllib.request.urlopen(item)


        def main():
            time.sleep(1)
            bus.emit("sold")


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert 'await offload(bus.emit, "sold")' in text


def test_a_statement_that_stores_moves_into_a_function() -> None:
    """`store[key] = value`, `del store[key]` and a property's setter wait, and no expression can hold them."""
    check_converts(
        """
        import time


        class Store:
            def __setitem__(self, key, value):
                open(key, "w").write(value)

            def __delitem__(self, key):
                open(key, "w").close()

            @property
            def name(self):
                return "store"

            @name.setter
            def name(self, name):
                open(name, "w").close()


        def change(store: Store, keys):
            for key in keys:
                store[key] = "x"  # one after the other
                time.sleep(1)
            store["a"] += "y"
            time.sleep(1)
            del store["b"]
            time.sleep(1)
            store.name = "n"


        if __name__ == "__main__":
            change(Store(), ["a"])
        """,
        """
        import asyncio

        from _aio import offload, run


        class Store:
            def __setitem__(self, key, value):
                open(key, "w").write(value)

            def __delitem__(self, key):
                open(key, "w").close()

            @property
            def name(self):
                return "store"

            @name.setter
            def name(self, name):
                open(name, "w").close()


        async def change(store: Store, keys):
            for key in keys:
                def use_files():
                    store[key] = "x"  # one after the other

                await offload(use_files)
                await asyncio.sleep(1)

            def use_files_2():
                store["a"] += "y"

            await offload(use_files_2)
            await asyncio.sleep(1)

            def use_files_3():
                del store["b"]

            await offload(use_files_3)
            await asyncio.sleep(1)

            def use_files_4():
                store.name = "n"

            await offload(use_files_4)


        if __name__ == "__main__":
            run(change(Store(), ["a"]))
        """,
        mutations=False,
    )


def test_what_a_parameter_without_a_type_is_given_tells_what_its_operators_run() -> None:
    """Nothing unknown is called on `store`: the checker says nothing of items of what it does not know."""
    text = convert(
        """
        import time


        class Store:
            def __setitem__(self, key, value):
                open(key, "w").write(value)

            def __contains__(self, key):
                return bool(open(key).read())


        def change(store):
            time.sleep(1)
            if "a" in store:
                time.sleep(1)
            store["a"] = "x"


        if __name__ == "__main__":
            change(Store())
        """
    ).files["program.py"]
    assert 'if await offload(lambda: "a" in store):' in text
    assert 'def use_files():\n        store["a"] = "x"\n\n    await offload(use_files)' in text
