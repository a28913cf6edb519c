"""Ports and counts as reports write them; what is none costs no claim."""

from aupkeep.model.subject import MAX_PORT


def port_or_none(text: str) -> int | None:
    """A port from 1 to 65535, None for any other text.

    >>> port_or_none("22"), port_or_none("0"), port_or_none("any")
    (22, None, None)
    """
    sane = text.isascii() and text.isdigit() and 0 < int(text[:6]) <= MAX_PORT
    return int(text) if sane else None


def count_or_one(text: str, most: int) -> int:
    """A count from 1 to `most`; 1 for what is no number.

    >>> count_or_one("12", 1000), count_or_one("9" * 400, 1000), count_or_one("-1", 1000)
    (12, 1000, 1)
    """
    return max(1, min(int(text[:12]), most)) if text.isascii() and text.isdigit() else 1
