"""`await` where it has to stand: with parentheses where it would reach too far, without them elsewhere."""

from tests.check import check_converts


def test_await_binds_as_tight_as_the_call_did() -> None:
    """Attributes, subscripts, calls, powers, tests, comparisons, f-strings, slices, unpacking, comments in a chain."""
    check_converts(
        """
        import time


        def load(n):
            time.sleep(n)
            return [n]


        def use(n):
            a = load(n).append(1)
            b = load(n)[0]
            c = load(load(1)[0])
            d = -load(n)[0] ** 2
            e = not load(n)
            f = load(n) == load(2) != [3]
            g = f"{load(n)} {load(n)[0]!r:>{load(3)[0]}}"
            h = load(n) if load(1) else load(2)
            i = load(1) and load(2) or not load(3)
            j = [*load(1), *load(2)], load(1) ** load(2), load(1) in load(2), ~load(1) + load(2)
            print(*load(1), **{"sep": str(load(2)[0])})
            k = (load(3))
            l = (load(3)).pop(), ( load(3) )[0]
            assert load(4), load(5)
            m = {load(1)[0]: load(2), **{}}
            o = load  (n)
            p = (
                load(
                    n,  # a comment
                )
                # another
                .copy()
            )
            q = [load(x) for x in load(2) if load(x)]
            if (r := load(1)) and (load(2)):
                raise load(3)[0] from load(4)[0]
            while load(1): del load(2)[0]
            load(1)[load(2)[0]] = load(3)
            load(1)[0] += load(2)[0]
            for x in load(1): pass
            return load(1)[load(0)[0]:load(2)[0]], a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q, r
        """,
        """
        import asyncio


        async def load(n):
            await asyncio.sleep(n)
            return [n]


        async def use(n):
            a = (await load(n)).append(1)
            b = (await load(n))[0]
            c = await load((await load(1))[0])
            d = -(await load(n))[0] ** 2
            e = not await load(n)
            f = await load(n) == await load(2) != [3]
            g = f"{await load(n)} {(await load(n))[0]!r:>{(await load(3))[0]}}"
            h = await load(n) if await load(1) else await load(2)
            i = await load(1) and await load(2) or not await load(3)
            j = [*await load(1), *await load(2)], await load(1) ** await load(2), await load(1) in await load(2), ~await load(1) + await load(2)
            print(*await load(1), **{"sep": str((await load(2))[0])})
            k = (await load(3))
            l = (await load(3)).pop(), ( await load(3) )[0]
            assert await load(4), await load(5)
            m = {(await load(1))[0]: await load(2), **{}}
            o = await load  (n)
            p = (
                (await load(
                    n,  # a comment
                ))
                # another
                .copy()
            )
            q = [await load(x) for x in await load(2) if await load(x)]
            if (r := await load(1)) and (await load(2)):
                raise (await load(3))[0] from (await load(4))[0]
            while await load(1): del (await load(2))[0]
            (await load(1))[(await load(2))[0]] = await load(3)
            (await load(1))[0] += (await load(2))[0]
            for x in await load(1): pass
            return (await load(1))[(await load(0))[0]:(await load(2))[0]], a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q, r
        """,
        concurrency="off",
    )
