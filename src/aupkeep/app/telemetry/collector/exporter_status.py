"""The counts of each exporter: rate, loss, templates, sampling and its source; refused senders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aupkeep.config.flows import ExporterSettings
from aupkeep.model.subject import Address
from aupkeep.telemetry.receive.collector import Collector, ExporterStatus
from aupkeep.telemetry.rows import PROTOCOL_NAMES, Protocol, rfc3339
from aupkeep.telemetry.wire.decoder import Decoder

MOST_DOMAINS = 50  # of one exporter that are shown
MOST_REFUSED = 50  # senders that are shown
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSampling:
    """The sampling rate last used in one domain of an exporter, and who said it."""

    protocol: str
    domain: int
    rate: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterStats:
    """One exporter as `aupkeep flows exporters -o json` shows it; `rate` is records a second.

    `acts`: rules may act on its flows, for the sampling of all its domains is known. `ways` says
    whether it shows both directions, None: not known yet; `held_s` for how long it holds a flow
    back before it tells.
    """

    exporter: str
    address: str
    site: str
    datagrams: int
    records: int
    last: str | None
    lost: int
    reordered: int
    repeated: int
    restarts: int
    kernel_drops: int | None
    templates: int
    template_age_s: int | None
    sampling: Sequence[DomainSampling]
    acts: bool
    rate: float = 0.0
    ways: str | None = None
    held_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedStats:
    """A sender that is not on the list."""

    address: str
    datagrams: int
    last: str | None


def exporter_stats(
    exporters: Iterable[ExporterSettings], collector: Collector
) -> list[ExporterStats]:
    """The counts of each exporter of the settings; `rate` is filled by whoever knows the time."""
    statuses = collector.statuses()
    return [
        _stats(exporter, statuses[exporter.address], collector.decoder) for exporter in exporters
    ]


def _stats(exporter: ExporterSettings, status: ExporterStatus, decoder: Decoder) -> ExporterStats:
    sampling = list(_sampling(exporter.address, decoder))[:MOST_DOMAINS]
    age = status.template_age_ms
    return ExporterStats(
        exporter=exporter.name,
        address=str(exporter.address),
        site=exporter.site,
        datagrams=status.datagrams,
        records=status.records,
        last=rfc3339(status.last) if status.last else None,
        lost=status.lost,
        reordered=status.reordered,
        repeated=status.repeated,
        restarts=status.restarts,
        kernel_drops=status.drops,
        templates=status.templates,
        template_age_s=None if age is None else round(age / 1000),
        sampling=sampling,
        acts=bool(sampling) and all(domain.source != UNKNOWN for domain in sampling),
    )


def refused_stats(collector: Collector) -> list[RefusedStats]:
    """Who sent and is not on the list, those with the most datagrams first."""
    return [
        RefusedStats(
            address=str(refused.sender) if refused.sender else "others",
            datagrams=refused.datagrams,
            last=rfc3339(refused.last) if refused.last else None,
        )
        for refused in collector.refused[:MOST_REFUSED]
    ]


def _sampling(exporter: Address, decoder: Decoder) -> Iterable[DomainSampling]:
    """The rate last used in each domain of an exporter, and its source."""
    for where, rates in decoder.sampling.domains().items():
        if where.exporter == exporter:
            known = where.version in set(Protocol)
            name = PROTOCOL_NAMES[Protocol(where.version)] if known else str(where.version)
            yield DomainSampling(
                protocol=name,
                domain=where.domain,
                rate=rates.used.rate or None,
                source=rates.used.source.value,
            )
