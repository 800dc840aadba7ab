"""The command line: options, what is shown, exit codes. What it does is in `session`."""

from agentalign.cli.main import main

__all__ = ["main"]
