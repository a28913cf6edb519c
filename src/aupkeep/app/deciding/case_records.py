"""Cases as records, for the command line and the API: a row of the list, and one case whole."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_summary import CaseSummary, absent_among, summary_of
from aupkeep.app.deciding.next_step import NextStep, next_steps, step_fields
from aupkeep.app.deciding.second_person import kept_choice, kept_level, still_waiting
from aupkeep.app.deciding.step_grants import granted_now
from aupkeep.app.deciding.termination_record import TerminationRecord, termination_record
from aupkeep.app.deciding.why_joined import JoinedClaim, joined_claims
from aupkeep.app.inventory.doubted import HolderCorrection, corrections_of, doubted_in
from aupkeep.app.notice_proofs import proof_words
from aupkeep.app.notifying.evidence_lines import source_line
from aupkeep.app.standing_claims import gone_claims, standing_of, weigh
from aupkeep.model.action import Action, ActionState
from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, AnswerKind, Case, Claim
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.finding import Role
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.model.report import Report
from aupkeep.model.subject import Address
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.store import actions, cases, decisions, log, notices, reports, retention

EVERY = 1 << 31  # rows: all there are
NO_FAULT = "the customer is attacked: no fault found, nothing counts against it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHolder:
    """Who held the address at the time of the claim."""

    customer: str
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """One claim: `exact` is in seconds, `offsets` are (part, start, end) in characters.

    `joined` says why it is in the case, None where the entry that says so is erased. `withdrawn` is
    why it stands no more, None where it does: it was taken back at `withdrawn_at`, or judged wrong.
    """

    at: datetime | None
    exact: float | None
    received: datetime | None
    subject: str
    role: Role
    transport: str | None
    details: Mapping[str, str]
    source: str
    confidence: float
    holder: ClaimHolder
    assignment: str
    line: str | None
    offsets: Mapping[str, tuple[int, ...]]
    joined: JoinedClaim | None = None
    withdrawn: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """One decision; `level` is "L0" to "L7" or "X", `policy` a hash."""

    decision: str
    clause: str
    measure: Measure
    level: str
    evidence: str
    author: str
    automatic: bool
    approvers: tuple[str, ...]
    starts: datetime
    ends: datetime | None
    reasons: str
    rule: str
    policy: str
    reverses: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRecord:
    """One action, with what was read back as `proof`.

    `source_ports` are the only ones of a shared address that it touches, `prefix` the IPv6
    assignment that it is on; `account`, `url` and `name` are what it is on beside an address.
    """

    action: str
    decision: str
    driver: str
    target: str
    measure: Measure
    address: Address | None
    protocol: str | None
    port: int | None
    destination: Address | None
    note: str | None
    until: datetime
    state: ActionState
    proof: str | None
    source_ports: str | None = None
    prefix: str | None = None
    account: str | None = None
    url: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """One answer of the customer; `read` is None until a person has read it."""

    answer: str
    kind: AnswerKind
    text: str
    at: datetime
    read: datetime | None
    reseller: str | None = None  # who answered for the customer


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """One notice: sent, failed, or waiting when both are None.

    `proof` says of one to the customer whether it is proven to have reached them, `within` which
    digest tells it: its id, "next" while it waits, "" for one in a mail of its own.
    """

    kind: NoticeKind
    party: Party
    title: str
    sent: datetime | None
    failure: str | None
    proof: str | None = None
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One entry of the journal about the case; `by` is a person, a rule, or what kind of author.

    `why` is what it says of a report taken back, of a mail beside the case, or why a decision was
    refused; None for others.
    """

    index: int
    at: datetime
    type: EntryType
    by: str
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRecord:
    """A decision that waits for a second person; who that is approves it by its id."""

    decision: str
    measure: Measure
    level: str
    hours: int | None
    by: str
    at: datetime
    reasons: str
    judges: str | None
    ratifies: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetails(CaseSummary):
    """A case with everything in it, each list oldest first; `waiting` is what can be approved.

    `standing_count` is of the evidence that stands, `standing_level` how well that supports the
    case; `level` counts what was taken back too. The counts are of all there is; `evidence_after`
    is where the next page of evidence begins, None after the last one. Of the timeline a page has
    the newest. `step` is the next one, as of `ListedCase`.
    """

    protection: str | None
    evidence: tuple[EvidenceRecord, ...]
    decisions: tuple[DecisionRecord, ...]
    actions: tuple[ActionRecord, ...]
    answers: tuple[AnswerRecord, ...]
    notices: tuple[NoticeRecord, ...]
    timeline: tuple[TimelineEntry, ...]
    corrections: tuple[HolderCorrection, ...] = ()
    waiting: tuple[WaitingRecord, ...] = ()
    termination: TerminationRecord | None = None
    evidence_count: int = 0
    standing_count: int = 0
    standing_level: str = ""
    evidence_after: str | None = None
    timeline_count: int = 0
    assignee_away: bool = False
    step: NextStep | None = None
    step_measure: str | None = None
    step_until: datetime | None = None
    step_why: str = ""
    step_by: str | None = None


