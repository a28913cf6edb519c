"""A receiver to be killed: forks for each line it is given, as `tests/store/intake.py` does.

A line is the number of the first mail; the child accepts that one and the next and so on through
`app.receiving.receive.accepting`, in the process's own threads, and says `ack NUMBER` after each.
"""

import os
import sys
from pathlib import Path

from aupkeep.app.context import AppContext, open_context
from aupkeep.config.home import Home


def mail(number: int) -> bytes:
    """The mail of this number, of a size of its own."""
    return b"Subject: kill %d\r\n\r\n%s\r\n" % (number, b"x\0" * (number * 37 % 2000))


def accept_on(context: AppContext, number: int) -> None:
    """Start as a process does, which mends what the one before left; accept until killed."""
    from aupkeep.app.receiving.receive import RawEnvelope, accepting
    from aupkeep.model.raw import Channel
    from aupkeep.store.opening import open_database

    open_database(context.home)
    with accepting(context) as accept:
        while True:
            accept(mail(number), RawEnvelope(channel=Channel.LMTP))
            os.write(1, b"ack %d\n" % number)
            number += 1


def main() -> None:
    """Fork for each line; say the child's id, then when it is dead."""
    context = open_context(Home(Path(sys.argv[1])))
    from django.db import connections

    for line in sys.stdin:
        connections.close_all()
        child = os.fork()
        if child == 0:
            accept_on(context, int(line))
        os.write(1, b"pid %d\n" % child)
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
