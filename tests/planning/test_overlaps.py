"""Overlaps: which loops are proven to be harmless when they wait together, and what stands in the way of the others."""

from tests.check import check_converts
from tests.planning.programs import check_reasons, check_runs_alike, convert
from tests.serving.http_server import Recorded, Reply, Route, text_reply


def test_proven_loops_wait_together() -> None:
    """Comprehensions and append loops that only read become a gather; a body of several statements, a function."""
    check_converts(
        """
        import requests

        URLS = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"]


        def get(url: str) -> str:
            return requests.get(url, timeout=5).text


        def plain() -> list[str]:
            return [get(url) for url in URLS]


        def filtered(urls: list[str]) -> list[str]:
            return [get(url) for url in urls if url.startswith("http")]


        def appended(n: int) -> list[str]:
            results = []
            for i in range(n):
                results.append(get(f"{URLS[0]}/{i}"))
            return results


        def annotated(urls: list[str]) -> list[str]:
            # All of them.
            results: list[str] = []  # in order
            # One by one.
            for url in urls:  # politely
                # The body of each.
                results.append(get(url))  # done
            return results


        def numbered(urls: list[str]):
            pages = []
            for number, url in enumerate(urls):
                text = get(url)
                # Where it stands.
                page = {"number": number}
                page["text"] = text
                pages.append(page)
            return pages


        def tried(table: dict[str, str]):
            found = []
            for name, url in table.items():
                try:
                    page = get(url)
                except requests.RequestException:
                    page = ""
                found.append((name, page))
            return found


        def unused(table: dict[str, str]):
            answers = ["first"]
            for _, _ in table.items():
                text = get(URLS[0])
                answers.append(
                    text.upper(),  # loud
                )
            print(answers)


        def multi(urls: tuple[str, ...]):
            parts = []
            for url in urls:
                body = get(url)
                parts.append(
                    body.strip()
                    + "."
                )
            return parts


        def twice(urls: list[str]):
            found = []
            for url in urls:
                found.append(get(url))
            for url in urls:
                found.append(get(url + "/b"))
            return found


        def nested(groups: list[list[str]]):
            found = []
            for urls in groups:
                for url in urls:
                    found.append(get(url))
            return found


        def inner(groups: list[list[str]]):
            every = []
            for urls in groups:
                found = []
                for url in urls:
                    found.append(get(url))
                every.append(found)
            return every


        def written_out():
            found = list()
            for url in "a", "b":
                found.append((get(url)))
            return found


        class Reader:
            def __init__(self, base: str):
                self.base = base

            @property
            def root(self):
                return self.base.rstrip("/")

            def page(self, path):
                return get(self.root + path)

            def pages(self, paths: list[str]):
                return [self.page(path) for path in paths]


        def main():
            plain()
            filtered(URLS)
            appended(3)
            annotated(URLS)
            numbered(URLS)
            tried({})
            unused({})
            multi(("a",))
            twice(URLS)
            nested([URLS])
            inner([URLS])
            written_out()
            Reader(URLS[0]).pages(URLS)


        if __name__ == "__main__":
            main()
        """,
        """
        import aiohttp

        from _aio import fetch, gather, run, shared

        URLS = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"]


        async def get(url: str) -> str:
            return await (await fetch(shared(aiohttp.ClientSession).get(url, timeout=aiohttp.ClientTimeout(sock_connect=5, sock_read=5)))).text()


        async def plain() -> list[str]:
            return await gather(get(url) for url in URLS)


        async def filtered(urls: list[str]) -> list[str]:
            return await gather(get(url) for url in urls if url.startswith("http"))


        async def appended(n: int) -> list[str]:
            results = await gather(get(f"{URLS[0]}/{i}") for i in range(n))
            return results


        async def annotated(urls: list[str]) -> list[str]:
            # All of them.
            # in order
            # One by one.
            # politely
            # The body of each.
            results: list[str] = await gather(get(url) for url in urls)  # done
            return results


        async def numbered(urls: list[str]):
            async def fetch_page(number, url):
                text = await get(url)
                # Where it stands.
                page = {"number": number}
                page["text"] = text
                return page

            pages = await gather(fetch_page(number, url) for number, url in enumerate(urls))
            return pages


        async def tried(table: dict[str, str]):
            async def fetch_found(name, url):
                try:
                    page = await get(url)
                except aiohttp.ClientError:
                    page = ""
                return (name, page)

            found = await gather(fetch_found(name, url) for name, url in table.items())
            return found


        async def unused(table: dict[str, str]):
            answers = ["first"]

            async def fetch_answer():
                text = await get(URLS[0])
                return (
                    text.upper()  # loud
                )

            answers.extend(await gather(fetch_answer() for _, _ in table.items()))
            print(answers)


        async def multi(urls: tuple[str, ...]):
            async def fetch_part(url):
                body = await get(url)
                return (
                    body.strip()
                    + "."
                )

            parts = await gather(fetch_part(url) for url in urls)
            return parts


        async def twice(urls: list[str]):
            found = await gather(get(url) for url in urls)
            found.extend(await gather(get(url + "/b") for url in urls))
            return found


        async def nested(groups: list[list[str]]):
            found = []
            for urls in groups:
                found.extend(await gather(get(url) for url in urls))
            return found


        async def inner(groups: list[list[str]]):
            async def fetch_every(urls):
                found = []
                for url in urls:
                    found.append(await get(url))
                return found

            every = await gather(fetch_every(urls) for urls in groups)
            return every


        async def written_out():
            found = await gather((get(url)) for url in ("a", "b"))
            return found


        class Reader:
            def __init__(self, base: str):
                self.base = base

            @property
            def root(self):
                return self.base.rstrip("/")

            async def page(self, path):
                return await get(self.root + path)

            async def pages(self, paths: list[str]):
                return await gather(self.page(path) for path in paths)


        async def main():
            await plain()
            await filtered(URLS)
            await appended(3)
            await annotated(URLS)
            await numbered(URLS)
            await tried({})
            await unused({})
            await multi(("a",))
            await twice(URLS)
            await nested([URLS])
            await inner([URLS])
            await written_out()
            await Reader(URLS[0]).pages(URLS)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_proven_loops_wait_together_in_threads() -> None:
    """At level offload an overlap is an await point as well, and what waits is a unit."""
    check_converts(
        """
        import requests


        def get(url):
            return requests.get(url).text


        def main(urls: list[str]):
            pages = []
            for url in urls:
                text = get(url)
                pages.append(text.strip())
            return pages, [get(url) for url in urls]


        if __name__ == "__main__":
            main(["http://127.0.0.1:9"])
        """,
        """
        import requests

        from _aio import gather, offload, run


        def get(url):
            return requests.get(url).text


        async def main(urls: list[str]):
            def fetch_page(url):
                text = get(url)
                return text.strip()

            pages = await gather(offload(fetch_page, url) for url in urls)
            return pages, await gather(offload(get, url) for url in urls)


        if __name__ == "__main__":
            run(main(["http://127.0.0.1:9"]))
        """,
        level="offload",
        mutations=False,
    )


CONDITIONS = """
import time
from pathlib import Path

import requests

URLS = ["http://127.0.0.1:9/a"]


def get(url: str) -> str:
    return requests.get(url).text


def read_urls() -> list[str]:
    return requests.get("http://127.0.0.1:9/").text.split()


def untyped(urls):
    return [get(url) for url in urls]


def waiting_iterable():
    return [get(url) for url in read_urls()]


def waiting_loop():
    found = []
    for url in read_urls():
        found.append(get(url))
    return found


def generator_iterable(urls: list[str]):
    found = []
    for url in (one.strip() for one in urls):
        found.append(get(url))
    return found


def used_after(urls: list[str]):
    found = []
    for url in urls:
        found.append(get(url))
    return found, url


def reads_list(urls: list[str]):
    found = []
    for url in urls:
        found.append(get(url + str(len(found))))
    return found


def parameter(urls: list[str], found: list[str]):
    for url in urls:
        found.append(get(url))


class Crawler:
    def __init__(self):
        self.found = []

    def crawl(self, urls: list[str]):
        for url in urls:
            self.found.append(get(url))

    def shared(self, urls: list[str]):
        self.found = found = []
        for url in urls:
            found.append(get(url))

    def alias(self, urls: list[str]):
        found = self.found
        for url in urls:
            found.append(get(url))
        return found


def conditional(urls: list[str]):
    found = []
    for url in urls:
        text = get(url)
        if text:
            found.append(text)
    return found


def carried(urls: list[str]):
    found = []
    last = ""
    for url in urls:
        last = get(url + last)
        found.append(last)
    return found


def early(urls: list[str]):
    found = []
    for url in urls:
        text = get(url)
        if not text:
            break
        found.append(text)
    return found


def skips(urls: list[str]):
    found = []
    for url in urls:
        text = get(url)
        if not text:
            continue
        found.append(text)
    return found


def partial(urls: list[str]):
    found = []
    try:
        for url in urls:
            found.append(get(url))
    except requests.RequestException:
        return found
    return found


def finished(urls: list[str]):
    found = []
    for url in urls:
        found.append(get(url))
    else:
        print("all")
    return found


def a_dict(urls: list[str]):
    return {url: get(url) for url in urls}


def a_set(urls: list[str]):
    return {get(url) for url in urls}


def crowded(urls: list[str]): return [get(url).upper() for url in urls]


def walrus(urls: list[str]):
    texts = [get(last := url) for url in urls]
    return texts, last


def dict_loop(urls: list[str]):
    table = {}
    for url in urls:
        table[url] = get(url)
    return table


def handed(urls: list[str], sink):
    found = []
    sink.append(found)
    for url in urls:
        found.append(get(url))


def attribute_target(box, urls: list[str]):
    found = []
    for box.url in urls:
        found.append(get(box.url))
    return found


def lazily(groups: list[list[str]]):
    time.sleep(0)
    return any([requests.get(url).text for url in urls] for urls in groups)


def politely(urls: list[str]):
    found = []
    for url in urls:
        time.sleep(1)
        found.append(get(url))
    return found


def files(paths: list[Path]):
    time.sleep(0)
    return [path.read_text() for path in paths]


def main():
    crawler = Crawler()
    untyped(URLS), waiting_iterable(), waiting_loop(), generator_iterable(URLS), used_after(URLS), reads_list(URLS)
    parameter(URLS, []), crawler.crawl(URLS), crawler.shared(URLS), crawler.alias(URLS), conditional(URLS)
    carried(URLS), early(URLS), skips(URLS), partial(URLS), finished(URLS), print()
    a_dict(URLS), a_set(URLS), crowded(URLS), walrus(URLS), dict_loop(URLS), handed(URLS, [])
    attribute_target(crawler, URLS), lazily([URLS]), politely(URLS), files([])


if __name__ == "__main__":
    main()
"""


def test_what_a_loop_looks_like_decides() -> None:
    """Each condition that fails is named in a suggestion, and the waits stay one after another."""
    conversion = convert(CONDITIONS)
    assert "gather" not in conversion.files["program.py"]
    check_reasons(
        conversion,
        "it is not known what going through `urls` does",
        "`read_urls()` waits itself",
        "it is not known what going through `(one.strip() for one in urls)` does",
        "url is used after the loop",
        "an iteration reads found",
        "found is a parameter: the caller has the list, too",
        "self.found is no list of the function's own",
        "makes found something other than a new list",
        "not every iteration ends by appending to a list",
        "last comes from an earlier iteration",
        "may leave the loop or an iteration early",
        "found may be read after a failure, with what came before it",
        "the loop has an `else`",
        "it builds a dict; a list of pairs could overlap",
        "it builds a set; a list could overlap",
        "it stands in a generator expression",
        "an item takes more than one call, and there is no room for a function in front of it",
        "it binds a name that is seen outside",
        "may hand found on before the loop",
        "the loop assigns to `box.url`",
        "pauses between them",
        "rarely waits long enough",
    )


def test_an_item_of_several_calls_becomes_a_function() -> None:
    """It stands in front of the statement, at both levels, and is given the variables that it uses."""
    before = """
    import requests

    URLS = ["http://127.0.0.1:9/a"]


    def main():
        pages = [(number, requests.get(url).json()) for number, url in enumerate(URLS) if url]
        print(pages)


    if __name__ == "__main__":
        main()
    """
    conversion = convert(before)
    assert (
        "".join(conversion.files["program.py"].partition("async def main")[1:])
        == """async def main():
    async def fetch_page(number, url):
        return (number, await (await fetch(shared(aiohttp.ClientSession).get(url))).json())

    pages = await gather(fetch_page(number, url) for number, url in enumerate(URLS) if url)
    print(pages)


if __name__ == "__main__":
    run(main())
"""
    )
    conversion = convert(before, level="offload")
    assert (
        "".join(conversion.files["program.py"].partition("async def main")[1:])
        == """async def main():
    def fetch_page(number, url):
        return (number, requests.get(url).json())

    pages = await gather(offload(fetch_page, number, url) for number, url in enumerate(URLS) if url)
    print(pages)


if __name__ == "__main__":
    run(main())
"""
    )


def test_the_server_and_the_user_see_the_same() -> None:
    """Results come in order, the first failure of the loop is the one that is raised, and the requests are the same."""
    program = """
    import os
    import requests

    BASE = os.environ["BASE_URL"]
    PATHS = ["/a", "/b", "/missing", "/c", "/broken"]


    def get(path):
        response = requests.get(BASE + path)
        if response.status_code == 404:
            raise KeyError(path)
        return response.text


    def tolerant(paths: list[str]):
        found: list[str] = []
        for number, path in enumerate(paths):
            try:
                text = get(path)
            except KeyError as error:
                text = f"no {error}"
            found.append(f"{number}: {text}")
        return found


    def strict(paths: list[str]):
        found = []
        for path in paths:
            found.append(get(path))
        return found


    def main():
        print(tolerant(PATHS))
        print([get(path) for path in PATHS if path < "/c"])
        print(strict(["/b", "/a", "/c"]))
        try:
            print(strict(["/missing"]))
        except KeyError as error:
            print("failed", error)


    if __name__ == "__main__":
        main()
    """

    def page(request: Recorded) -> Reply:
        return text_reply(f"page {request.path}")

    routes: dict[str, Route] = {"/a": page, "/b": page, "/c": page, "/broken": Reply(500)}
    for level in ("native", "offload"):
        conversion = check_runs_alike(program, routes=routes, level=level)
        assert conversion.files["program.py"].count("gather(") == 3
