"""How each exporter stands: rate, loss, templates, sampling and who says so; who was refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aupkeep.config.flows import Exporter
from aupkeep.model.subject import Address
from aupkeep.telemetry.rows import WORDS, Protocol, stamp
from aupkeep.telemetry.wire.decoder import Decoder

MOST_DOMAINS = 50  # of one exporter that are shown
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of one exporter since the start; `last` is milliseconds since 1970, 0: nothing."""

    datagrams: int = 0
    records: int = 0
    last: int = 0


def exporter_rows(
    exporters: Iterable[Exporter],
    heard: Mapping[Address, Heard],
    decoder: Decoder,
    now_ms: int,
) -> list[dict[str, Any]]:
    """One object an exporter, as `aupkeep flows exporters -o json` shows it."""
    return [_row(one, heard.get(one.address, Heard()), decoder, now_ms) for one in exporters]


def _row(one: Exporter, heard: Heard, decoder: Decoder, now_ms: int) -> dict[str, Any]:
    sampling = list(_sampling(one.address, decoder))
    streams = [
        (key, count)
        for key, count in decoder.sequences.streams.items()
        if key.exporter == one.address
    ]
    known = decoder.templates.of(one.address).values()
    return {
        "exporter": one.name,
        "address": str(one.address),
        "site": one.site,
        "datagrams": heard.datagrams,
        "records": heard.records,
        "last": stamp(heard.last) if heard.last else None,
        "lost": sum(count.lost for _, count in streams),
        "reordered": sum(count.reordered for _, count in streams),
        "restarts": sum(count.restarts for _, count in streams),
        "templates": len(known),
        "template_age_s": round((now_ms - min(x.last for x in known)) / 1000) if known else None,
        "sampling": sampling[:MOST_DOMAINS],
        "acts": bool(sampling) and all(x["source"] != UNKNOWN for x in sampling),
    }


def _sampling(exporter: Address, decoder: Decoder) -> Iterable[dict[str, Any]]:
    """The rate last used in each domain of an exporter, and its source."""
    for where, rates in decoder.sampling.domains().items():
        if where.exporter == exporter:
            known = where.version in set(Protocol)
            yield {
                "protocol": WORDS[Protocol(where.version)] if known else str(where.version),
                "domain": where.domain,
                "rate": rates.used.rate or None,
                "source": rates.used.source.value,
            }
