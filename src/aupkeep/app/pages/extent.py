"""How much was seen, and from when to when, in two languages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aupkeep.model.case import Claim
from aupkeep.notify import measurements
from aupkeep.notify.phrases import Language

NOTHING = ("no report of it stands", "ingen melding om det står ved lag")


def extent(claims: Sequence[Claim], events: int, language: Language = "en") -> str:
    """How much: the fastest that a detector counted, else how often."""
    fastest = max(
        (claim.finding.details for claim in claims), key=measurements.packet_rate, default={}
    )
    pace = measurements.describe_rate(fastest, language)
    if pace:
        return f"{('up to', 'opptil')[language == 'nb']} {pace}"
    if events == 0:
        return NOTHING[language == "nb"]
    if events == 1:
        return ("once", "én gang")[language == "nb"]
    number = measurements.format_number(events, language)
    return f"{number} {('events', 'hendelser')[language == 'nb']}"


def period(first: datetime, last: datetime) -> str:
    """From when to when, to the second, in UTC: each part that both share once.

    >>> period(datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC), datetime(2026, 3, 1, 9, 13, tzinfo=UTC))
    '2026-03-01 09:12:04–09:13:00 UTC'
    """  # noqa: RUF002 - from-to is written with this dash
    start, end = first.astimezone(UTC), last.astimezone(UTC)
    begun, ended = f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}"
    if begun == ended:
        return f"{begun} UTC"
    if start.date() == end.date():
        return f"{begun}–{end:%H:%M:%S} UTC"  # noqa: RUF001 - the same
    return f"{begun} – {ended} UTC"  # noqa: RUF001 - the same
