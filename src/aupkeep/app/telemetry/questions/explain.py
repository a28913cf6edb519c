"""Why a detector spoke: which thresholds, who set them, which rows, which sampling, what chance."""

from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.telemetry.findings.display import told
from aupkeep.app.telemetry.findings.read_hits import document
from aupkeep.model.case import Claim
from aupkeep.model.errors import Missing
from aupkeep.model.finding import Finding, Mode
from aupkeep.model.moments import show_moment
from aupkeep.model.raw import Channel
from aupkeep.model.report import Reading
from aupkeep.store import cases, raws, reports

DETECTOR = "detector:"
MOST = 20  # findings of one case, the newest


def explain(context: AppContext, name: str) -> list[dict[str, Any]]:
    """Explain the findings behind a case's reference, a claim's or a report's id.

    Raises `Missing` when it names none that a detector of ours made.
    """
    del context
    claims = [one for one in claims_named(name) if one.finding.source.startswith(DETECTOR)]
    found = [each for one in claims[-MOST:] if (each := _told(one)) is not None]
    if not found:
        raise Missing(
            f"finding: expected a case, report or claim that a detector made, found {name[:60]!r}"
        )
    return found


def claims_named(name: str) -> list[Claim]:
    """The claims of a case by its reference, of a report, or the one of an id."""
    case = cases.by_reference(name.upper())
    if case is not None:
        return cases.claims(case.id)
    return cases.claims_by_report(name) or cases.claims_by_id(name)


def _told(claim: Claim) -> dict[str, Any] | None:
    """One finding with the document it came in."""
    report = reports.get(claim.report) if claim.report else None
    raw = raws.get(report.raw) if report else None
    if report is None or raw is None or raw.channel is not Channel.DETECTOR:
        return None
    found = document(raws.read(raw.digest))
    place = _place(claim.finding, report.reading)
    flows = found["flows"][place] if place is not None and place < len(found["flows"]) else []
    rule, finding = found["rule"], claim.finding
    figures = rule.get("thresholds", {})
    return {
        "claim": claim.id,
        "case": _reference(claim),
        "detector": found["detector"],
        "version": found["version"],
        "says": found["says"],
        "kind": finding.kind,
        "address": str(finding.subject.address),
        "at": show_moment(claim.at),
        "mode": finding.mode.value if finding.mode else None,
        "goes": goes(finding),
        "thresholds": [
            {"name": name, "value": value, "by": rule.get("sources", {}).get(name)}
            for name, value in figures.items()
        ],
        "class": rule.get("class"),
        "policy": rule.get("policy"),
        "evidence": dict(finding.details),
        "told": told({"evidence": finding.details, "rate_unknown": finding.rate_unknown}),
        "confidence": finding.confidence,
        "sampling": finding.details.get("sampling"),
        "chance": finding.details.get("chance"),
        "flows": flows,
        "digest": raw.digest,
        "raw": raw.id,
    }


def _place(finding: Finding, reading: Reading) -> int | None:
    """Which of the document's findings this is; those that could not be read are passed over."""
    dead = {one.row for one in reading.dead}
    read = [at for at in range(len(reading.findings) + len(dead)) if at not in dead]
    return next(
        (at for at, one in zip(read, reading.findings, strict=True) if one == finding), None
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
    found = cases.of_report(claim.report) if claim.report else []
    holder = claim.held.customer, claim.held.resource
    return next(
        (
            case.reference
            for case in found
            if (case.customer, case.resource) == holder and case.kind == claim.finding.kind
        ),
        None,
    )
