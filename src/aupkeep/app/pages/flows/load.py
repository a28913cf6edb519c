"""The flows page, from what the collector last wrote down; it need not run to be asked."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.pages.flows.page import (
    DetectorRow,
    ExporterRow,
    FlowsPage,
    HitRow,
    RefusedRow,
    ThresholdRow,
)
from aupkeep.app.pages.frame.load import frame_of
from aupkeep.app.pages.frame.page import Person
from aupkeep.app.telemetry.collector import state_files
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment
from aupkeep.notify import measurements

SILENT = timedelta(seconds=15)  # it writes every two
HITS = 100
OURS = ("victim", "vulnerable")  # roles in which the port is of a service of ours
Told = Mapping[str, Any]


def flows_page(context: AppContext, person: Person) -> FlowsPage:
    """Exporters, detectors and the newest hits; a file of another version shows what it can."""
    frame = frame_of(context, person)
    listens = context.settings.flows.listen
    told = state_files.read(context.home.flows, "stats")
    hits = state_files.read(context.home.flows, "hits")
    if not isinstance(told, dict):
        return FlowsPage(frame=frame, listens=listens)
    at = _moment(told.get("at"))
    return FlowsPage(
        frame=frame,
        listens=listens,
        at=at,
        silent=at is None or frame.now - at > SILENT,
        exporters=tuple(_exporter(one) for one in _list(told, "exporters")),
        refused=tuple(
            RefusedRow(address=str(one.get("address")), datagrams=_count(one, "datagrams"))
            for one in _list(told, "refused")
        ),
        troubles=tuple(_troubles(told)),
        counts=tuple(_counts(told)),
        detectors=tuple(_detector(one) for one in _list(told, "detectors")),
        hits=tuple(_newest(hits)),
    )


def _exporter(one: Told) -> ExporterRow:
    names = ("datagrams", "records", "lost", "reordered", "restarts", "templates")
    return ExporterRow(
        name=str(one.get("exporter")),
        address=str(one.get("address")),
        site=str(one.get("site")),
        rate=float(one.get("rate") or 0),
        **{name: _count(one, name) for name in names},
        template_age=one.get("template_age_s"),
        sampling=tuple(_sampled(stream) for stream in _list(one, "sampling")),
        acts=bool(one.get("acts")),
        last=_moment(one.get("last")),
    )


def _sampled(stream: Told) -> str:
    """The sampling of one stream.

    >>> _sampled({"protocol": "ipfix", "domain": 1, "rate": 1000, "source": "options"})
    'ipfix, domain 1: 1 in 1,000 (options)'
    """
    rate = stream.get("rate")
    said = f"1 in {rate:,}" if isinstance(rate, int) and rate else "not known"
    source = stream.get("source")
    words = f" ({source})" if source and said != "not known" else ""
    return f"{stream.get('protocol')}, domain {stream.get('domain')}: {said}{words}"


def _troubles(told: Told) -> Iterator[str]:
    """What a person must know, the gravest first."""
    windows, archive, post = (_part(told, name) for name in ("windows", "archive", "desk"))
    if not windows.get("own"):
        yield "None of our own prefixes is declared (aupkeep inventory own add): nothing is watched"
    drops = _count(told, "kernel_drops")
    if drops:
        yield f"{drops:,} datagrams came faster than they were read and are lost; see buffer_bytes"
    if archive.get("trouble"):
        yield f"Flows are not kept: {archive['trouble']}. The windows go on."
    if post.get("trouble"):
        waiting = _count(post, "waiting")
        yield f"Findings wait for the desk ({waiting}): {post['trouble']}"
    if _count(post, "lost"):
        yield f"{_count(post, 'lost'):,} findings are lost: the desk was away too long"
    yield from map(str, told.get("trouble") or ())


def _counts(told: Told) -> Iterator[tuple[str, int]]:
    """What was counted since the start, in words."""
    counts, archive = _part(told, "counts"), _part(told, "archive")
    yield "Flow rows", _count(counts, "rows")
    yield "Rows kept", _count(archive, "rows")
    yield "Hits", _count(counts, "hits")
    yield "Told to the desk", _count(counts, "told")
    yield "Lost in the kernel", _count(told, "kernel_drops")
    for reason, count in sorted(_part(told, "dropped").items()):
        yield f"Dropped: {str(reason).replace('_', ' ')}", int(count)
    for reason, count in sorted(_part(_part(told, "windows"), "lost").items()):
        yield f"Not counted: {str(reason).replace('_', ' ')}", int(count)


def _detector(one: Told) -> DetectorRow:
    return DetectorRow(
        **{name: str(one.get(name, "")) for name in ("name", "says", "kind", "mode", "by")},
        minimum=str(one.get("minimum", "")),
        lacks=tuple(map(str, one.get("lacks") or ())),
        thresholds=tuple(row for each in _list(one, "thresholds") for row in _thresholds(each)),
    )


def _thresholds(one: Told) -> Iterator[ThresholdRow]:
    """A threshold for all, then those of the classes that have their own."""
    for each in (one, *_list(one, "classes")):
        yield ThresholdRow(
            what=str(one.get("what")),
            value=float(each["value"]),
            by=str(each.get("by")),
            of_class=str(each.get("class") or ""),
        )


def _newest(hits: object) -> Iterator[HitRow]:
    found = hits if isinstance(hits, list) else []
    for one in reversed(found[-HITS:]):
        at = _moment(one.get("at"))
        if at is not None:
            yield _hit(one, at)


def _other(one: Told) -> str:
    """The other side and the port in words: where the address acts, or where it is attacked.

    >>> _other({"role": "offender", "port": 25}), _other({"role": "victim", "port": 80})
    ('to any, port 25', 'at port 80')
    """
    peer, port = one.get("peer"), one.get("port")
    if one.get("role") in OURS:
        return " ".join(filter(None, [f"from {peer}" if peer else "", _port(port, "at ")]))
    return f"to {peer or 'any'}{_port(port, ', ')}" if peer or port is not None else ""


def _port(port: object, before: str) -> str:
    return "" if port is None else f"{before}port {port}"


def _hit(one: Told, at: datetime) -> HitRow:
    return HitRow(
        id=str(one.get("hit")),
        at=at,
        detector=str(one.get("detector")),
        subject=str(one.get("address")),
        peer=_other(one),
        mode=str(one.get("mode")),
        rows=_count(one, "rows"),
        told=measurements.describe_counts(_part(one, "evidence"), "en"),
        rate_unknown=bool(one.get("rate_unknown")),
    )  # fmt: skip


def _list(told: Told, name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _part(told: Told, name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _count(told: Told, name: str) -> int:
    found = told.get(name)
    return found if isinstance(found, int) else 0


def _moment(text: object) -> datetime | None:
    try:
        return parse_moment(str(text), "at") if text else None
    except Invalid:
        return None
