"""What a person does on the pages; each act goes through the gate like any other."""

from datetime import timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import with_makers
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeal_hand_over import hand_over_appeal
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.approvals import give_approval
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.case_seen import refuse_changed
from aupkeep.app.deciding.case_work import assign, note, snooze
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.decide import author_of, decide_or_ask
from aupkeep.app.deciding.reattribute import reattribute_case
from aupkeep.app.deciding.second_person import USUAL_RATE, choice_of
from aupkeep.app.deciding.termination import finish_termination
from aupkeep.app.deciding.tickets import open_ticket
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.probing.ask import ask_case
from aupkeep.model.case import Judgement, Outcome
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.roles import StaffAct
from aupkeep.store import actions, cases


def usual_rate(measure: Measure) -> int | None:
    """What the page suggests, None where the evidence itself says how much is let through."""
    return USUAL_RATE if measure is Measure.LIMIT_RATE else None


def submit_decision(
    context: AppContext, person: Person, reference: str, form: DecisionForm
) -> None:
    """Decide, or ask for the second person. Raises `Stale`, `Forbidden`, `Missing`."""
    case = find_case(reference)
    refuse_changed(case, form.seen)
    about = load_case_context(context, case)
    choice = choice_of(form.measure, form.hours, form.cause, form.rate) | {"note": form.note}
    author = with_makers(context, author_of((person.id,)), person.maker)
    decide_or_ask(context, about, author, form.measure, form.reasons, choice)


def hand_to_tickets(context: AppContext, person: Person, reference: str, note: str) -> None:
    """Hand the newest report over to the ticket system. Raises as `open_ticket`."""
    open_ticket(context, find_case(reference).reference, note, person=person.id)


def approve(
    context: AppContext, person: Person, reference: str, pending: str, reasons: str
) -> None:
    """Be the second person. Raises as `approvals.give_approval`."""
    case = find_case(reference)
    give_approval(context, case, pending, person=person.id, reasons=reasons, maker=person.maker)


def judge(
    context: AppContext,
    person: Person,
    reference: str,
    answer: str,
    outcome: Judgement,
    reasons: str,
) -> None:
    """Judge the appeal that the page showed. Raises `Missing`, and as `judge_appeal`."""
    _shown_appeal(reference, answer)
    judge_appeal(context, reference, outcome, person=person.id, reasons=reasons, maker=person.maker)


def hand_over(
    context: AppContext, person: Person, reference: str, answer: str, to: str, reasons: str
) -> None:
    """Hand over the appeal that the page showed, or take it over where `to` is "".

    Raises `Missing`, and as `hand_over_appeal`.
    """
    _shown_appeal(reference, answer)
    to_whom = to or None
    hand_over_appeal(
        context, reference, person=person.id, to=to_whom, reasons=reasons, maker=person.maker
    )


def _shown_appeal(reference: str, answer: str) -> None:
    """Raises `Missing` where the oldest open appeal of the case is another than the page showed."""
    given = cases.answers(find_case(reference).id)
    appeal = next((item for item in given if item.open_appeal), None)
    if appeal is None or appeal.id != answer:
        raise Missing(
            f"appeal: expected the open one of case {reference[:20]}, found {answer[:60]!r}"
        )


def undo(
    context: AppContext,
    person: Person,
    reference: str,
    action: str,
    reason: str,
    *,
    mistaken: bool = False,
) -> None:
    """Lift an action of this case. Raises `Missing`, `Conflict`."""
    case_action = actions.get(action)
    if case_action is None or case_action.case != find_case(reference).id:
        raise Missing(f"action: expected one of case {reference[:20]}, found {action[:60]!r}")
    undo_action(context, action, reason=reason, person=person.id, mistaken=mistaken)


def finish(
    context: AppContext, person: Person, reference: str, customer: str, reasons: str
) -> None:
    """End the held service of a case. Raises as `finish_termination`."""
    finish_termination(
        context,
        reference,
        customer=customer,
        reasons=reasons,
        person=person.id,
        maker=person.maker,
    )


def close(
    context: AppContext, person: Person, reference: str, outcome: Outcome, reasons: str
) -> None:
    """Close a case; what still limits is lifted. Raises `Missing`, `Conflict`."""
    actor = authorised(person.id, StaffAct.DECIDE)
    close_case(context, find_case(reference), actor, outcome, reasons)


def work(context: AppContext, person: Person, reference: str, to: str, over: str) -> None:
    """Take a case, give it to a colleague, or let go of it where `to` is "".

    Raises as `case_work.assign`.
    """
    assign(context, reference, person=person.id, to=to or None, over=over or None)


def rest(context: AppContext, person: Person, reference: str, hours: int) -> None:
    """Let a case rest for some hours. Raises as `case_work.snooze`."""
    until = context.now() + timedelta(hours=hours)
    snooze(context, reference, person=person.id, until=until)


def write_note(context: AppContext, person: Person, reference: str, text: str) -> None:
    """Write something down for colleagues. Raises as `case_work.note`."""
    note(context, reference, person=person.id, text=text)


def probe(context: AppContext, person: Person, reference: str, place: str) -> None:
    """Have a case tested, or one place of it. Raises as `ask_case`."""
    ask_case(context, reference, person=person.id, place=place)


def reattribute(context: AppContext, person: Person, reference: str, reasons: str) -> None:
    """Attribute claims anew whose record was corrected. Raises `Missing`, `Conflict`."""
    reattribute_case(context, reference, person=person.id, reasons=reasons)


def read_answer(context: AppContext, person: Person, reference: str, answer: str) -> None:
    """Mark an answer of this case as read. Raises `Missing`, `Conflict`."""
    from aupkeep.app.deciding.answers import read_answer as read

    given = cases.answer(answer)
    if given is None or given.case != find_case(reference).id:
        raise Missing(f"answer: expected one of case {reference[:20]}, found {answer[:60]!r}")
    read(context, answer, person.id, maker=person.maker)
