"""One mail with a list of thousands of rows, from its receipt to the last digest: CPU seconds.

    python bench/list_mail.py [ROWS] [CUSTOMERS] [--database URL] [--profile FILE]

Rows are open resolvers of a trusted list, dealt out to customers in turn. Prints the CPU seconds of
each kind of work, of the sandbox, and queries a row. A home of its own is made and thrown away; the
relay is a function that takes everything. Budget: 60 s for 2,000 rows over 300 customers.
"""

import argparse
import cProfile
import os
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aupkeep.app.context import AppContext

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUDGET = 60  # CPU seconds for 2,000 rows over 300 customers
LISTED = "udp,53,openresolver,64512,ZZ,4.6,9.18"
HEAD = "timestamp,ip,protocol,port,tag,asn,geo,min_amplification,dns_version"
MAIL = """\
Authentication-Results: mx.aupkeep.example; dkim=pass header.d=cert.example\r
From: Scans <scans@cert.example>\r
To: abuse@aupkeep.example\r
Subject: Daily list\r
Date: Mon, 02 Mar 2026 11:58:00 +0000\r
Message-ID: <list@cert.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=edge\r
\r
--edge\r
Content-Type: text/plain\r
\r
The list of today.\r
--edge\r
Content-Type: text/csv; charset=utf-8\r
Content-Disposition: attachment; filename="2026-03-02-scan_dns-asn.csv"\r
\r
{rows}\r
--edge--\r
"""


class Clock:
    """A clock that stands until it is moved; each look is a microsecond later."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.at = NOON

    def __call__(self) -> datetime:
        """The moment."""
        self.at += timedelta(microseconds=1)
        return self.at


def address(number: int) -> str:
    """The address of one server."""
    return f"2001:db8::{number + 1:x}"


def listed(rows: int) -> bytes:
    """The mail; one row in the middle cannot be read."""
    at = NOON - timedelta(minutes=5)
    lines = [
        f"{at - timedelta(seconds=n % 600):%Y-%m-%d %H:%M:%S},{address(n)},{LISTED}"
        for n in range(rows)
    ]
    lines[rows // 2] = f"yesterday,no address,{LISTED}"
    return MAIL.format(rows="\r\n".join([HEAD, *lines])).encode()


def furnish(context: "AppContext", rows: int, customers: int) -> None:
    """The customers, what they hold, and a source that was right for years."""
    from aupkeep.app.inventory.imports import import_assignments, import_customers
    from aupkeep.app.inventory.own_space import declare_space
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.entry import EntryType
    from aupkeep.model.source import Source

    declare_space(context, "2001:db8::/32", "main")
    lines = [f"c{n},C{n},noc@c{n}.example,abuse,en" for n in range(customers)]
    import_customers(context, "\n".join(["customer,name,contact,role,language", *lines]).encode())
    held = [f"{address(n)},c{n % customers},vm-{n},2026-01-01T00:00:00Z," for n in range(rows)]
    head = "address,customer,resource,from,until"
    import_assignments(context, "\n".join([head, *held]).encode(), "csv")
    known = Source(
        id=context.new_id(), key="mail:cert.example", first_at=NOON,
        trusted_until=NOON + timedelta(days=300), trusted_by="ada", trusted_reasons="for years",
    )  # fmt: skip
    record(context, entry(context, EntryType.SOURCE_CHANGED, SYSTEM, {}), rows=[known])


def work(context: "AppContext", clock: Clock, mail: bytes) -> tuple[dict[str, float], int]:
    """Receive it and do all work it leaves: CPU seconds by kind of work, and the mails sent."""
    from aupkeep.app.notifying import delivery
    from aupkeep.app.receiving.receive import RawEnvelope, receive
    from aupkeep.app.worker import EffectDispatcher, lease
    from aupkeep.model.raw import Channel
    from aupkeep.notify.channels.smtp import Delivered

    sent: list[str] = []

    def send(_mail: bytes, _back: str, to: str, _relay: object) -> Delivered:
        sent.append(to)
        return Delivered(encrypted=True)

    delivery.send = send
    seconds: dict[str, float] = {}

    def timed(kind: str, do: Any, *given: object) -> Any:  # noqa: ANN401 - whatever it does
        before = time.process_time()
        done = do(*given)
        seconds[kind] = seconds.get(kind, 0.0) + time.process_time() - before
        return done

    envelope = RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1", sender="scans@cert.example")
    timed("receive", receive, context, mail, envelope)

    def take() -> Any:  # noqa: ANN401 - leases
        return timed("lease", lambda: lease(context, worker="bench", seconds=3600, limit=5))

    def do(leased: Any) -> None:  # noqa: ANN401 - leases
        for item in leased:
            timed(item.effect.kind, dispatcher.do, item)
        timed("clocks", dispatcher.run_once, [])

    with EffectDispatcher(context) as dispatcher:
        for _ in range(70):  # turns of 16 s: a quarter of an hour until the digests leave
            while leased := take():
                do(leased)
            clock.at += timedelta(seconds=16)
            timed("clocks", dispatcher.run_once, [])
    seconds["sandbox"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    return seconds, len(sent)


def main(rows: int, customers: int, profile: str) -> None:
    """Make a home, work, print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUPKEEP_HOME"] = folder
        from django.db import connection

        from aupkeep.app.context import bind, open_context
        from aupkeep.config.settings import MailSettings, ProviderSettings

        clock = Clock()
        context = open_context(now=clock)
        mail = MailSettings(
            trusted_relays=("127.0.0.1",),
            authserv_ids=("mx.aupkeep.example",),
            nameservers=("none",),
        )
        settings = replace(context.settings, mail=mail, provider=ProviderSettings(listen=False))
        context = replace(context, settings=settings)
        bind(context)
        furnish(context, rows, customers)
        queries = 0

        def count(execute: Any, *given: object) -> object:  # noqa: ANN401 - Django's own
            nonlocal queries
            queries += 1
            return execute(*given)

        measured = cProfile.Profile()
        with connection.execute_wrapper(count):
            if profile:
                measured.enable()
            seconds, sent = work(context, clock, listed(rows))
            measured.disable()
        if profile:
            measured.dump_stats(profile)
        for kind, spent in sorted(seconds.items(), key=lambda pair: -pair[1]):
            print(f"{kind:10} {spent:8.2f} CPU s")
        print(
            f"{sum(seconds.values()):.1f} CPU s for {rows:,} rows over {customers} customers, "
            f"{sent} mails, {queries / rows:.1f} queries a row (budget: {BUDGET} s for 2,000)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=2000)
    parser.add_argument("customers", nargs="?", type=int, default=300)
    parser.add_argument("--database", default="")
    parser.add_argument("--profile", default="")
    given = parser.parse_args()
    os.environ["AUPKEEP_DATABASE"] = given.database
    main(given.rows, given.customers, given.profile)
