"""Wrappers in both colors whose decorators say what they take and return."""

from tests.check import check_unchanged
from tests.planning.programs import check_runs_alike

COUNTED = """
    import time
    from collections.abc import Callable
    from functools import wraps
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")


    def counted(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        def decorator(function: Callable[P, R]) -> Callable[P, R]:
            @wraps(function)
            def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
                print("begin", name)
                try:
                    return function(*args, **kwargs)
                finally:
                    print("end", name)

            return wrapper

        return decorator


    @counted("slow")
    def slow(number: int) -> int:
        time.sleep(0.01)
        return number


    @counted("quick")
    def quick(text: str) -> int:
        return int(text)


    def main() -> None:
        print(slow(3), quick("4"), sorted(["3", "1"], key=quick))


    if __name__ == "__main__":
        main()
"""


def test_a_typed_wrapper_is_made_twice() -> None:
    """No type says that it returns what it was given in either color, so that the copy is of any."""
    text = check_runs_alike(COUNTED).files["program.py"]
    assert "return await cast(Any, function)(*args, **kwargs)" in text
    assert "return cast(Any, async_wrapper) if inspect.iscoroutinefunction(function) else wrapper" in text
    assert "print(await slow(3), quick(" in text


def test_a_wrapper_of_what_stays_sync_stays() -> None:
    """An async copy would have nothing to await."""
    check_unchanged(
        """
        import time


        def retried(function):
            def wrapper(*args):
                try:
                    return function(*args)
                except ValueError:
                    time.sleep(0.01)
                    return function(*args)

            return wrapper


        @retried
        def quick(text):
            return int(text)


        def main():
            time.sleep(0.01)
            print(sorted(["3", "1"], key=quick))


        if __name__ == "__main__":
            main()
        """,
        "all that it wraps stays sync",
        mutations=False,
    )
