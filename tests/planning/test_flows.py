"""Values whose type changes: everywhere they travel, or nowhere at all."""

from pathlib import Path

import pytest

from tests.check import check_converts
from tests.planning.deciding import decide


def test_a_response_and_a_session_that_travel_change_everywhere() -> None:
    """Returned, stored, passed to another module's function without a type, checked, annotated: all of it follows."""
    check_converts(
        {
            "travel/__init__.py": "",
            "travel/api.py": """
                import requests
                from requests import Response

                from travel.show import describe


                class Client:
                    last: requests.Response | None = None

                    def __init__(self, base: str, session: requests.Session | None = None) -> None:
                        self.base = base
                        self.session = session or requests.Session()

                    def get(self, path: str) -> Response:
                        response = self.session.get(self.base + path)
                        response.raise_for_status()
                        self.last = response
                        return response

                    def name(self) -> str:
                        return describe(self.get("/name"))

                    def status(self):
                        assert self.last is not None
                        return self.last.status_code

                    def close(self):
                        self.session.close()
                """,
            "travel/show.py": """
                import requests


                def describe(response):
                    if isinstance(response, requests.Response) and response.ok:
                        return response.text + str(response.status_code)
                    return response.json()["name"]
                """,
            # Another session and response, which cannot change and so leave their own annotations as they are.
            "travel/kept.py": """
                import requests
                from requests.adapters import HTTPAdapter


                def mounted() -> requests.Session:
                    session: requests.Session = requests.Session()
                    session.mount("https://", HTTPAdapter(max_retries=3))
                    return session


                def raw(url: str) -> requests.Response:
                    return mounted().get(url, stream=True)
                """,
        },
        {
            "travel/api.py": """
                import aiohttp

                from travel._aio import fetch, owned
                from travel.show import describe


                class Client:
                    last: aiohttp.ClientResponse | None = None

                    def __init__(self, base: str, session: aiohttp.ClientSession | None = None) -> None:
                        self.base = base
                        self.session = session or owned(aiohttp.ClientSession)

                    async def get(self, path: str) -> aiohttp.ClientResponse:
                        response = await fetch(self.session.get(self.base + path))
                        response.raise_for_status()
                        self.last = response
                        return response

                    async def name(self) -> str:
                        return await describe(await self.get("/name"))

                    def status(self):
                        assert self.last is not None
                        return self.last.status

                    async def close(self):
                        await self.session.close()
                """,
            "travel/show.py": """
                import aiohttp


                async def describe(response):
                    if isinstance(response, aiohttp.ClientResponse) and response.ok:
                        return await response.text() + str(response.status)
                    return (await response.json())["name"]
                """,
        },
    )


def test_sessions_that_are_passed_on_change_with_their_receivers() -> None:
    """As a parameter with or without a type, with a default, in a `with`, behind a property."""
    check_converts(
        """
        import requests


        def helper(s, url):
            return s.get(url).json()


        def given(s: requests.Session, url: str):
            with s:
                return s.get(url).content


        def outer(url):
            with requests.Session() as s:
                s.headers["x"] = "y"
                return helper(s, url), given(s, url)


        def default(url, s=None):
            s = s or requests.Session()
            return s.get(url).status_code


        class Api:
            def __init__(self):
                self._http = requests.Session()

            @property
            def http(self):
                return self._http

            def load(self, url):
                return self.http.get(url).reason
        """,
        """
        import aiohttp

        from _aio import fetch, owned


        async def helper(s, url):
            return await (await fetch(s.get(url))).json()


        async def given(s: aiohttp.ClientSession, url: str):
            async with s:
                return await (await fetch(s.get(url))).read()


        async def outer(url):
            async with owned(aiohttp.ClientSession) as s:
                s.headers["x"] = "y"
                return await helper(s, url), await given(s, url)


        async def default(url, s=None):
            s = s or owned(aiohttp.ClientSession)
            return (await fetch(s.get(url))).status


        class Api:
            def __init__(self):
                self._http = owned(aiohttp.ClientSession)

            @property
            def http(self):
                return self._http

            async def load(self, url):
                return (await fetch(self.http.get(url))).reason
        """,
        mutations=False,
    )


def test_what_cannot_change_falls_back_whole_with_its_reason(tmp_path: Path) -> None:
    """One use without a counterpart keeps the value's whole way; other values in the same project change."""
    files = {
        "stream.py": "def f(url):\n    return requests.get(url, stream=True).raw\n",
        "upload.py": "def f(url, data):\n    requests.post(url, files={'f': data})\n",
        "chunks.py": "def f(url):\n    return [len(c) for c in requests.get(url).iter_content(8192)]\n",
        "truth.py": "def f(url):\n    r = requests.get(url)\n    return r.json() if r else None\n",
        "stored.py": "C = {}\n\n\ndef f(url):\n    C[url] = requests.get(url)\n    return C[url].status_code\n",
        "listed.py": "def f(urls):\n    rs = []\n    rs.append(requests.get(urls[0]))\n    return rs\n",
        "tupled.py": "def f(url):\n    return requests.get(url), 1\n",
        "yielded.py": "def f(url):\n    yield requests.get(url)\n",
        "assigned.py": "def f(url):\n    r = requests.get(url)\n    r.encoding = 'utf-8'\n    return r.text\n",
        "global_.py": "session = requests.Session()\n\n\ndef f(url):\n    return session.get(url).json()\n",
        "mixed.py": "def f(url, x: requests.Response | int = 1):\n    x = requests.get(url) if x == 1 else x\n    return x.text\n",
        "fine.py": "def f(url):\n    return requests.get(url).text\n",
    }
    decided = decide(tmp_path, {path: f"import requests\n\n\n{text}" for path, text in files.items()})
    assert {path for path in decided.files if path != "_aio.py"} == {"fine.py"}
    reasons = {name.partition(".")[0]: reason for name, reason in decided.reasons.items()}
    expected = {
        "stream": "argument `stream` has no counterpart",
        "upload": "argument `files` has no counterpart",
        "chunks": "chunks.py:5: requests.Response.iter_content has no counterpart",
        "truth": "truth.py:6: `r` is used in a way that its new type may not allow",
        "stored": "stored.py:8: `C[url]` is a place where it is not followed",
        "listed": "listed.py:6: `requests.get(urls[0])` is used in a way that its new type may not allow",
        "tupled": "tupled.py:5: `requests.get(url)` is used in a way that its new type may not allow",
        "yielded": "yielded.py:5: `requests.get(url)` is used in a way that its new type may not allow",
        "assigned": "assigned.py:6: `r.encoding` is assigned to",
        "global_": "global_.py:4: the client is made before an event loop runs",
        "mixed": "it may also be builtins.int",
    }
    assert {name: part for name, part in expected.items() if part not in reasons[name]} == {}
    assert not decided.conversion.outcome.violations


