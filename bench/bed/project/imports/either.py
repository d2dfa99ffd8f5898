# bed: group=imports forms=both
"""Names that depend on what is installed."""

try:
    import not_installed_clock as clock
except ImportError:
    import time as clock

try:
    from not_installed_reader import read
except ImportError:
    from imports.fallback import read


async def module_with_fallback():
    clock.sleep(1)  # blocks: sleep


async def function_with_fallback():
    return read("a")
