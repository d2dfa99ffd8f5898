"""The check that everything written compiles."""

from aioport.verifying.parses import check_parses


def test_text_that_does_not_compile_is_found() -> None:
    """Syntax errors, and what only the compiler finds: an `await` outside of an async function."""
    texts = {
        "fine.py": b"async def f():\n    await g()\n",
        "syntax.py": b"x = 1\ndef f(:\n",
        "sync.py": b"def f():\n    await g()\n",
        "lambda.py": b"async def f():\n    return lambda: await g()\n",
        "null.py": b"x = '\0'\n",
        "warns.py": b"x = '\\d'\n",
    }
    found = {one.path: one.line for one in check_parses(texts)}
    assert found == {"syntax.py": 2, "sync.py": 2, "lambda.py": 2, "null.py": 1}