def test_what_a_kept_value_meets_is_kept_too(tmp_path: Path) -> None:
    """Values that share a variable, a parameter or a result share a fate, across modules; the reason names the cause."""
    decided = decide(
        tmp_path,
        {
            "one.py": """
                import requests
                from two import show


                def plain(url):
                    return show(requests.get(url))


                def apart(url):
                    return requests.get(url).status_code
                """,
            "two.py": """
                import requests


                def show(response):
                    return response.text


                def streamed(url):
                    response = requests.get(url)
                    for chunk in response.iter_content():
                        print(chunk)
                    return show(response)
                """,
        },
    )
    assert {path for path in decided.files if path != "_aio.py"} == {"one.py"}
    assert decided.files["one.py"].count("aiohttp") == 2
    assert decided.reasons["one.plain"].endswith(
        "two.py:10: requests.Response.iter_content has no counterpart"
    )


def test_a_subclass_keeps_its_library(tmp_path: Path) -> None:
    """A session of the project's own has methods that nothing is known of."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import requests


                class Mine(requests.Session):
                    def get(self, url, **more):
                        return super().get(url, **more)


                def fetch(url):
                    return Mine().get(url).text


                def plain(url):
                    return requests.get(url).text
                """
        },
    )
    assert decided.files == {}
    assert decided.reasons["library.plain"].endswith("library.py:4: Mine is a subclass of requests.Session")


def test_a_value_from_elsewhere_keeps_its_class(tmp_path: Path) -> None:
    """A class that is handed on makes its instances out of sight; unpacked and bound in passing, a value is followed."""
    decided = decide(
        tmp_path,
        {
            "handed.py": """
                from dataclasses import dataclass, field

                import requests


                @dataclass
                class Client:
                    session: requests.Session = field(default_factory=requests.Session)

                    def load(self, url):
                        return self.session.get(url).json()
                """,
            "followed.py": """
                import requests


                def load(url):
                    first, second = requests.get(url), requests.get(url)
                    if (third := requests.get(url)).status_code == 200 and third.ok:
                        return first.status_code, second.status_code
                """,
        },
    )
    assert "handed.py" not in decided.files
    assert "handed.py:8: the class requests.Session is handed on" in decided.reasons["handed.Client.load"]
    assert "status_code" not in decided.files["followed.py"].partition("def load")[2]


def test_a_client_that_a_thread_would_make_stays(tmp_path: Path) -> None:
    """Without a running loop there is no session: the class is left alone; a second conversion leaves it alone, too."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import requests


                class Client:
                    def __init__(self, base):
                        self.base = base
                        self.session = requests.Session()

                    def load(self):
                        return self.session.get(self.base).json()


                def build(path):
                    with open(path) as file:
                        return Client(file.read())


                def main():
                    print(requests.get("http://127.0.0.1:9/").text)
                    print(build("base.txt").load())
                """
        },
    )
    assert "self.session = requests.Session()" in decided.files["library.py"]
    assert {decided.colors[f"library.{name}"] for name in ("build", "Client.load")} == {"unit"}
    assert decided.colors["library.main"] == "async"


SERVICE = """
    import requests

    session = requests.Session()


    def load(url):
        return session.get(url).text
"""


@pytest.mark.parametrize(
    ("imports", "session"),
    [
        ("import service", "service.session"),
        ("import service\nfrom service import session", "session"),
        ("import service\nfrom middle import session as own", "own"),
        ("import service\nimport middle", "middle.session"),
    ],
)
def test_the_variable_of_a_module_is_the_same_in_others(imports: str, session: str) -> None:
    """A client made before any loop runs stays, and so does all that other modules do with it."""
    middle = {"middle.py": "from service import session\n"}
    check_converts(
        {
            **middle,
            "service.py": SERVICE,
            "main.py": f"{imports}\n\n\nasync def main(url):\n    print(service.load(url))\n    {session}.close()\n",
        },
        {
            **middle,
            "service.py": SERVICE,
            "main.py": f"{imports}\n\nfrom _aio import offload\n\n\nasync def main(url):\n"
            f"    print(await offload(service.load, url))\n    {session}.close()\n",
        },
    )


def test_what_is_read_from_a_collection_keeps_its_library() -> None:
    """Where a value comes from is not known there, and what its calls become is decided with its origin."""
    check_converts(
        """
        import requests


        async def main(url):
            sessions = {"a": requests.Session()}
            print(sessions["a"].get(url).text)
        """,
        """
        import requests

        from _aio import offload


        async def main(url):
            sessions = {"a": requests.Session()}
            print((await offload(sessions["a"].get, url)).text)
        """,
    )
