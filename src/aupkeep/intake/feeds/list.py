"""Any plain list: an address, prefix, URL or domain a line, with remarks, as most blocklists are.

Also what firewalls and resolvers load: `add <set> <address>` of ipset, `0.0.0.0 <domain>` of hosts
files, `<entry> ; remark`. What it means is said by the options `kind`, `rsit` and `role`.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.feed import VAGUE, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import LONGEST_LINE, lines
from aupkeep.model.finding import Role

SINKS = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - where hosts files send names
TAIL = re.compile(r"(?<!\s)\s+(?:[#;]|//).*$")
TWO, THREE = 2, 3
OPTIONS = {"url": "", "kind": "reputation/blocklist", "rsit": "", "role": "", "confidence": VAGUE}


def plain(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each line's entry, of the kind and role the options name."""
    kind, rsit = options["kind"], options["rsit"]
    role = Role(options["role"]) if options["role"] in set(Role) else None
    confidence = options["confidence"]
    for number, line in lines(copy.text, ("#", ";", "//", "!")):
        where = line if " " not in line and "\t" not in line and ";" not in line else entry(line)
        yield ListedItem(number, where, kind, line, role=role, rsit=rsit, confidence=confidence)


def entry(line: str) -> str:
    """What a line lists.

    >>> entry("203.0.113.0/24 ; SBL1"), entry("0.0.0.0 bad.example"), entry("add set 203.0.113.7")
    ('203.0.113.0/24', 'bad.example', '203.0.113.7')
    """
    words = TAIL.sub("", line[:LONGEST_LINE]).replace(";", " ").split()
    if len(words) >= TWO and words[0] in SINKS:
        return words[1]
    if len(words) >= THREE and words[0] == "add":
        return words[2]
    return words[0] if words else ""


FEED = Feed(
    name="list",
    version=1,
    title="Plain list",
    origin="list",
    terms="as the list's publisher says; set the option url, and origin to who observed it",
    parse=plain,
    urls=("{url}",),
    options=OPTIONS,
    needs=("url",),
)