def find_case(reference: str) -> Case:
    """The case of an outside reference or an id. Raises `Missing`, `Erased` for one that was."""
    case = cases.by_reference(reference) or cases.get(reference)
    if case is None:
        retention.refuse_erased("case", reference.strip().upper())
        raise Missing(f"case: expected a known reference, found {reference[:60]!r}")
    return case


def show_case(
    context: AppContext, reference: str, *, limit: int | None = None, after: str | None = None
) -> CaseDetails:
    """A case with evidence, decisions, actions, answers, notices and timeline. Raises `Missing`.

    With a `limit` so much of its evidence and timeline at most: the evidence behind `after`, as it
    came to the case, and the newest of the timeline. Raises `WrongCursor`.
    """
    case = find_case(reference)
    claims, count = cases.page_of_claims(case.id, limit or EVERY, after)
    shown = claims if limit else sorted(claims, key=lambda claim: (claim.at, claim.id))
    read = reports.by_ids({claim.report for claim in claims if claim.report})  # each read once
    logged = log.entries(case.id)
    gone = gone_claims(case.id, logged)
    standing, level = None, case.level
    if gone or doubted_in(logged):
        standing = standing_of(case.id, cases.claims(case.id), logged)
        level = weigh(context, case, standing).level
    proofs = proof_words(case.id, context.now())
    joined = joined_claims(claims, logged, cases.incidents_of_claims(claims))
    step = next_steps([case], context.now(), granted=granted_now(context))[case.id]
    return CaseDetails(
        **asdict(summary_of(case)),
        **step_fields(step),
        assignee_away=case.assignee in absent_among([case], context.now()),
        protection=NO_FAULT if case.kind.startswith(PROTECTION) else None,
        evidence=tuple(
            replace(
                _evidence(claim, read.get(claim.report or ""), gone.get(claim.report or "")),
                joined=joined.get(claim.id),
            )
            for claim in shown
        ),
        evidence_count=count,
        standing_count=count if standing is None else len(standing),
        standing_level=level.name,
        evidence_after=claims[-1].id if limit and len(claims) == limit else None,
        decisions=tuple(map(_decision, decisions.of_case(case.id))),
        actions=tuple(map(_action, actions.of_case(case.id))),
        answers=tuple(map(_answer, cases.answers(case.id))),
        notices=tuple(_notice(notice, proofs) for notice in notices.of_case(case.id)),
        corrections=corrections_of(case.id),
        waiting=tuple(map(_waiting, still_waiting(context, case))),
        termination=termination_record(context, case),
        timeline_count=len(logged),
        timeline=tuple(
            TimelineEntry(
                index=record.index,
                at=record.entry.at,
                type=record.entry.type,
                by=record.entry.actor.told,
                why=_why(record.entry),
            )
            for record in logged[-(limit or EVERY) :]
        ),
    )


