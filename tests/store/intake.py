"""A small intake with a worker, to be killed: run as a script, it forks one child for each line.

Each line is the number of the first mail to deliver. The child keeps, records and reads mail after
mail and writes `ack N` for each it would acknowledge; the parent writes `pid P`, then `dead`.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aupkeep.config.home import Home


def mail(number: int) -> bytes:
    """The mail of this number, always the same."""
    return f"Subject: {number}\n\n".encode() + bytes([number % 256]) * (number % 7 * 1000)


def run(home: Home, first: int) -> None:
    """Deliver mails from this number on, and read one after each."""
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.entry import Effect, Entry, EntryType
    from aupkeep.model.ids import uuid7
    from aupkeep.model.raw import Channel, Raw
    from aupkeep.model.report import Reading, ReadingOutcome, Report
    from aupkeep.store import outbox, raws
    from aupkeep.store.journal import Journal
    from store.conftest import seal

    journal = Journal(home.checkpoints, seal)

    def new_id() -> str:
        return uuid7(now(), os.urandom(10))

    def entry(kind: EntryType) -> Entry:
        return Entry(
            id=new_id(), type=kind, at=now(), actor=SYSTEM, salt=os.urandom(16), payload={}
        )

    def accept(data: bytes) -> None:
        digest = raws.keep(data)
        if raws.known(digest):
            return
        raw = Raw(
            id=new_id(), digest=digest, size=len(data), channel=Channel.LMTP, received_at=now()
        )
        read = Effect(
            id=new_id(), kind="read", key=f"read:{raw.id}", payload={"raw": raw.id}, due_at=now()
        )
        journal.record(entry(EntryType.RAW_RECEIVED), rows=[raw], effects=[read])

    def work() -> None:
        for lease in outbox.lease(["read"], now() + timedelta(days=1), 0, 1, str(os.getpid())):
            raw = str(lease.effect.payload["raw"])
            report = Report(
                id=new_id(), raw=raw, at=now(), reading=Reading(outcome=ReadingOutcome.IGNORED)
            )
            journal.record(entry(EntryType.REPORT_READ), rows=[report], done=lease)

    for number in range(first, first + 1000):
        accept(mail(number))
        os.write(1, f"ack {number}\n".encode())
        work()


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(tz=UTC)


def main() -> None:
    """Open the home once, then fork a child a line; the parent holds no connection."""
    from aupkeep.store import release, setup

    home = Home(Path(sys.argv[1]))
    setup(home)
    import store.conftest  # noqa: F401 - loaded once, before the forks

    release()
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            run(home, int(line))
            os._exit(0)
        os.write(1, f"pid {pid}\n".encode())
        os.waitpid(pid, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
