"""What the accused customer says, and that a person reads it."""

from dataclasses import dataclass

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.links import digest_of, find_link
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeals import check_judge, check_untouched, judge_of
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.journal import entry, record
from aupkeep.casework import answers
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases

LONGEST = 10_000  # characters
BY_RESELLER = "reseller"  # in the entry of an answer: who said it for the customer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswers:
    """How many answers of a case were read at once, and its state after that."""

    case: str
    read: int
    state: CaseState


def case_of_link(context: AppContext, token: str) -> Case:
    """The case a customer's link opens. Raises `Missing`, `Gone`."""
    link = find_link(context, token, LinkKind.CUSTOMER)
    case = cases.get(link.case or "")
    if case is None:
        raise Missing("this link names no case any more")
    return case


def give_answer(context: AppContext, token: str, kind: AnswerKind, text: str, once: str) -> Answer:
    """Take the customer's answer; the same `once` is taken once.

    Raises `Missing` or `Gone` for the link, `Conflict` for a repeat, `Invalid` for too long a text.
    """
    check_length(text)
    case = case_of_link(context, token)
    actor = Actor(kind=ActorKind.CUSTOMER, id=case.customer)
    return _taken(context, case, kind, text, once, actor)


def answer_below(
    context: AppContext, reseller: str, case: Case, kind: AnswerKind, text: str, once: str
) -> Answer:
    """Take the answer that a reseller gives for a customer at or below it.

    It stops a step up the ladder as the customer's own does, and proves of no notice that the
    customer got it. An appeal is the customer's alone. Raises `Invalid`, `Conflict`.
    """
    check_length(text)
    if kind is AnswerKind.APPEAL:
        raise Invalid("kind: expected fixed, not-me or need-help; an appeal is the customer's own")
    actor = Actor(kind=ActorKind.CUSTOMER, id=reseller)
    return _taken(context, case, kind, text, once, actor, reseller=reseller)


def check_length(text: str) -> None:
    """Raises `Invalid` for too long a text."""
    if len(text) > LONGEST:
        raise Invalid(f"answer: expected at most {LONGEST} characters, found {len(text)}")


def _taken(
    context: AppContext, case: Case, kind: AnswerKind, text: str, once: str, actor: Actor,
    *, reseller: str | None = None,
) -> Answer:  # fmt: skip
    if once != next_once(context, case):
        raise Conflict("this answer was sent already, or the page has changed; look again")
    judge = judge_of(context, case) if kind is AnswerKind.APPEAL else None
    answer = Answer(
        id=context.new_id(),
        case=case.id,
        kind=kind,
        text=text,
        at=context.now(),
        assigned_to=judge,
        reseller=reseller,
    )
    payload: dict[str, object] = {"answer": answer.id, "kind": kind.value, "text": text}
    payload |= {"by": BY_RESELLER, "reseller": reseller} if reseller else {}
    if kind is AnswerKind.APPEAL:
        payload["judge"] = judge
    record(
        context,
        entry(context, EntryType.ANSWER_GIVEN, actor, payload, case=case.id),
        rows=[answers.answered(case, answer), answer],
        seen=[case],
    )
    return answer


def next_once(context: AppContext, case: Case) -> str:
    """The token for the one answer that may come next: it changes with every answer given."""
    return digest_of(context, f"{case.id}:{len(cases.answers(case.id))}")[:32]


def read_answer(
    context: AppContext, answer_id: str, person: str, *, maker: str | None = None
) -> None:
    """Mark one answer as read. Raises `Missing`, `Conflict` when it was read already.

    `maker` made the link by which the person acts: an appeal is read by nobody's handiwork.
    """
    answer = cases.answer(answer_id)
    case = cases.get(answer.case) if answer else None
    if answer is None or case is None:
        raise Missing(f"answer: expected a known one, found {answer_id[:60]!r}")
    actor = authorised(person, StaffAct.DECIDE)
    if answer.open_appeal:
        check_judge(answer, actor.id)
        check_untouched(context, case, actor, maker)
    seen = answers.read(answer, actor, context.now())
    others = [other for other in cases.answers(case.id) if other.id != answer.id]
    changed = answers.after_reading(case, [*others, seen], context.now())
    moved = changed != case
    record(
        context,
        entry(context, EntryType.ANSWER_READ, actor, {"answer": answer.id}, case=case.id),
        rows=[seen, *([changed] if moved else [])],
        seen=[answer, *([case] if moved else [])],
    )


def read_answers(context: AppContext, reference: str, person: str) -> ReadAnswers:
    """Mark every unread answer of a case as read, but for appeals that are others' to judge.

    Raises `Forbidden` where only those are left.
    """
    case, reader = find_case(reference), authorised(person, StaffAct.DECIDE)
    unread = [answer for answer in cases.answers(case.id) if answer.read_at is None]
    mine = [
        answer for answer in unread if not answer.open_appeal or answer.assigned_to == reader.id
    ]
    for answer in mine or unread:  # an appeal that is somebody else's says so
        read_answer(context, answer.id, person)
    return ReadAnswers(case=case.reference, read=len(mine), state=find_case(reference).state)
