"""Feodo Tracker of abuse.ch: servers that command botnets, as JSON; times are UTC without a zone.

An entry stands for weeks. What counts for us is when the server was last seen commanding: the
address may have changed hands since it was first seen.
"""

from collections.abc import Iterator

from aupkeep.intake.feed import SURE, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import objects, word
from aupkeep.model.report import RejectedRow

URL = "https://feodotracker.abuse.ch/downloads/ipblocklist.json"


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each object as a controller; one without an address is dead."""
    del options
    for number, row in enumerate(objects(copy.data), start=1):
        if not isinstance(row, dict) or not word(row.get("ip_address")):
            yield RejectedRow(row=number, reason="expected an object with ip_address, found none")
            continue
        said = {name: word(row.get(name)) for name in ("malware", "status", "hostname")}
        port, first = word(row.get("port")), word(row.get("first_seen"))
        last = word(row.get("last_online"))
        address = word(row["ip_address"])
        words = (address, port, said["malware"], said["status"], first, last)
        yield ListedItem(
            row=number,
            where=address,
            kind="infrastructure/botnet",
            text=" ".join(filter(None, words)),
            at=last,
            since=first,
            port=port,
            transport="tcp",
            confidence=SURE,
            details=said,
        )


FEED = Feed(
    name="feodo",
    version=1,
    title="Feodo Tracker",
    origin="abuse.ch",
    terms="abuse.ch: free under its terms of use; see https://feodotracker.abuse.ch/",
    parse=parse,
    urls=(URL,),
)
