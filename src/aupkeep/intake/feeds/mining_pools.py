"""Mining pools, a list of the operator's own or somebody's: addresses with the ports they serve.

    198.51.100.7:3333                       # plain lines; also [2001:db8::7]:3333
    stratum+tcp://198.51.100.8:4444
    198.51.100.9                            # no port: whatever is called there

or CSV, `address,port,pool`, in another order where a header says so. A name is read and counted,
but flows know addresses only: whoever makes the list looks the names up.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

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
from aupkeep.intake.feeds.list import TAIL
from aupkeep.intake.formats.columns import columns
from aupkeep.intake.formats.list_rows import cells, lines
from aupkeep.intake.numbers import port_or_none
from aupkeep.intake.parser import Remark
from aupkeep.model.report import RejectedRow

ENTRY = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://)?"
    r"(?:\[(?P<six>[0-9a-f:.]{2,45})\]|(?P<host>[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,20}\.?))(?::(?P<port>\d{1,5}))?"
    r"(?:[/?#]\S*)?|(?P<bare>[0-9a-f]{0,4}(?::[0-9a-f.]{0,15}){2,8})",
    re.IGNORECASE,
)
LITERAL = re.compile(r"[0-9.]+|.*:.*")
DELIMITERS = ",;\t"
USUAL = {"address": 0, "port": 1}
KIND = "reputation/threat_intelligence"


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each row's address with its port; names are told as they are, and counted in a remark."""
    del options
    place: Mapping[str, int] = {}
    names = 0
    for number, line in lines(copy.text, ("#", ";", "//", "!")):
        row = _row(line)
        if not place:
            place = columns(row)
            if "address" in place:
                continue
            place = USUAL
        item = _item(number, line, row, place)
        names += isinstance(item, ListedItem) and not LITERAL.fullmatch(item.where)
        yield item
    if names:
        yield Remark(f"names in place of addresses, which flows do not show: {names}")


def _row(line: str) -> list[str]:
    delimiter = max(DELIMITERS, key=line.count)
    return cells(line, delimiter) if delimiter in line else TAIL.sub("", line).split()


def _item(number: int, line: str, row: Sequence[str], place: Mapping[str, int]) -> ParsedRow:
    match = ENTRY.fullmatch(_cell(row, place["address"]))
    where = match["bare"] or match["six"] or match["host"] if match else ""
    stated = _cell(row, place.get("port", len(row)))
    port = stated if stated.isascii() and stated.isdigit() else (match and match["port"]) or ""
    if not where or (port and port_or_none(port) is None):
        reason = f"expected an address with a port, found {line[:60]!r}"
        return RejectedRow(row=number, reason=reason)
    return ListedItem(
        row=number, where=where, kind=KIND, text=line, port=port, transport="tcp", confidence=LIKELY
    )


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def plan(context: FetchContext) -> Sequence[FeedRequest]:
    """The list's address, where the operator gave one; else a person brings it as a file."""
    return [get_request("{url}", context)] if context.options["url"] else []


FEED = Feed(
    name="mining-pools",
    version=1,
    title="Mining pools",
    origin="mining-pools",
    terms="as the list's publisher says; set the option url, or bring a file of your own",
    parse=parse,
    plan=plan,
    every=DAY,
    options={"url": ""},
    of_others=True,
)