def cases_of_report(report: str, *, limit: int, after: str | None = None) -> list[CaseSummary]:
    """A page of the cases that a report's claims were joined to; `after` is the last reference.

    Raises `Missing`, `WrongCursor`.
    """
    if reports.get(report) is None:
        raise Missing(f"report: expected a known id, found {report[:60]!r}")
    before = (cases.by_reference(after) or cases.get(after)) if after else None
    last = before.id if before else after
    return [summary_of(case) for case in cases.page_of_report(report, limit, last)]


def _why(said: Entry) -> str | None:
    """What an entry says of a report taken back, of a mail beside the case, of a refusal."""
    if said.type is EntryType.DECISION_REFUSED:
        number = said.payload.get("invariant")
        rests = f" (invariant {number})" if number else ""
        return f"{said.payload.get('measure')}: {said.payload.get('reason')}{rests}"
    explains = said.type is EntryType.CLAIM_WITHDRAWN or (
        said.type is EntryType.CASE_CHANGED and "report" in said.payload
    )
    why = said.payload.get("why") if explains else None
    return str(why) if why else None


def _evidence(
    claim: Claim, report: Report | None, gone: tuple[str, datetime | None] | None = None
) -> EvidenceRecord:
    finding, held = claim.finding, claim.held
    return EvidenceRecord(
        at=finding.at,
        exact=finding.exact if finding.at else None,
        received=report.at if report else None,
        subject=str(finding.subject),
        role=finding.role,
        transport=finding.transport,
        details=finding.details,
        source=str(finding.source),
        confidence=finding.confidence,
        holder=ClaimHolder(customer=held.customer, resource=held.resource),
        assignment=held.assignment,
        line=source_line(report, claim) if report else None,
        offsets={name: tuple(offset) for name, offset in finding.offsets.items()},
        withdrawn=gone[0] if gone else None,
        withdrawn_at=gone[1] if gone else None,
    )


def _decision(decision: Decision) -> DecisionRecord:
    return DecisionRecord(
        decision=decision.id,
        clause=decision.clause,
        measure=decision.measure,
        level=decision.level.name,
        evidence=decision.evidence.name,
        author=decision.author.id,
        automatic=decision.automatic,
        approvers=tuple(actor.id for actor in decision.approvers),
        starts=decision.starts,
        ends=decision.ends,
        reasons=decision.reasons,
        rule=decision.versions.rule,
        policy=decision.versions.policy,
        reverses=decision.reverses,
    )


def _waiting(approval: Approval) -> WaitingRecord:
    judges = kept_choice(approval).get("judges")
    return WaitingRecord(
        decision=approval.id,
        measure=approval.measure,
        level=kept_level(approval).name,
        hours=approval.hours,
        by=approval.by,
        at=approval.at,
        reasons=approval.reasons,
        judges=None if judges is None else str(judges),
        ratifies=approval.ratifies,
    )


def _action(action: Action) -> ActionRecord:
    scope = action.scope
    return ActionRecord(
        action=action.id,
        decision=action.decision,
        driver=action.driver,
        target=action.target,
        measure=action.measure,
        address=scope.address,
        protocol=scope.protocol,
        port=scope.port,
        destination=scope.destination,
        note=scope.note,
        until=action.until,
        state=action.state,
        proof=action.proof,
        source_ports=None if scope.source_ports is None else str(scope.source_ports),
        prefix=None if scope.network is None else str(scope.network),
        account=scope.account,
        url=scope.url,
        name=scope.name,
    )


def _answer(answer: Answer) -> AnswerRecord:
    return AnswerRecord(
        answer=answer.id, kind=answer.kind, text=answer.text, at=answer.at, read=answer.read_at,
        reseller=answer.reseller,
    )  # fmt: skip


def _notice(notice: Notice, proofs: Mapping[str, str]) -> NoticeRecord:
    return NoticeRecord(
        kind=notice.kind,
        party=notice.party,
        title=notice.title,
        sent=notice.sent_at,
        failure=notice.failure,
        proof=proofs.get(notice.id),
        within=notice.within,
    )
