"""Acceptances of the binding document as CSV; the columns are REQUIRED and OPTIONAL, in any order.

`hash` is the SHA-256 of the accepted text as the provider's own records have it.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from aupkeep.inventory.csv_table import rows
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_day
from aupkeep.model.report import RejectedRow

REQUIRED = ("customer", "version", "accepted_at")
OPTIONAL = ("document", "by", "hash")
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
LONGEST = 200  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedAcceptance:
    """One acceptance as given; `document` and `by` may be "", `digest` too."""

    number: int
    customer: str
    document: str
    version: str
    accepted_at: datetime
    by: str
    digest: str


def read_acceptances(data: bytes) -> tuple[list[ParsedAcceptance], list[RejectedRow]]:
    """All acceptances of the file, and the rows that could not be read. Raises `Unreadable`."""
    good: list[ParsedAcceptance] = []
    dead: list[RejectedRow] = []
    for line in rows(data, REQUIRED, OPTIONAL):
        if isinstance(line, RejectedRow):
            dead.append(line)
            continue
        number, raw = line
        try:
            good.append(parse_acceptance(raw, number))
        except Invalid as error:
            dead.append(RejectedRow(row=number, reason=str(error)))
    return good, dead


def parse_acceptance(raw: dict[str, str], number: int = 0) -> ParsedAcceptance:
    """One acceptance from its texts by column name. Raises `Invalid`."""
    for name in REQUIRED:
        if not raw.get(name):
            raise Invalid(f"{name}: expected a value, found nothing")
    digest = raw.get("hash", "").lower()
    if digest and not SHA256.fullmatch(digest):
        raise Invalid(f"hash: expected a SHA-256 in hex, found {digest[:70]!r}")
    return ParsedAcceptance(
        number=number,
        customer=raw["customer"],
        document=raw.get("document", "")[:LONGEST],
        version=raw["version"][:LONGEST],
        accepted_at=parse_day(raw["accepted_at"], "accepted_at"),
        by=raw.get("by", "")[:LONGEST],
        digest=digest,
    )
