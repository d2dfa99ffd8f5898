# bed: group=imports forms=both
"""Starts a program when it is imported."""

import subprocess

NAME = subprocess.check_output(["hostname"])  # blocks: process
