"""The command line: parse input, call one function of `app`, show the result.

`aupkeep --help` loads no command: the table below holds each one's place and its line of help, so
help comes in tens of milliseconds and a command pays only for what it uses.
"""

from aupkeep.cli.group import main

__all__ = ["main"]
