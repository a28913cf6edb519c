"""Loads what a reseller's program reads, and takes its answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from aupkeep.app.access.tokens import reseller_of
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.answers import answer_below, next_once
from aupkeep.app.pages.customer.load import (
    clause_of,
    evidence_of,
    limit_of,
    limits_of,
    standing_claims,
    told_of,
)
from aupkeep.app.pages.reseller.page import (
    ForwardedXarf,
    ResellerAnswer,
    ResellerCase,
    ResellerCaseDetails,
)
from aupkeep.casework.deadlines import nested
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import Notice, NoticeKind
from aupkeep.store import actions, below, cases, decisions, notices


def reseller_cases(
    token: str, *, state: str = "", limit: int, after: str | None = None
) -> list[ResellerCase]:
    """The cases that a reseller's token opens, the newest first; by the token's name.

    Those that are not closed, or in the state that was asked for. Raises `Forbidden`, `Invalid`.
    """
    if state and state not in list(CaseState):
        raise Invalid(f"state: expected one of {', '.join(CaseState)}, found {state[:40]!r}")
    wanted = CaseState(state) if state else None
    page = below.page(reseller_of(token), state=wanted, limit=limit, after=after)
    made = decisions.of_cases(case.id for case in page)
    return [case_line(case, made.get(case.id, [])) for case in page]


def reseller_case(context: AppContext, token: str, reference: str) -> ResellerCaseDetails:
    """One case that a reseller's token opens. Raises `Missing` for any other, there or not."""
    reseller = reseller_of(token)
    case = _known(reseller, reference)
    made = decisions.of_case(case.id)
    claims = standing_claims(case)
    carried = actions.of_case(case.id)
    limits = limits_of(made, carried, context.now())
    return ResellerCaseDetails(
        **asdict(case_line(case, made)),
        clause_text=clause_of(context, case, told_of(made)).text,
        evidence=evidence_of(claims, "en"),
        limits=tuple(limit_of(decision, carried, claims, "en") for decision in limits),
        answers=tuple(_answer(answer, reseller) for answer in cases.answers(case.id)),
        forwards=reseller_forwards(token, reference),
        once=next_once(context, case),
    )


def reseller_forwards(token: str, reference: str) -> tuple[ForwardedXarf, ...]:
    """What was forwarded of a case, oldest first. Raises `Missing` as `reseller_case`."""
    case = _known(reseller_of(token), reference)
    made = (notice for notice in notices.of_case(case.id) if notice.kind is NoticeKind.FORWARD)
    return tuple(map(_forward, made))


def take_answer(
    context: AppContext, token: str, reference: str, said: Mapping[str, str]
) -> ResellerAnswer:
    """Take a reseller's answer: `kind`, `text` and the `once` of the case. Raises as above."""
    reseller = reseller_of(token)
    case, kind = _known(reseller, reference), AnswerKind(said["kind"])
    return _answer(
        answer_below(context, reseller, case, kind, said["text"], said["once"]), reseller
    )


def _known(reseller: str, reference: str) -> Case:
    case = below.get(reseller, reference)
    if case is None:
        raise Missing(f"case: expected one of yours, found {reference[:60]!r}")
    return case


def case_line(case: Case, made: Sequence[Decision]) -> ResellerCase:
    """A case in one line, without anything of who reported; `made` are its decisions."""
    return ResellerCase(
        reference=case.reference,
        state=case.state,
        kind=case.kind,
        clause=case.clause,
        customer=case.customer,
        resource=case.resource,
        events=case.events,
        opened=case.opened_at,
        changed=case.changed_at,
        deadline=_deadline(case, made),
        outcome=case.outcome,
    )


def _deadline(case: Case, made: Sequence[Decision]) -> datetime | None:
    """When the reseller has to have answered: nested in the time that its customer has with us."""
    if case.deadline_at is None:
        return None
    asked = [decision.starts for decision in made if decision.measure is Measure.INFORM_DEADLINE]
    start = max((at for at in asked if at < case.deadline_at), default=case.opened_at)
    return nested(min(start, case.deadline_at), case.deadline_at)


def _answer(answer: Answer, reseller: str) -> ResellerAnswer:
    own = answer.reseller == reseller
    return ResellerAnswer(
        kind=answer.kind,
        at=answer.at,
        read=answer.read_at,
        reseller=reseller if own else None,
        text=answer.text if own else "",
    )


def _forward(notice: Notice) -> ForwardedXarf:
    return ForwardedXarf(
        made=notice.made_at,
        sent=notice.sent_at,
        title=notice.title,
        report=json.loads(notice.attached) if notice.attached else None,
    )
