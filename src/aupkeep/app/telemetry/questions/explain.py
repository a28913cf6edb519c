"""Why a detector made a finding: its thresholds and who set them, rows, sampling, chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aupkeep.app.telemetry.findings.display import hit_words
from aupkeep.app.telemetry.findings.read_hits import read_document, read_flows
from aupkeep.model.case import Claim
from aupkeep.model.errors import Missing
from aupkeep.model.finding import Finding, Mode
from aupkeep.model.moments import show_moment
from aupkeep.model.origin import OriginChannel
from aupkeep.model.raw import Channel
from aupkeep.model.report import Reading
from aupkeep.store import cases, raws, reports
from aupkeep.telemetry.rows import FlowRecord

MOST = 20  # findings of one case, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedThreshold:
    """A threshold under which a detector spoke; `by` says who set it."""

    name: str
    value: float
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One finding of a detector with what it rests on.

    `goes` says how far it goes by itself, `told` what was counted; `class_` is the class of
    customers that the thresholds are for, None: all without their own. `digest` is the SHA-256 of
    the document that holds the flow rows.
    """

    claim: str
    case: str | None
    detector: str
    version: int
    says: str
    kind: str
    address: str
    at: str
    mode: str | None
    goes: str
    thresholds: Sequence[ExplainedThreshold]
    class_: str | None
    policy: str | None
    evidence: Mapping[str, str]
    told: str
    confidence: float
    sampling: str | None
    chance: str | None
    flows: Sequence[FlowRecord]
    digest: str
    raw: str


def explain(name: str) -> list[Explanation]:
    """Explain the findings behind a case's reference, a claim's or a report's id.

    Raises `Missing` when it names none that a detector of ours made.
    """
    claims = [
        claim
        for claim in claims_named(name)
        if claim.finding.source.channel is OriginChannel.DETECTOR
    ]
    explanations = [_explained(claim) for claim in claims[-MOST:]]
    answer = [explanation for explanation in explanations if explanation is not None]
    if not answer:
        raise Missing(
            f"finding: expected a case, report or claim that a detector made, found {name[:60]!r}"
        )
    return answer


def claims_named(name: str) -> list[Claim]:
    """The claims of a case by its reference, of a report, or the one of an id."""
    case = cases.by_reference(name.upper())
    if case is not None:
        return cases.claims(case.id)
    return cases.claims_by_report(name) or cases.claims_by_id(name)


def _explained(claim: Claim) -> Explanation | None:
    """One finding with the document it came in."""
    report = reports.get(claim.report) if claim.report else None
    raw = raws.get(report.raw) if report else None
    if report is None or raw is None or raw.channel is not Channel.DETECTOR:
        return None
    hits = read_document(raws.read(raw.digest))
    place = _place(claim.finding, report.reading)
    rows = hits.flows[place] if place is not None and place < len(hits.flows) else []
    rule, finding = hits.rule, claim.finding
    sources = rule.get("sources", {})
    return Explanation(
        claim=claim.id,
        case=_reference(claim),
        detector=hits.detector,
        version=hits.version,
        says=hits.says,
        kind=finding.kind,
        address=str(finding.subject.address),
        at=show_moment(claim.at),
        mode=finding.mode.value if finding.mode else None,
        goes=goes(finding),
        thresholds=[
            ExplainedThreshold(name=name, value=value, by=sources.get(name))
            for name, value in rule.get("thresholds", {}).items()
        ],
        class_=rule.get("class"),
        policy=rule.get("policy"),
        evidence=finding.details,
        told=hit_words(finding.details, rate_unknown=finding.rate_unknown),
        confidence=finding.confidence,
        sampling=finding.details.get("sampling"),
        chance=finding.details.get("chance"),
        flows=read_flows(rows),
        digest=raw.digest,
        raw=raw.id,
    )


def _place(finding: Finding, reading: Reading) -> int | None:
    """Which of the document's findings this is; those that could not be read are passed over."""
    dead = {rejected.row for rejected in reading.dead}
    read = [at for at in range(len(reading.findings) + len(dead)) if at not in dead]
    return next(
        (at for at, candidate in zip(read, reading.findings, strict=True) if candidate == finding),
        None,
    )


def goes(finding: Finding) -> str:
    """How far it goes by itself, in words."""
    if finding.rate_unknown:
        return "it is told and no rule acts on it: the sampling rate is not known"
    return {
        Mode.OBSERVE: "it stays with the collector",
        Mode.NOTIFY: "it is told; no measure rests on it",
        Mode.PROPOSE: "a person is asked; no rule acts on it",
        Mode.ACT: "rules may act on it, within their level",
    }.get(finding.mode or Mode.ACT, "")


def _reference(claim: Claim) -> str | None:
    of_report = cases.of_report(claim.report) if claim.report else []
    holder = claim.held.customer, claim.held.resource
    return next(
        (
            case.reference
            for case in of_report
            if (case.customer, case.resource) == holder and case.kind == claim.finding.kind
        ),
        None,
    )
