"""How each exporter stands: rate, loss, templates, sampling and who says so; who was refused."""

from collections.abc import Iterable
from typing import Any

from aupkeep.config.flows import ExporterSettings
from aupkeep.model.subject import Address
from aupkeep.telemetry.receive.collector import Collector
from aupkeep.telemetry.rows import WORDS, Protocol, stamp
from aupkeep.telemetry.wire.decoder import Decoder

MOST_DOMAINS = 50  # of one exporter that are shown
MOST_REFUSED = 50  # senders that are shown
UNKNOWN = "unknown"


def exporter_rows(
    exporters: Iterable[ExporterSettings], collector: Collector
) -> list[dict[str, Any]]:
    """One object an exporter, as `aupkeep flows exporters -o json` shows it."""
    standing = collector.standing()
    found = []
    for one in exporters:
        stands = standing[one.address]
        sampling = list(_sampling(one.address, collector.decoder))[:MOST_DOMAINS]
        age = stands.template_age_ms
        found.append(
            {
                "exporter": one.name,
                "address": str(one.address),
                "site": one.site,
                "datagrams": stands.datagrams,
                "records": stands.records,
                "last": stamp(stands.last) if stands.last else None,
                "lost": stands.lost,
                "reordered": stands.reordered,
                "repeated": stands.repeated,
                "restarts": stands.restarts,
                "kernel_drops": stands.drops,
                "templates": stands.templates,
                "template_age_s": None if age is None else round(age / 1000),
                "sampling": sampling,
                "acts": bool(sampling) and all(x["source"] != UNKNOWN for x in sampling),
            }
        )
    return found


def refused_rows(collector: Collector) -> list[dict[str, Any]]:
    """Who sent and is not on the list, those with the most datagrams first."""
    return [
        {
            "address": str(one.sender) if one.sender else "others",
            "datagrams": one.datagrams,
            "last": stamp(one.last) if one.last else None,
        }
        for one in collector.refused[:MOST_REFUSED]
    ]


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
