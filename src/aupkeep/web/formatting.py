"""How values look on a page: times, spans, hostile text. Pure."""

from datetime import UTC, datetime, timedelta
from unicodedata import category
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aupkeep.web.words import say

MINUTE, HOUR, DAY = 60, 3600, 86400
HIDDEN = {
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Cn",
    "Zl",
    "Zp",
}  # Unicode categories that do not show themselves


def plain(text: str) -> str:
    r"""Hostile text made harmless to the eye: what is invisible or turns the line gets a name.

    Control, bidirectional and private characters become `⟨U+202E⟩`; line ends and tabs stay.

    >>> plain("moc.\u202eelgoog")
    'moc.⟨U+202E⟩elgoog'
    """
    whole = text.replace("\r\n", "\n")
    return "".join(
        f"⟨U+{ord(sign):04X}⟩" if category(sign) in HIDDEN and sign not in "\n\t" else sign
        for sign in whole
    )


def zone(name: str) -> tuple[ZoneInfo | None, str]:
    """The zone and its city; (None, "UTC") for UTC or a zone this machine does not know.

    >>> zone("Nowhere/Atlantis")
    (None, 'UTC')
    """
    try:
        info = ZoneInfo(name) if name != "UTC" else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        info = None
    return info, name.rpartition("/")[2].replace("_", " ") if info else "UTC"


def moment(at: datetime, language: str, zone_name: str = "UTC") -> str:
    """A moment in words, in the reader's zone, which is named.

    >>> moment(datetime(2026, 11, 25, 13, 30, tzinfo=UTC), "nb", "UTC")
    'onsdag 25. november 2026 kl. 13.30 (UTC)'
    """
    where, city = zone(zone_name)
    local = at.astimezone(where or UTC)
    words = say(
        language,
        "moment",
        day=say(language, "days").split()[local.weekday()],
        date=local.day,
        month=say(language, "months").split()[local.month - 1],
        year=local.year,
        hour=f"{local:%H}",
        minute=f"{local:%M}",
    )
    return f"{words} ({city})"


def span(length: timedelta, language: str = "en") -> str:
    """A length in its two largest units, never less than a minute.

    >>> span(timedelta(hours=23, minutes=41)), span(timedelta(days=3, minutes=5)), span(timedelta())
    ('23 h 41 min', '3 d', '0 min')
    """
    seconds = int(abs(length.total_seconds()))
    parts = [
        (seconds // DAY, "unit.d"),
        (seconds % DAY // HOUR, "unit.h"),
        (seconds % HOUR // MINUTE, "unit.min"),
    ]
    first = next((i for i, (count, _) in enumerate(parts) if count), 2)
    shown = [f"{count} {say(language, unit)}" for count, unit in parts[first : first + 2] if count]
    return " ".join(shown) or f"0 {say(language, 'unit.min')}"


def exactness(seconds: float, language: str = "en") -> str:
    """How exact a time is, in words.

    >>> exactness(0.5), exactness(90), exactness(7)
    ('to the second', 'give or take 1 min', 'give or take 7 s')
    """
    if seconds <= 1:
        return say(language, "exact.second")
    length = f"{seconds:.0f} s" if seconds < MINUTE else span(timedelta(seconds=seconds), language)
    return say(language, "exact.around", span=length)
