"""Spamhaus CERT data: infected and attacking hosts, as CSV below a remark with the columns.

`ip, asn, country, lastseen, botname, domain, remote_ip, remote_port, local_port, protocol`, where
lastseen is Unix seconds. The bot's name also says what else was seen: a login tried, a scan, an
open relay.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.feed import DAY, HOUR, SURE, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import cells, lines
from aupkeep.model.finding import TRANSPORTS
from aupkeep.model.report import RejectedRow

CELLS, PORT = 10, re.compile(r"\d{1,5}", re.ASCII)
WORDS = (
    (re.compile(r"(?:ssh|telnet|smtp|rdp|imap|ftp|pop3?)(?:auth)?$|auth$|wplogin|iotrdp"),
     "connection/login_attack"),
    (re.compile(r"^(?:open)?(?:relay|proxy)$"), "vulnerability/open_service"),
    (re.compile(r"scan"), "connection/vulnerability_scan"),
    (re.compile(r"spam|extortion"), "messaging/spam"),
)  # fmt: skip


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each host."""
    del options
    for number, line in lines(copy.text, (";", "#")):
        row = cells(line)
        if len(row) < CELLS:
            yield RejectedRow(row=number, reason=f"expected {CELLS} cells, found {len(row)}")
            continue
        name, local = row[4].lower(), row[8]
        transport = row[9].lower()
        yield ListedItem(
            row=number,
            where=row[0],
            kind=next(
                (kind for word, kind in WORDS if word.search(name)), "connection/infected_host"
            ),
            text=line,
            at=row[3],
            port=local if PORT.fullmatch(local) else "",
            transport=transport if transport in TRANSPORTS else None,
            target_port=row[7] if PORT.fullmatch(row[7]) else "",
            confidence=SURE,
            details={"name": row[4], "as": row[1]},
        )


FEED = Feed(
    name="spamhaus-cert",
    version=1,
    title="Spamhaus CERT data",
    origin="spamhaus",
    terms="Spamhaus: for CERTs and networks with an agreement; the key is from its portal",
    parse=parse,
    urls=("https://portal.spamhaus.org/cert/api.php?cert={cert}&key={key}",),
    options={"cert": ""},
    needs=("cert", "key"),
    every=6 * HOUR,
    again=DAY,
)
