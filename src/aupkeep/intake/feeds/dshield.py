"""DShield of SANS ISC: what firewalls of its volunteers saw, as tab-separated text.

Two forms: the list of one AS (`source, reports, targets, first seen, last seen, updated`, addresses
padded with zeros), told anew while it goes on; and the block list of networks (`start, end, length,
attacks, name, country, contact`), whose time is that of the list. All times are UTC.
"""

from collections.abc import Iterator, Sequence

from aupkeep.intake.feed import (
    DAY,
    LIKELY,
    Feed,
    FeedRequest,
    FetchContext,
    FetchedList,
    ListedItem,
    Options,
    ParsedRow,
    get_request,
)
from aupkeep.intake.formats.list_rows import lines, stated_time
from aupkeep.model.report import RejectedRow

BLOCK = "https://feeds.dshield.org/block.txt"
OF_AS = "https://isc.sans.edu/asdetailsascii.html?as={asn}"
SCAN = "connection/port_scan"
LEAST_CELLS = 5
MARKUP = ("<!--", "-->", "SPDX-")


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each source, or each network."""
    del options
    stated = stated_time(copy.text)
    for number, line in lines(copy.text, ("#", *MARKUP)):
        row = [cell.strip() for cell in line.split("\t")]
        if row[0].lower() == "start":
            continue
        if len(row) < LEAST_CELLS:
            yield RejectedRow(
                row=number, reason=f"expected {LEAST_CELLS} cells or more, found {len(row)}"
            )
        elif row[2].isdigit() and row[1].count(".") == row[0].count(".") > 1:
            network = f"{_bare(row[0])}/{row[2]}"
            yield ListedItem(number, network, SCAN, line, at=stated, confidence=LIKELY)
        else:
            yield _source(number, row, line)


def _source(number: int, row: list[str], line: str) -> ListedItem:
    """The last time in the row is the last sight; the first date, if another, the first."""
    times = [cell for cell in row[3:] if cell[:2] == "20" and "-" in cell]
    return ListedItem(
        row=number,
        where=_bare(row[0]),
        kind=SCAN,
        text=line,
        at=times[-1] if times else "",
        since=times[0] if len(times) > 1 else "",
        events=int(row[1]) if row[1].isdigit() and len(row[1]) < 10 else 1,  # noqa: PLR2004 - digits
        confidence=LIKELY,
        details={"reports": row[1], "targets": row[2]},
    )


def _bare(address: str) -> str:
    """An address without padding.

    >>> _bare("203.000.113.007")
    '203.0.113.7'
    """
    return ".".join(part.lstrip("0") or "0" for part in address.split("."))


def plan(context: FetchContext) -> Sequence[FeedRequest]:
    """The list of our AS where the option names it, and the block list."""
    requests = (
        [get_request(OF_AS, context)._replace(name=f"as{context.options['asn']}.txt")]
        if context.options["asn"]
        else []
    )
    return [*requests, get_request(BLOCK, context)]


FEED = Feed(
    name="dshield",
    version=1,
    title="DShield",
    origin="dshield.org",
    terms="SANS ISC: CC BY-NC-SA, non-commercial; set the option asn to your own AS number",
    parse=parse,
    options={"asn": ""},
    plan=plan,
    every=DAY,
    again=DAY,
)
