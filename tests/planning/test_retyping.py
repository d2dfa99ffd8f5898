"""Exceptions: replaced, kept beside the new ones, or untouched, by what raises into each clause."""

from pathlib import Path

from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide

CONNECTION = (
    "aiohttp.ClientConnectionResetError, aiohttp.ClientOSError, aiohttp.ConnectionTimeoutError, "
    "aiohttp.ServerDisconnectedError"
)


def test_except_clauses_by_what_reaches_them() -> None:
    """Rewritten calls only, both kinds, the old kind only, something unknown, nothing: also two modules away."""
    check_converts(
        {
            "low.py": """
                import requests


                def native(url):
                    return requests.get(url).json()


                def kept(url):
                    return requests.get(url, stream=True).raw
                """,
            "middle.py": "from low import native\n\n\ndef through(url):\n    return native(url)\n",
            "high.py": """
                import requests
                from low import kept
                from middle import through
                from requests import exceptions as errors
                from requests.exceptions import ConnectionError, Timeout


                def replaced(url):
                    try:
                        return through(url)
                    except Timeout:
                        return None
                    except (ConnectionError, ValueError) as error:
                        raise RuntimeError(str(error), error.args) from error


                def both(url):
                    try:
                        kept(url)
                        return through(url)
                    except errors.Timeout:
                        return None


                def old(url):
                    try:
                        return kept(url)
                    except Timeout:
                        return None


                def unknown(function):
                    try:
                        return function()
                    except (Timeout, KeyError):
                        return None


                async def awaited(function):
                    try:
                        return await function()
                    except (Timeout, KeyError):
                        return None


                def nothing(text):
                    try:
                        return int(text)
                    except Timeout:
                        return None


                def own(url):
                    try:
                        if not url:
                            raise requests.Timeout
                        return through(url)
                    except requests.Timeout:
                        return None
                """,
        },
        {
            "low.py": """
                import aiohttp
                import requests

                from _aio import fetch, shared


                async def native(url):
                    return await (await fetch(shared(aiohttp.ClientSession).get(url))).json()


                def kept(url):
                    return requests.get(url, stream=True).raw
                """,
            "middle.py": "from low import native\n\n\nasync def through(url):\n    return await native(url)\n",
            "high.py": f"""
                import aiohttp
                import requests
                from low import kept
                from middle import through
                from requests import exceptions as errors
                from requests.exceptions import Timeout

                from _aio import offload


                async def replaced(url):
                    try:
                        return await through(url)
                    except aiohttp.ServerTimeoutError:
                        return None
                    except ({CONNECTION}, ValueError) as error:
                        raise RuntimeError(str(error), error.args) from error


                async def both(url):
                    try:
                        await offload(kept, url)
                        return await through(url)
                    except (errors.Timeout, aiohttp.ServerTimeoutError):
                        return None


                def old(url):
                    try:
                        return kept(url)
                    except Timeout:
                        return None


                def unknown(function):
                    try:
                        return function()
                    except (Timeout, KeyError):
                        return None


                async def awaited(function):
                    try:
                        return await function()
                    except (Timeout, aiohttp.ServerTimeoutError, KeyError):
                        return None


                def nothing(text):
                    try:
                        return int(text)
                    except Timeout:
                        return None


                async def own(url):
                    try:
                        if not url:
                            raise requests.Timeout
                        return await through(url)
                    except (requests.Timeout, aiohttp.ServerTimeoutError):
                        return None
                """,
        },
    )


def test_members_of_a_caught_exception_follow() -> None:
    """`error.response.status_code` becomes the new exception's own attribute; a bare `raise` and `except` stay."""
    check_converts(
        """
        import requests


        def load(url):
            try:
                response = requests.get(url)
                response.raise_for_status()
            except requests.HTTPError as error:
                return error.response.status_code
            except requests.RequestException:
                raise
            except Exception:
                return None
            return response.status_code
        """,
        """
        import aiohttp

        from _aio import fetch, shared


        async def load(url):
            try:
                response = await fetch(shared(aiohttp.ClientSession).get(url))
                response.raise_for_status()
            except aiohttp.ClientResponseError as error:
                return error.status
            except aiohttp.ClientError:
                raise
            except Exception:
                return None
            return response.status
        """,
    )


