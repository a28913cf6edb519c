"""A case's evidence, one item for each report, with the source's own text and what proves it."""

from dataclasses import replace

from aupkeep.app.case_context import CaseContext, withdrawn_reports
from aupkeep.app.context import AppContext
from aupkeep.app.pages.case.page import EvidenceItem
from aupkeep.app.pages.customer.load import summed
from aupkeep.app.pages.source_text import excerpt
from aupkeep.app.pages.sources.load import standings
from aupkeep.app.pages.words import named_subject, sender_of
from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding
from aupkeep.model.raw import Raw
from aupkeep.model.report import Report
from aupkeep.store import raws, reports

ITEMS = 50  # reports shown, the newest


def evidence_of(context: AppContext, about: CaseContext) -> tuple[EvidenceItem, ...]:
    """The claims of one report together, the newest report first."""
    groups: dict[str, list[Claim]] = {}
    for claim in about.claims:
        groups.setdefault(claim.report or claim.id, []).append(claim)
    newest = sorted(groups, key=lambda one: groups[one][-1].at, reverse=True)[:ITEMS]
    known = reports.by_ids(newest)
    kept = raws.by_ids(one.raw for one in known.values())
    gone = withdrawn_reports(about.case.id)
    stand = standings(context, [one.source for one in known.values() if one.source])
    shown = (
        _evident(
            name,
            groups[name],
            known.get(name),
            kept.get(known[name].raw) if name in known else None,
        )
        for name in newest
    )
    return tuple(
        replace(
            one,
            withdrawn=gone.get(one.id, ""),
            source_id=told[0] if told else "",
            standing=told[1] if told else "",
        )
        for one in shown
        for told in [stand.get(known[one.id].source or "") if one.id in known else None]
    )


def _evident(name: str, group: list[Claim], report: Report | None, raw: Raw | None) -> EvidenceItem:
    last = max(group, key=lambda one: (one.at, one.id))
    reading = report.reading if report else None
    parts, cut = excerpt(reading.parts if reading else (), group, whole=True)
    own = last.finding.source.startswith(("detector:", "telemetry:"))
    brought = raw is not None and raw.token is not None
    proven = own or brought or bool(reading and reading.authentication.authenticated)
    proof = f"by the token {raw.token}" if raw and raw.token else "our own telemetry"
    if reading and not (own or brought):
        proof = sender_of(reading)
    return EvidenceItem(
        id=name,
        at=last.finding.at,
        exact=last.finding.exact,
        received_at=report.at if report else last.at,
        source=(reading.reporter if reading else None) or last.finding.source,
        authentication=proof,
        proven=proven,
        says=summed(named_subject(last.finding), last.finding.kind, group, "en"),
        confidence=last.finding.confidence,
        parts=parts,
        cut=cut,
        digest=raw.digest if raw else "",
        details=_details(last.finding),
    )


def _details(finding: Finding) -> tuple[tuple[str, str], ...]:
    transport = (("transport", finding.transport),) if finding.transport else ()
    return (*transport, *finding.details.items())
