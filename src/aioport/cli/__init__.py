"""The command line: one file a command, no logic. What is heavy is imported by the command that needs it."""

# Importing a command's file adds it to the program, in the order in which the help lists them.
from aioport.cli import scan as scan  # isort: skip
from aioport.cli import explain as explain  # isort: skip
from aioport.cli import convert as convert  # isort: skip
from aioport.cli import twin as twin  # isort: skip
from aioport.cli import undo as undo  # isort: skip
from aioport.cli.app import app

__all__ = ["app"]