def test_an_exception_that_cannot_be_followed_keeps_the_library(tmp_path: Path) -> None:
    """A member without a counterpart; one clause that needs the members of both kinds."""
    unknown = decide(
        tmp_path / "unknown",
        {
            "library.py": """
                import requests


                def load(url):
                    try:
                        return requests.get(url).text
                    except requests.HTTPError as error:
                        return error.request.body
                """
        },
    )
    assert unknown.files == {}
    assert unknown.reasons["library.load"].endswith("library.py:8: `error.request` has no counterpart")
    torn = decide(
        tmp_path / "torn",
        {
            "library.py": """
                import requests


                def load(url):
                    try:
                        requests.get(url, stream=True)
                        return requests.get(url).text
                    except requests.HTTPError as error:
                        return error.response.status_code
                """
        },
    )
    assert torn.files == {}
    reasons = torn.conversion.reasons
    assert any("library.py:8: rewritten and untouched calls raise into it" in reason for reason in reasons)


def test_exceptions_that_are_named_as_values() -> None:
    """In constants, defaults, checks and `suppress` they stand for the new ones too: a decorator catches with them."""
    check_converts(
        """
        import functools
        import time
        from contextlib import suppress

        import requests
        from requests import exceptions

        RETRIED = (exceptions.Timeout, KeyError)  # for a while


        class Missing(requests.HTTPError):
            pass


        def retry(on=(requests.RequestException, ValueError), final=requests.TooManyRedirects):
            def decorate(func):
                @functools.wraps(func)
                def wrapper(url):
                    try:
                        return func(url)
                    except final:
                        raise
                    except on:
                        time.sleep(0.1)
                        return func(url)

                return wrapper

            return decorate


        @retry()
        def fetch(url):
            response = requests.get(url)
            if response.status_code == 404:
                raise Missing(url)
            return response.json()


        def number(text):
            with suppress(requests.Timeout, ValueError):
                return int(text)


        def main(url):
            with suppress(requests.Timeout, KeyError):
                fetch(url)
            with suppress(requests.Timeout):
                return requests.head(url).ok
            try:
                return fetch(url)
            except RETRIED:
                return "again"
            except requests.HTTPError:
                return "http"
            except Exception as error:
                if isinstance(error, exceptions.Timeout):
                    return "late"
                if isinstance(error, (OSError, requests.RequestException)):
                    return "failed"
                raise


        if __name__ == "__main__":
            print(main("http://127.0.0.1:1/"))
        """,
        """
        import asyncio
        import functools
        from contextlib import suppress

        import aiohttp
        import requests
        from requests import exceptions

        from _aio import fetch as aio_fetch, run, shared

        RETRIED = (exceptions.Timeout, aiohttp.ServerTimeoutError, KeyError)  # for a while


        class Missing(requests.HTTPError):
            pass


        def retry(on=(requests.RequestException, aiohttp.ClientError, ValueError), final=(requests.TooManyRedirects, aiohttp.TooManyRedirects)):
            def decorate(func):
                @functools.wraps(func)
                async def wrapper(url):
                    try:
                        return await func(url)
                    except final:
                        raise
                    except on:
                        await asyncio.sleep(0.1)
                        return await func(url)

                return wrapper

            return decorate


        @retry()
        async def fetch(url):
            async with shared(aiohttp.ClientSession).get(url) as response:
                if response.status == 404:
                    raise Missing(url)
                return await response.json()


        def number(text):
            with suppress(requests.Timeout, ValueError):
                return int(text)


        async def main(url):
            with suppress(requests.Timeout, aiohttp.ServerTimeoutError, KeyError):
                await fetch(url)
            with suppress(aiohttp.ServerTimeoutError):
                return (await aio_fetch(shared(aiohttp.ClientSession).head(url))).ok
            try:
                return await fetch(url)
            except RETRIED:
                return "again"
            except (requests.HTTPError, aiohttp.ClientResponseError):
                return "http"
            except Exception as error:
                if isinstance(error, (exceptions.Timeout, aiohttp.ServerTimeoutError)):
                    return "late"
                if isinstance(error, (OSError, requests.RequestException, aiohttp.ClientError)):
                    return "failed"
                raise


        if __name__ == "__main__":
            print(run(main("http://127.0.0.1:1/")))
        """,
        mutations=False,
    )


def test_exceptions_whose_way_is_not_known() -> None:
    """A class that is passed on, and a clause with a variable that reads what differs, keep their library."""
    check_unchanged(
        """
        import requests

        CODES = {requests.Timeout: 504, requests.HTTPError: 502}


        def fetch(url):
            try:
                return requests.get(url).json()
            except Exception as error:
                return CODES.get(type(error), 500)


        if __name__ == "__main__":
            print(fetch("http://127.0.0.1:1/"))
        """,
        "it is not known what becomes of requests.Timeout, which is passed on there",
    )
    check_unchanged(
        """
        import requests

        BAD = (requests.HTTPError, ValueError)


        def fetch(url):
            try:
                return requests.get(url).json()
            except BAD as error:
                return error.response.status_code


        if __name__ == "__main__":
            print(fetch("http://127.0.0.1:1/"))
        """,
        "`error.response` may be read of both kinds",
    )
