"""`python -m aioport`, the same as `aioport`."""

from aioport.cli import main

main()
