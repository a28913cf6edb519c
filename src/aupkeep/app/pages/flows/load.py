"""The flows page, from what the collector last wrote down; it need not run to be asked."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.pages.flows.collector_json import (
    JsonObject,
    count,
    moment,
    number,
    objects,
    part,
    texts,
)
from aupkeep.app.pages.flows.page import (
    DetectorRow,
    ExporterRow,
    FlowsHeard,
    FlowsPage,
    HitRow,
    RefusedRow,
    ThresholdLine,
)
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.telemetry.collector import state_files
from aupkeep.notify import measurements

SILENT = timedelta(seconds=15)  # it writes every two
HITS = 100
OURS = ("victim", "vulnerable")  # roles in which the port is of a service of ours


def flows_page(context: AppContext, person: Person) -> FlowsPage:
    """The page of what is heard."""
    heard = flows_heard(context)
    shown = {item.name: getattr(heard, item.name) for item in fields(heard)}
    return FlowsPage(header=page_header(context, person), **shown)


def flows_heard(context: AppContext) -> FlowsHeard:
    """Exporters, detectors and the newest hits; a file of another version shows what it can."""
    listens = context.settings.flows.listen
    stats = state_files.read(context.home.flows, "stats")
    hits = state_files.read(context.home.flows, "hits")
    if not isinstance(stats, dict):
        return FlowsHeard(listens=listens)
    at = moment(stats, "at")
    return FlowsHeard(
        listens=listens,
        at=at,
        silent=at is None or context.now() - at > SILENT,
        exporters=tuple(_exporter(exporter) for exporter in objects(stats.get("exporters"))),
        refused=tuple(
            RefusedRow(address=str(sender.get("address")), datagrams=count(sender, "datagrams"))
            for sender in objects(stats.get("refused"))
        ),
        troubles=tuple(_troubles(stats)),
        counts=tuple(_counts(stats)),
        detectors=tuple(_detector(detector) for detector in objects(stats.get("detectors"))),
        hits=tuple(_newest(hits)),
    )


def _exporter(exporter: JsonObject) -> ExporterRow:
    age = exporter.get("template_age_s")
    names = ("datagrams", "records", "lost", "reordered", "restarts", "templates")
    return ExporterRow(
        name=str(exporter.get("exporter")),
        address=str(exporter.get("address")),
        site=str(exporter.get("site")),
        rate=number(exporter, "rate"),
        **{name: count(exporter, name) for name in names},
        template_age=age if isinstance(age, int) else None,
        sampling=tuple(_sampled(stream) for stream in objects(exporter.get("sampling"))),
        acts=bool(exporter.get("acts")),
        ways=str(exporter.get("ways") or ""),
        last=moment(exporter, "last"),
    )


def _sampled(stream: JsonObject) -> str:
    """The sampling of one stream.

    >>> _sampled({"protocol": "ipfix", "domain": 1, "rate": 1000, "source": "options"})
    'ipfix, domain 1: 1 in 1,000 (options)'
    """
    rate = stream.get("rate")
    said = f"1 in {rate:,}" if isinstance(rate, int) and rate else "not known"
    source = stream.get("source")
    words = f" ({source})" if source and said != "not known" else ""
    return f"{stream.get('protocol')}, domain {stream.get('domain')}: {said}{words}"


def _troubles(stats: JsonObject) -> Iterator[str]:
    """What a person must know, the gravest first."""
    windows, archive, post = (part(stats, name) for name in ("windows", "archive", "desk"))
    if not windows.get("own"):
        yield "None of our own prefixes is declared (aupkeep inventory own add): nothing is watched"
    drops = count(stats, "kernel_drops")
    if drops:
        yield f"{drops:,} datagrams found the socket buffer full and are lost; see buffer_bytes"
    if archive.get("trouble"):
        yield f"Flows are not kept, detection goes on: {archive['trouble']}"
    if post.get("trouble"):
        waiting = count(post, "waiting")
        yield f"Findings cannot be handed to the desk ({waiting} wait): {post['trouble']}"
    if count(post, "lost"):
        yield f"{count(post, 'lost'):,} findings are lost: the desk was away too long"
    yield from texts(stats, "trouble")


def _counts(stats: JsonObject) -> Iterator[tuple[str, int]]:
    """What was counted since the start, in words."""
    counts, archive = part(stats, "counts"), part(stats, "archive")
    yield "Flow rows", count(counts, "rows")
    yield "Rows kept", count(archive, "rows")
    yield "Hits", count(counts, "hits")
    yield "Findings handed to the desk", count(counts, "told")
    yield "Lost in the kernel", count(stats, "kernel_drops")
    lost = part(part(stats, "windows"), "lost")
    for words, reasons in (("Dropped", part(stats, "dropped")), ("Not counted", lost)):
        for reason in sorted(reasons):
            yield f"{words}: {reason.replace('_', ' ')}", count(reasons, reason)


def _detector(detector: JsonObject) -> DetectorRow:
    return DetectorRow(
        **{name: str(detector.get(name, "")) for name in ("name", "says", "kind", "mode", "by")},
        minimum=str(detector.get("minimum", "")),
        lacks=tuple(texts(detector, "lacks")),
        thresholds=tuple(
            row
            for threshold in objects(detector.get("thresholds"))
            for row in _thresholds(threshold)
        ),
    )


def _thresholds(threshold: JsonObject) -> Iterator[ThresholdLine]:
    """A threshold for all, then those of the classes that have their own."""
    for level in (threshold, *objects(threshold.get("classes"))):
        yield ThresholdLine(
            what=str(threshold.get("what")),
            value=number(level, "value"),
            by=str(level.get("by")),
            of_class=str(level.get("class") or ""),
        )


def _newest(hits: object) -> Iterator[HitRow]:
    for hit in reversed(objects(hits)[-HITS:]):
        at = moment(hit, "at")
        if at is not None:
            yield _hit(hit, at)


def _other_side(hit: JsonObject) -> str:
    """The other side and the port in words: where the address acts, or where it is attacked.

    >>> _other_side({"role": "offender", "port": 25}), _other_side({"role": "victim", "port": 80})
    ('to any, port 25', 'at port 80')
    """
    peer, port = hit.get("peer"), hit.get("port")
    if hit.get("role") in OURS:
        return " ".join(filter(None, [f"from {peer}" if peer else "", _port(port, "at ")]))
    return f"to {peer or 'any'}{_port(port, ', ')}" if peer or port is not None else ""


def _port(port: object, before: str) -> str:
    return "" if port is None else f"{before}port {port}"


def _hit(hit: JsonObject, at: datetime) -> HitRow:
    return HitRow(
        id=str(hit.get("hit")),
        at=at,
        detector=str(hit.get("detector")),
        subject=str(hit.get("address")),
        peer=_other_side(hit),
        mode=str(hit.get("mode")),
        rows=count(hit, "rows"),
        told=measurements.describe_counts(part(hit, "evidence"), "en"),
        rate_unknown=bool(hit.get("rate_unknown")),
    )  # fmt: skip
