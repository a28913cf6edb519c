"""A case's evidence, one item for each report, with the source's own text and what proves it."""

from dataclasses import replace

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.why_joined import joined_claims
from aupkeep.app.notifying.evidence_lines import shown_lines
from aupkeep.app.pages.case.page import EvidenceItem
from aupkeep.app.pages.customer.load import LINES, language_for, summed
from aupkeep.app.pages.labels import named_subject, sender_of
from aupkeep.app.pages.source_text import excerpt
from aupkeep.app.pages.sources.load import standings
from aupkeep.app.standing_claims import gone_claims
from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding
from aupkeep.model.raw import Raw
from aupkeep.model.report import Report
from aupkeep.notify.measurements import Language
from aupkeep.notify.phrases import notice_language
from aupkeep.store import raws, reports
from aupkeep.store.log import Logged

ITEMS = 50  # reports shown, the newest


def evidence_of(
    context: AppContext, about: CaseContext, logged: list[Logged], language: Language = "en"
) -> tuple[EvidenceItem, ...]:
    """The claims of one report together, the newest report first; `logged` is its journal."""
    groups: dict[str, list[Claim]] = {}
    for claim in about.claims:
        groups.setdefault(claim.report or claim.id, []).append(claim)
    newest_ids = sorted(groups, key=lambda report_id: groups[report_id][-1].at, reverse=True)[
        :ITEMS
    ]
    report_by_id = reports.by_ids(newest_ids)
    raw_by_id = raws.by_ids(report.raw for report in report_by_id.values())
    withdrawn = {name: why for name, (why, _) in gone_claims(about.case.id, logged).items()}
    shown = [claim for report_id in newest_ids for claim in groups[report_id]]
    customers_words = notice_language(language_for(about.case))
    incident_of = {claim.id: claim.incident for claim in about.claims}
    joined = joined_claims(shown, logged, incident_of, language)
    sources = standings(
        context, [report.source for report in report_by_id.values() if report.source]
    )
    items = (
        _evidence_item(
            report_id,
            groups[report_id],
            report_by_id.get(report_id),
            raw_by_id.get(report_by_id[report_id].raw) if report_id in report_by_id else None,
            language,
            customers_words,
        )
        for report_id in newest_ids
    )
    return tuple(
        replace(
            item,
            withdrawn=withdrawn.get(item.id, ""),
            source_id=source[0] if source else "",
            standing=source[1] if source else "",
            joined=min(
                (joined[claim.id] for claim in groups[item.id] if claim.id in joined),
                key=lambda why: why.entry,
                default=None,
            ),
        )
        for item in items
        for source in [
            sources.get(report_by_id[item.id].source or "") if item.id in report_by_id else None
        ]
    )


def _evidence_item(
    item_id: str,
    group: list[Claim],
    report: Report | None,
    raw: Raw | None,
    language: Language,
    customers_words: Language,
) -> EvidenceItem:
    """One report's claims; what the customer sees of them is in the customer's own language."""
    last = max(group, key=lambda claim: (claim.at, claim.id))
    reading = report.reading if report else None
    read = {report.id: report} if report else {}
    parts, cut = excerpt(reading.parts if reading else (), group, whole=True)
    own = last.finding.source.own
    brought = raw is not None and raw.token is not None
    proven = own or brought or bool(reading and reading.authentication.authenticated)
    proof = f"by the token {raw.token}" if raw and raw.token else "our own telemetry"
    if reading and not (own or brought):
        proof = sender_of(reading)
    return EvidenceItem(
        id=item_id,
        at=last.finding.at,
        exact=last.finding.exact,
        received_at=report.at if report else last.at,
        source=(reading.reporter if reading else None) or str(last.finding.source),
        authentication=proof,
        proven=proven,
        says=summed(named_subject(last.finding), last.finding.kind, group, language),
        confidence=last.finding.confidence,
        parts=parts,
        accused_sees=tuple(shown_lines(group, customers_words, read)[:LINES]),
        accused_language=customers_words,
        cut=cut,
        digest=raw.digest if raw else "",
        details=_details(last.finding),
    )


def _details(finding: Finding) -> tuple[tuple[str, str], ...]:
    transport = (("transport", finding.transport),) if finding.transport else ()
    return (*transport, *finding.details.items())
