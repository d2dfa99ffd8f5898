"""Names of a library that another takes the place of, where the two are called differently."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import aiohttp
import pytest

from aioport.catalog.load import load_catalog
from tests.twin.making import text_of, twin_of

SETTINGS = """
[tool.aioport.twin.names]
requests = "aiohttp"
Request = "ClientRequest"

[[tool.aioport.twin.leaf]]
sync = "requests.Session"
async = "aiohttp.ClientSession"
awaits = ["get"]
"""


def replaced(root: Path, text: str) -> str:
    """`module.py` of the twin of a package whose `requests` becomes `aiohttp`."""
    return text_of(twin_of(root, SETTINGS, {"quiver/_sync/module.py": text}), "module.py")


def test_a_name_that_neither_the_user_nor_the_catalog_knows_stays(tmp_path: Path) -> None:
    """The status codes of requests are constants that aiohttp does not have: they are imported from requests still."""
    text = replaced(
        tmp_path,
        """
        import requests
        from requests.status_codes import codes


        def ok(session: requests.Session):
            return session.get("/").status_code in (codes["ok"], requests.codes.created)
        """,
    )
    assert text == dedent(
        """
        import aiohttp
        import requests
        from requests.status_codes import codes


        async def ok(session: aiohttp.ClientSession):
            return (await session.get("/")).status_code in (codes["ok"], requests.codes.created)
        """
    ).lstrip("\n")


def test_exceptions_are_those_of_the_catalog(tmp_path: Path) -> None:
    """One may become several: in a clause, in a check, and in a tuple that is used as one."""
    text = replaced(
        tmp_path,
        """
        import requests.exceptions
        from requests.exceptions import ReadTimeout

        AGAIN = (requests.exceptions.ConnectionError, ReadTimeout)


        def fetch(session: requests.Session):
            try:
                return session.get("/")
            except requests.exceptions.ConnectionError as error:
                return isinstance(error, requests.exceptions.ChunkedEncodingError)
        """,
    )
    several = (
        "aiohttp.ClientConnectionResetError, aiohttp.ClientOSError, aiohttp.ConnectionTimeoutError,"
        " aiohttp.ServerDisconnectedError"
    )
    assert f"AGAIN = ({several}, aiohttp.SocketTimeoutError)" in text
    assert f"except ({several}) as error:" in text
    assert "isinstance(error, aiohttp.ClientPayloadError)" in text
    assert "requests" not in text


def test_an_exception_that_the_package_raises_itself_is_caught_as_before(tmp_path: Path) -> None:
    """It is still made as it was, so that a clause for it is for both."""
    text = replaced(
        tmp_path,
        """
        import requests


        def fetch(session: requests.Session):
            try:
                return session.get("/")
            except requests.Timeout:
                raise requests.Timeout("late")
        """,
    )
    assert "except (requests.Timeout, aiohttp.ServerTimeoutError):" in text
    assert 'raise requests.Timeout("late")' in text


def test_a_class_that_is_renamed_is_imported_from_where_it_is(tmp_path: Path) -> None:
    """A module that only the sync library has names the class; what the user's words rename comes from the package."""
    text = replaced(
        tmp_path,
        """
        from requests.models import Request
        from requests.sessions import Session


        def fetch(session: Session, codes) -> Request:
            requests = [Request("GET", "/")]
            session.get("/")
            return requests[0]
        """,
    )
    assert text == dedent(
        """
        import aiohttp
        from aiohttp import ClientRequest


        async def fetch(session: aiohttp.ClientSession, codes) -> ClientRequest:
            requests = [ClientRequest("GET", "/")]
            await session.get("/")
            return requests[0]
        """
    ).lstrip("\n")


def test_a_library_of_the_same_names_is_replaced_word_by_word(tmp_path: Path) -> None:
    """Where the catalog does not know of the replacement, the user's words are all there is."""
    settings = '[tool.aioport.twin.names]\nrequests = "niquests"\n'
    source = "from requests.exceptions import Timeout\nimport requests\n\nWHAT = (requests.codes, Timeout)\n"
    text = text_of(twin_of(tmp_path, settings, {"quiver/_sync/module.py": source}), "module.py")
    assert text == source.replace("requests", "niquests")


def test_a_class_whose_methods_the_other_one_lacks_stays(tmp_path: Path) -> None:
    """The user's words would only break the code: a request of aiohttp cannot be prepared. Others are renamed."""
    text = replaced(
        tmp_path,
        """
        from requests import Request, Session


        def fetch(session: Session):
            return session.get(Request("GET", "/").prepare().url)
        """,
    )
    assert text == dedent(
        """
        import aiohttp
        from requests import Request


        async def fetch(session: aiohttp.ClientSession):
            return await session.get(Request("GET", "/").prepare().url)
        """
    ).lstrip("\n")


FORWARDING = """
import requests


class Client:
    def __init__(self):
        self.session = requests.Session()

    def send(self, *args, timeout=None, **kwargs):
        return self.session.request(*args, timeout=timeout or 5, **kwargs)

    def get(self, url):
        return self.session.request("GET", url)
"""


def test_arguments_that_are_forwarded_are_converted_as_they_come(tmp_path: Path) -> None:
    """What is handed on as `**kwargs` is written out nowhere near; the function that converts it lies in the file."""
    settings = SETTINGS.replace('["get"]', '["request"]')
    text = text_of(twin_of(tmp_path, settings, {"quiver/_sync/module.py": FORWARDING}), "module.py")
    assert (
        "        return await self.session.request(**_http_arguments(*args, timeout=timeout or 5, **kwargs))\n"
        "\n"
        "    async def get(self, url):\n"
        '        return await self.session.request("GET", url)\n'
        "\n\n"
        "def _http_arguments(\n"
    ) in text
    assert text.startswith("import aiohttp\n\n\nclass")


def test_converted_arguments_mean_the_same() -> None:
    """Credentials, times, fields and files of requests, as aiohttp takes them."""
    (forwarded,) = load_catalog().library("requests").forwarded
    made: dict[str, Any] = {"aiohttp": aiohttp}
    exec(forwarded.function, made)  # noqa: S102
    convert = made["_http_arguments"]
    found = convert(
        "post", "/", auth=("ada", "x"), data=[("a", 1), ("b", None)], timeout=(1, 2), verify=False
    )
    assert (found["method"], found["url"], found["data"], found["ssl"]) == ("POST", "/", [("a", "1")], False)
    assert found["headers"] == {"Authorization": "Basic YWRhOng="}
    assert (found["timeout"].sock_connect, found["timeout"].sock_read) == (1, 2)
    assert found["timeout"].total is None
    assert convert("get", "/", params={"n": [1, 2], "x": None})["params"] == [("n", "1"), ("n", "2")]
    assert isinstance(convert("post", "/", files={"f": ("f.txt", b"x")})["data"], aiohttp.FormData)
    with pytest.raises(TypeError, match="proxies"):
        convert("get", "/", proxies={"http": "x"})
