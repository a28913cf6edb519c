"""Microsoft SNDS: how Outlook.com sees the mail of our addresses, as CSV without a header.

`data.aspx` has a row an address and day: address, activity start, activity end, RCPT commands, DATA
commands, recipients, filter result (GREEN, YELLOW, RED), complaint rate, trap period start and end,
trap hits, sample HELO, sample sender, comments. `ipStatus.aspx` has first address, last address,
blocked (Yes or No), reason. Both show only space that the key's owner registered, so nothing here
is about others. The dates state no zone: of each the day is kept. Complaints one by one come as ARF
by mail (JMRP), not here.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, summarize_address_range

from aupkeep.intake.feed import (
    DAY,
    HOUR,
    SURE,
    VAGUE,
    Feed,
    FetchedList,
    ListedItem,
    Options,
    ParsedRow,
)
from aupkeep.intake.formats.list_rows import cells, lines
from aupkeep.model.report import RejectedRow

BASE = "https://sendersupport.olc.protection.outlook.com/snds"
URLS = (f"{BASE}/data.aspx?key={{key}}", f"{BASE}/ipStatus.aspx?key={{key}}")
DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b.*", re.ASCII)
LEAST, STATUS = 8, (3, 4)  # cells of a row of data, of status
RESULT, TRAPS = 6, 10
SURENESS = {"RED": SURE, "YELLOW": VAGUE}


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """What Microsoft filters, traps or blocks; a green row is no trouble and yields nothing."""
    del options
    for number, line in lines(copy.text):
        row = cells(line)
        if len(row) in STATUS:
            yield from _status(number, row, line)
        elif len(row) >= LEAST:
            yield from _data(number, row, line)
        else:
            yield RejectedRow(
                row=number, reason=f"expected {LEAST} cells or more, found {len(row)}"
            )


def _data(number: int, row: list[str], line: str) -> Iterator[ParsedRow]:
    traps = row[TRAPS] if len(row) > TRAPS else ""
    trapped = traps.isdigit() and int(traps[:9]) > 0
    result = row[RESULT].upper()
    if result not in SURENESS and not trapped:
        return
    yield ListedItem(
        row=number,
        where=row[0],
        kind="messaging/spam",
        text=line,
        at=_day(row[2]),
        since=_day(row[1]),
        target_port="25",
        confidence=SURE if trapped else SURENESS[result],
        details={"result": result, "complaints": row[7], "trap hits": traps},
    )


def _status(number: int, row: list[str], line: str) -> Iterator[ParsedRow]:
    if row[2].lower() != "yes":
        return
    try:
        networks = list(summarize_address_range(IPv4Address(row[0]), IPv4Address(row[1])))
    except ValueError as error:
        yield RejectedRow(row=number, reason=f"expected two IPv4 addresses in order, found {error}")
        return
    for network in networks:
        yield ListedItem(
            number, str(network), "reputation/blocklist", line, rsit="other:other", confidence=SURE
        )


def _day(text: str) -> str:
    """The day of `month/day/year hour:minute AM`, as ISO 8601; other texts as they are.

    >>> _day("3/1/2026 5:00 PM"), _day("2026-03-01")
    ('2026-03-01', '2026-03-01')
    """
    match = DATE.fullmatch(text)
    return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}" if match else text


FEED = Feed(
    name="snds",
    version=1,
    title="Microsoft SNDS",
    origin="microsoft",
    terms="Microsoft: free, for space you registered at SNDS; the key is that of automated access",
    parse=parse,
    urls=URLS,
    needs=("key",),
    every=12 * HOUR,
    again=DAY,
)
