"""`async def` endpoints that await nothing."""

from tests.mistakes.finding import check

ENDPOINTS = """
    import asyncio
    import time
    from fastapi import APIRouter, FastAPI

    app = FastAPI()
    router = APIRouter()

    def compute(): return sum(range(10))

    @app.get("/slow")
    async def slow():  # !async-without-await
        time.sleep(1)

    @router.post("/busy")
    async def busy():  # !async-without-await
        return compute()

    @app.get("/nested")
    async def nested():  # !async-without-await
        async def inner():
            await asyncio.sleep(1)
        return compute()

    @app.get("/awaits")
    async def awaits():
        await asyncio.sleep(1)
        return compute()

    @app.get("/iterates")
    async def iterates(rows):
        return [compute() async for row in rows]

    @app.get("/streams")
    async def streams():
        yield compute()

    @app.get("/constant")
    async def constant():
        return {"ok": True, "name": "x".upper()}

    @app.get("/stub")
    async def stub():
        '''Not yet.'''
        raise NotImplementedError

    @app.get("/plain")
    def plain():
        return time.sleep(1)

    @app.websocket("/socket")
    async def socket(socket):
        compute()

    @app.get("/starts")
    async def starts():
        return asyncio.create_task(awaits()), compute()

    async def helper():
        return compute()

    async def test_slow():
        return compute()
    """


def test_endpoints() -> None:
    """An endpoint that awaits nothing, and does more than to put an answer together, could run in a thread."""
    slow, *_ = check(ENDPOINTS)
    assert slow.message == (
        "the endpoint `slow` awaits nothing and waits in `time.sleep` on the event loop: "
        "as a plain `def`, FastAPI would run it in a thread"
    )


def test_endpoints_of_a_framework_that_is_not_installed() -> None:
    """Where the checker does not know the framework, the imports of the file tell."""
    check(ENDPOINTS, {"other/__init__.py": ""})


def test_endpoints_that_are_handed_over() -> None:
    """A route that is given a function makes an endpoint of it."""
    check("""
        import time
        from starlette.routing import Route

        async def slow(request):  # !async-without-await
            time.sleep(1)

        async def other(request):
            time.sleep(1)

        routes = [Route("/", slow)]
        """)


def test_methods_of_the_same_names() -> None:
    """Only a framework's decorators make endpoints."""
    check("""
        import time

        class Registry:
            def get(self, name): return lambda function: function

        app = Registry()

        @app.get("/slow")
        async def slow():
            time.sleep(1)
        """)
