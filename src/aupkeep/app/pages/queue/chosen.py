"""Several cases of the queue at once: what an act would do to each, then the act, case by case.

Each case goes the road that it goes alone, with its own checks. One that changed since it was
looked at is left out and named, as is one that the act cannot be done to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_seen import refuse_changed, seen_of
from aupkeep.app.deciding.case_summary import absent_among
from aupkeep.app.deciding.case_work import assign, snooze
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.notifying.closed_notice import told_of_end
from aupkeep.app.pages.labels import kind_title
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import PageHeader, Person
from aupkeep.casework.lift import in_force
from aupkeep.model.case import CLOSING, Case, CaseState
from aupkeep.model.errors import AupkeepError, Invalid, Stale
from aupkeep.model.ladder import Level
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, decisions

MOST = 100  # cases at once
REST = timedelta(hours=24)
UNREAD = "it has an answer that nobody has read"
UNREST = {CaseState.ANSWERED: UNREAD, CaseState.WAITING: "it waits for its customer already"}


class BulkAct(StrEnum):
    """What may be done to several cases at once; a measure never is: each is decided by itself."""

    TAKE = "take"
    REST = "rest"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCase:
    """A chosen case: `effect` is what would change, `left_out` why nothing would, "" where it does.

    `seen` is the mark of the case as it was looked at.
    """

    reference: str
    kind: str
    resource: str
    customer: str
    effect: str
    left_out: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPage:
    """The preview of an act on several cases, or what came of it (`done`)."""

    header: PageHeader
    act: BulkAct
    cases: tuple[ChosenCase, ...]
    outcome: str = ""
    done: bool = False


def look_at_chosen(
    context: AppContext, person: Person, act: str, references: Sequence[str], outcome: str
) -> ChosenPage:
    """What the act would do to each; writes nothing. Raises `Invalid`, `Forbidden`."""
    wanted = _wanted(person, act, references)
    looked = tuple(_look(context, person, wanted, name) for name in dict.fromkeys(references))
    return ChosenPage(
        header=page_header(context, person), act=wanted, cases=looked, outcome=outcome
    )


def do_chosen(
    context: AppContext,
    person: Person,
    act: str,
    seen: Mapping[str, str],
    outcome: str,
    reasons: str,
) -> ChosenPage:
    """Do it to each case that is as it was seen; `seen` has the marks by reference.

    Raises `Invalid`, `Forbidden`; what is refused for one case leaves the others.
    """
    wanted = _wanted(person, act, list(seen))
    if wanted is BulkAct.CLOSE and outcome not in CLOSING:
        raise Invalid("outcome: choose how they ended")
    if wanted is BulkAct.CLOSE and not reasons.strip():
        raise Invalid("reasons: expected why these cases are closed, found nothing")
    done: list[ChosenCase] = []
    for reference, mark in seen.items():
        looked = _look(context, person, wanted, reference)
        trouble = _changed(reference, mark) or looked.left_out
        if not trouble:
            trouble = _do(context, person, wanted, reference, outcome, reasons)
        done.append(replace(looked, left_out=trouble))
    return ChosenPage(
        header=page_header(context, person),
        act=wanted,
        cases=tuple(done),
        outcome=outcome,
        done=True,
    )


def _changed(reference: str, mark: str) -> str:
    """What became of a case since it was looked at, and by whom; "" where nothing did."""
    case = cases.by_reference(reference)
    try:
        if case is not None:
            refuse_changed(case, mark)
    except Stale as error:
        return str(error)
    return ""


def _wanted(person: Person, act: str, references: Sequence[str]) -> BulkAct:
    authorised(person.id, StaffAct.DECIDE)
    if act not in set(BulkAct):
        raise Invalid(f"act: expected one of {', '.join(BulkAct)}, found {act[:20]!r}")
    if not 0 < len(references) <= MOST:
        raise Invalid(f"cases: expected 1 to {MOST} that are ticked, found {len(references)}")
    return BulkAct(act)


def _do(
    context: AppContext, person: Person, act: BulkAct, reference: str, outcome: str, reasons: str
) -> str:
    """Do it to one; the reason where it was refused, "" where it was done."""
    try:
        if act is BulkAct.TAKE:
            assign(context, reference, person=person.id, to=person.id)
        elif act is BulkAct.REST:
            snooze(context, reference, person=person.id, until=context.now() + REST)
        else:
            close_by_reference(context, reference, outcome, reasons, person.id)
    except AupkeepError as error:
        return str(error)
    return ""


def _look(context: AppContext, person: Person, act: BulkAct, reference: str) -> ChosenCase:
    case = cases.by_reference(reference)
    if case is None:
        return ChosenCase(
            reference=reference[:20], kind="", resource="", customer="", effect="",
            left_out="no such case", seen="",
        )  # fmt: skip
    effect, left_out = _effect(context, person, act, case)
    return ChosenCase(
        reference=case.reference,
        kind=kind_title(case.kind, "en"),
        resource=case.resource,
        customer=case.customer,
        effect=effect,
        left_out=left_out,
        seen=seen_of(case),
    )


def _effect(context: AppContext, person: Person, act: BulkAct, case: Case) -> tuple[str, str]:
    """What would change, and why nothing would."""
    if case.state is CaseState.CLOSED:
        return "", "it is closed"
    if case.assignee not in {None, person.id, *absent_among([case], context.now())}:
        return "", f"{case.assignee} works on it"
    if act is BulkAct.TAKE:
        return "you work on it", ""
    if act is BulkAct.REST:
        return "it rests for 24 hours; what is new wakes it before", UNREST.get(case.state, "")
    standing = [
        decision
        for decision in in_force(decisions.of_case(case.id), context.now())
        if decision.level >= Level.L3
    ]
    effect = f"it is closed, and what stands of it is lifted: {len(standing)}"
    if not standing:
        effect = f"it is closed{_letter(context, case)}"
    return effect, UNREAD if case.state is CaseState.ANSWERED else ""


def _letter(context: AppContext, case: Case) -> str:
    """Whether its end is told to the customer, as it depends on how it ended."""
    mailed = [outcome for outcome in CLOSING if told_of_end(context, case, outcome)]
    if len(mailed) == len(CLOSING):
        return ", and its customer is told"
    return ", and its customer is told if it was no abuse or is withdrawn" if mailed else ""
