"""Cases and the inbox as plain data, for the command line and the API."""

from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.decide import find_case
from aupkeep.app.notifying.evidence_lines import source_line
from aupkeep.app.reading.attribute import URGENT
from aupkeep.intake.parse_output import parsed_file
from aupkeep.model.action import Action
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Answer, Case, CaseState, Claim
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import Notice
from aupkeep.model.report import Report
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.store import actions, cases, decisions, log, notices, reports

NO_FAULT = "the customer is attacked: no fault found, nothing counts against it"


def list_cases(
    context: AppContext, *, state: str | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Cases, the most urgent first. Raises `Invalid` for an unknown state."""
    del context
    if state is not None and state not in set(CaseState):
        raise Invalid(f"state: expected {', '.join(CaseState)}, found {state[:40]!r}")
    return [
        case_row(case) for case in cases.queue(CaseState(state) if state else None, limit=limit)
    ]


def case_row(case: Case) -> dict[str, Any]:
    """One case as plain values."""
    return {
        "reference": case.reference,
        "state": case.state.value,
        "kind": case.kind,
        "clause": case.clause,
        "level": case.level.name,
        "customer": case.customer,
        "resource": case.resource,
        "events": case.events,
        "opened": show_moment(case.opened_at),
        "changed": show_moment(case.changed_at),
        "deadline": show_moment(case.deadline_at) if case.deadline_at else None,
        "outcome": case.outcome.value if case.outcome else None,
    }


def show_case(context: AppContext, reference: str) -> dict[str, Any]:
    """A case with evidence, decisions, actions, answers, notices and timeline. Raises `Missing`."""
    del context
    case = find_case(reference)
    logged = log.entries(case.id)
    claims = cases.claims(case.id)
    told = reports.by_ids({claim.report for claim in claims if claim.report})  # each read once
    return {
        **case_row(case),
        "protection": NO_FAULT if case.kind.startswith(PROTECTION) else None,
        "evidence": [_claim(claim, told.get(claim.report or "")) for claim in claims],
        "decisions": [_decision(decision) for decision in decisions.of_case(case.id)],
        "actions": [_action(action) for action in actions.of_case(case.id)],
        "answers": [_answer(answer) for answer in cases.answers(case.id)],
        "notices": [_notice(notice) for notice in notices.of_case(case.id)],
        "timeline": [
            {"index": one.index, "at": show_moment(one.entry.at), "type": one.entry.type.value}
            for one in logged
        ],
    }


def _claim(claim: Claim, report: Report | None) -> dict[str, Any]:
    finding = claim.finding
    return {
        "at": show_moment(finding.at) if finding.at else None,
        "exact": finding.exact if finding.at else None,
        "received": show_moment(report.at) if report else None,
        "subject": str(finding.subject),
        "role": finding.role.value,
        "transport": finding.transport,
        "details": dict(finding.details),
        "source": finding.source,
        "confidence": finding.confidence,
        "holder": {"customer": claim.held.customer, "resource": claim.held.resource},
        "assignment": claim.held.assignment,
        "line": source_line(report, claim) if report else None,
        "offsets": {name: list(place) for name, place in finding.offsets.items()},
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.id,
        "clause": decision.clause,
        "measure": decision.measure.value,
        "level": decision.level.name,
        "evidence": decision.evidence.name,
        "author": decision.author.id,
        "automatic": decision.automatic,
        "approvers": [actor.id for actor in decision.approvers],
        "starts": show_moment(decision.starts),
        "ends": show_moment(decision.ends) if decision.ends else None,
        "reasons": decision.reasons,
        "rule": decision.versions.rule,
        "policy": decision.versions.policy,
        "reverses": decision.reverses,
    }


def _action(action: Action) -> dict[str, Any]:
    scope = action.scope
    return {
        "action": action.id,
        "decision": action.decision,
        "driver": action.driver,
        "target": action.target,
        "measure": action.measure.value,
        "address": str(scope.address) if scope.address else None,
        "protocol": scope.protocol,
        "port": scope.port,
        "destination": str(scope.destination) if scope.destination else None,
        "note": scope.note,
        "until": show_moment(action.until),
        "state": action.state.value,
        "proof": action.proof,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "answer": answer.id,
        "kind": answer.kind.value,
        "text": answer.text,
        "at": show_moment(answer.at),
        "read": show_moment(answer.read_at) if answer.read_at else None,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind.value,
        "party": notice.party.value,
        "title": notice.title,
        "sent": show_moment(notice.sent_at) if notice.sent_at else None,
        "failure": notice.failure,
    }


def list_inbox(context: AppContext, *, limit: int = 50) -> list[dict[str, Any]]:
    """What waits for a person: what cannot wait, then the oldest first, each with its reason."""
    del context
    return [
        {
            "report": report.id,
            "at": show_moment(report.at),
            "reporter": report.reading.reporter,
            "title": report.reading.title,
            "reason": report.inbox_reason,
        }
        for report in reports.inbox(limit=limit, first=URGENT)
    ]


def show_inbox(context: AppContext, report: str) -> dict[str, Any]:
    """One report of the inbox with its text. Raises `Missing`."""
    del context
    found = reports.get(report)
    if found is None or found.inbox_reason is None:
        raise Missing(f"inbox: expected a report that waits or waited, found {report[:60]!r}")
    read = as_json(parsed_file(found.reading.title, found.reading))
    return {
        "report": found.id,
        "at": show_moment(found.at),
        "reporter": found.reading.reporter,
        "title": found.reading.title,
        "reason": found.inbox_reason,
        "outcome": found.reading.outcome.value,
        "done": show_moment(found.done_at) if found.done_at else None,
        "raw": found.raw,
        "findings": read["findings"],
        "dead": read["dead"],
        "text": list(found.reading.parts),
    }
