"""Reads a detector's document: findings with their modes, and the lines people see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aupkeep.app.telemetry.findings.hit_document import MOST, NAME, SURPLUS, flow_line
from aupkeep.app.telemetry.findings.posted import finding_of
from aupkeep.intake.formats import strict_json
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import LONGEST_DETAIL, Finding, Mode, Offset
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.report import Reading, ReadingOutcome, RejectedRow
from aupkeep.notify import measurements
from aupkeep.telemetry.rows import FlowRecord

FASTEST = 1 << 40  # bytes a second


def read_hits(data: bytes, sites: Mapping[str, str] | None = None) -> Reading:
    """Read a document; a finding that is wrong is dead with its reason, the others stand.

    `sites` are those of the exporters by address: what was seen at one site alone is about it.

    Raises `Invalid` when it is no such document at all.
    """
    hits = read_document(data)
    good: list[Finding] = []
    dead: list[RejectedRow] = []
    lines: list[str] = []
    for number, row in enumerate(hits.findings):
        try:
            finding = _read(row, hits.detector, hits.version)
            seen = read_flows(hits.flows[number]) if number < len(hits.flows) else []
            finding = replace(finding, site=finding.site or _site(seen, sites or {}))
        except Invalid as error:
            dead.append(RejectedRow(row=number, reason=str(error)))
            continue
        good.append(_placed(finding, sum(len(line) + 1 for line in lines)))
        lines.append(sentence(finding, hits.says))
    rows = [flow_line(flow) for group in hits.flows for flow in read_flows(group)]
    return Reading(
        outcome=ReadingOutcome.PARSED if good else ReadingOutcome.INBOX,
        reason=None if good else "no finding could be read",
        container="detector",
        reporter=f"detector {hits.detector}",
        title=hits.says[:LONGEST_DETAIL],
        findings=tuple(good),
        dead=tuple(dead),
        parts=("\n".join([*lines, "", *rows, ""]),),
    )


def _site(seen: Sequence[FlowRecord], sites: Mapping[str, str]) -> str | None:
    """The one site whose exporters saw these flows; None where none is known, or several."""
    sites_seen = {sites.get(flow.exporter or "") for flow in seen}
    return sites_seen.pop() if len(sites_seen) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitDocument:
    """A document's outer form; its findings and flows are JSON that nobody has checked yet."""

    detector: str
    version: int
    says: str
    rule: Mapping[str, Any]
    findings: Sequence[Any]
    flows: Sequence[Any]


def read_document(data: bytes) -> HitDocument:
    """The document's outer form. Raises `Invalid`."""
    try:
        document = strict_json.load(data.decode("utf-8"))
    except (UnicodeDecodeError, Unreadable) as error:
        raise Invalid(f"hits: expected a JSON document, found: {str(error)[:120]}") from error
    shape = {"detector": str, "version": int, "says": str, "rule": dict}
    shape |= {"findings": list, "flows": list}
    if not isinstance(document, dict) or set(document) != set(shape):
        raise Invalid(f"hits: expected {', '.join(shape)}, found {str(document)[:60]!a}")
    for name, kind in shape.items():
        if not isinstance(document[name], kind):
            raise Invalid(
                f"hits: {name}: expected {kind.__name__}, found {str(document[name])[:60]!a}"
            )
    if not NAME.fullmatch(document["detector"]):
        raise Invalid(f"hits: detector: expected a name, found {document['detector'][:60]!a}")
    if not 0 < len(document["findings"]) <= MOST:
        raise Invalid(f"hits: expected 1 to {MOST} findings, found {len(document['findings'])}")
    return HitDocument(**document)


def read_flows(group: object) -> list[FlowRecord]:
    """The flows of one finding; what is no flow is left out."""
    rows: Sequence[Any] = group if isinstance(group, list) else ()
    return [
        FlowRecord._make(row.get(name) for name in FlowRecord._fields)
        for row in rows
        if isinstance(row, dict)
    ]


def _read(row: Any, name: str, version: int) -> Finding:  # noqa: ANN401 - what JSON may hold
    """One finding with what only our own detectors say of it. Raises `Invalid`."""
    plain = {k: v for k, v in row.items() if k not in SURPLUS} if isinstance(row, dict) else row
    origin = Origin(OriginChannel.DETECTOR, name)
    finding = finding_of(plain, source=origin, maker=f"{name}/{version}")
    mode, unknown = row.get("mode"), row.get("rate_unknown", False)
    if mode not in set(Mode) or not isinstance(unknown, bool):
        raise Invalid(f"mode: expected one of {', '.join(Mode)}, found {str(mode)[:40]!a}")
    rate = row.get("rate")
    if rate is not None and (type(rate) is not int or not 0 <= rate <= FASTEST):
        raise Invalid(f"rate: expected bytes a second up to {FASTEST}, found {str(rate)[:40]!a}")
    return replace(finding, mode=Mode(mode), rate_unknown=unknown, rate=rate)


def _placed(finding: Finding, start: int) -> Finding:
    """The finding, which knows that its address stands at the beginning of its line."""
    end = start + len(str(finding.subject.address))
    return replace(finding, offsets={"address": Offset(0, start, end)})


def sentence(finding: Finding, says: str) -> str:
    """What was seen, in one line: the address first."""
    target, details = finding.target, finding.details
    peer = target.address if target else None
    port = target.port if target and target.port else finding.subject.port
    about = "".join([f" with {peer}" if peer else "", f", port {port}" if port else ""])
    when = finding.at.isoformat(timespec="seconds").replace("+00:00", "Z") if finding.at else ""
    sure = f", chance to see it {details['chance']}" if details.get("chance") else ""
    counts = "; ".join(
        filter(None, [measurements.describe_counts(details, "en"), _sampled(details) + sure])
    )
    return f"{finding.subject.address}{about}, from {when}: {says} ({counts})".replace("\n", " ")


def _sampled(details: Mapping[str, str]) -> str:
    """At which sampling it was counted, in words."""
    rate = details.get("sampling")
    if not rate:
        return "sampling unknown"
    return "every packet counted" if rate == "1" else f"1 packet in {rate} counted"
