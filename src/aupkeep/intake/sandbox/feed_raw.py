"""What one fetch found about us, as the bytes that are received: a raw like any other.

A list of a million rows is not evidence against one customer; the rows about them are. So the raw
of a feed is JSON with the reading of those rows, made when they were fetched, and from there it
goes the road of every report. The same rows give the same bytes: a fetch that is repeated after a
crash is received once.
"""

import json
from collections.abc import Mapping

from aupkeep.intake.formats import strict_json
from aupkeep.intake.readings import inbox
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.model.errors import Unreadable
from aupkeep.model.report import Reading

MEDIA_TYPE = "application/vnd.aupkeep.sighting+json"


def write_feed_raw(maker: str, reading: Reading, mark: Mapping[str, str]) -> bytes:
    """The bytes to receive; `mark` is what tells this sighting from an equal one of another time.

    >>> write_feed_raw("feodo/1", inbox("why"), {}) == write_feed_raw("feodo/1", inbox("why"), {})
    True
    """
    value = {"maker": maker, "mark": dict(mark), "reading": reading_to_json(reading)}
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def read_feed_raw(data: bytes) -> Reading:
    """The reading again; what is none stands in the inbox with the reason."""
    try:
        value = strict_json.load(data.decode("utf-8", "replace"))
        return reading_from_json(value.get("reading") if isinstance(value, dict) else None)
    except Unreadable as error:
        return inbox(f"sighting: {error}")
