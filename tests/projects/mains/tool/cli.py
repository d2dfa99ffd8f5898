"""The command line."""

from .core import Client
from .errors import ToolError


def main(arguments=None):
    client = Client()
    try:
        for number in arguments or (1, 2):
            print(client.describe(number))
        print(client.describe(404))
    except ToolError as error:
        print("error:", error)
        return error.code
    return 0
