"""Spamhaus DROP, EDROP and DROPv6: networks run by spammers or hijacked.

JSON, an object a line with `cidr` and `sblid` and a last object of metadata whose `timestamp` is
Unix seconds; the older text lists write `192.0.2.0/24 ; SBL1` below remarks in `;`.
"""

from collections.abc import Iterator

from aupkeep.intake.feed import HOUR, SURE, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import lines, objects, stated_time, word
from aupkeep.model.report import RejectedRow

URLS = ("https://www.spamhaus.org/drop/drop_v4.json", "https://www.spamhaus.org/drop/drop_v6.json")
KIND, RETALIATION = "reputation/blocklist", "other:other"


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each listed network; the metadata is none."""
    del options
    if copy.data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        yield from _json(copy)
    else:
        yield from _text(copy.text)


def _json(copy: FetchedList) -> Iterator[ParsedRow]:
    rows = objects(copy.data)
    stated = next(
        (row["timestamp"] for row in rows if isinstance(row, dict) and "timestamp" in row), ""
    )
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict) and row.get("type") == "metadata":
            continue
        if not isinstance(row, dict) or not word(row.get("cidr")):
            yield RejectedRow(row=number, reason="expected an object with cidr, found none")
            continue
        yield _item(number, word(row["cidr"]), word(row.get("sblid")), word(stated))


def _text(text: str) -> Iterator[ParsedRow]:
    stated = stated_time(text)
    for number, line in lines(text):
        network, _, entry = line.partition(";")
        yield _item(number, network.strip(), entry.strip(), stated)


def _item(row: int, network: str, entry: str, stated: str) -> ListedItem:
    return ListedItem(
        row=row,
        where=network,
        kind=KIND,
        rsit=RETALIATION,
        text=f"{network} ; {entry}",
        at=stated,
        confidence=SURE,
        details={"list": "DROP", "entry": entry},
    )


FEED = Feed(
    name="spamhaus-drop",
    version=1,
    title="Spamhaus DROP",
    origin="spamhaus",
    terms="Spamhaus: DROP is free for everyone; at most one fetch an hour",
    parse=parse,
    urls=URLS,
    every=12 * HOUR,
)
