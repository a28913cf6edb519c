"""Appeals: assigned to somebody who had no part in the decision, who alone reads and judges it.

Who has one may hand it over (`appeal_hand_over`); its 72 hours run on. Who went away without having
read it has it no more, while somebody else is here.

Granted, what stands is lifted. Refused takes a second person, also without a part in it (invariant
2). What nobody judges within 72 hours steps down by itself: the measures before it are lifted.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.app.access.absences import here_or_all
from aupkeep.app.access.authority import actor_for, authorised
from aupkeep.app.access.makers import made_itself, may_second, self_made, with_makers
from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_or_ask
from aupkeep.app.deciding.outside_approver import ask_as_outsider, used_up
from aupkeep.app.deciding.strikes import mistaken_changes
from aupkeep.app.deciding.undo import undo_decision
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.appeal_notice import appeal_notice
from aupkeep.casework import appeals
from aupkeep.casework.answers import after_reading, read
from aupkeep.casework.appeals import APPEAL_TIME
from aupkeep.casework.contested import contested
from aupkeep.casework.lift import in_force
from aupkeep.casework.overtaken import refused_appeal as appeal_of
from aupkeep.model.actor import OVERDUE, SYSTEM, Actor
from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, Case, Judgement
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.roles import StaffAct
from aupkeep.model.token import Token
from aupkeep.notify.letter_drafts import refuse_open
from aupkeep.store import approvals, cases, decisions, staff

HAS_JUDGE = "an appeal has a judge"
NOBODY = ""  # has the appeal: it was read, and who read it may judge it no more
LATE = "nobody judged the appeal within 72 hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAppeal:
    """An appeal after somebody's word on it; `waits` is what a second person must confirm."""

    case: str
    appeal: str
    judged: Judgement | None
    lifted: int
    waits: str | None = None


def judge_of(context: AppContext, case: Case) -> str | None:
    """Who judges the next appeal of a case: nobody who decided, approved or proposed in it.

    Who is away is given none, unless all who may judge it are.
    """
    able = _eligible(context, case, _touched(case))
    return appeals.judge_for({name: able[name] for name in here_or_all(context, able)})


def able_judges(context: AppContext, case: Case) -> tuple[str, ...]:
    """Everybody who may judge an appeal of this case now."""
    return tuple(sorted(_eligible(context, case, _touched(case))))


def check_judge(answer: Answer, person: str) -> None:
    """Raises `Forbidden` unless the appeal is this person's to read and judge."""
    if not answer.assigned_to:
        raise Forbidden(
            "refused (invariant 2): nobody here had no part in the decision; "
            "what nobody judges within 72 hours steps down by itself"
        )
    if answer.assigned_to != person:
        raise Forbidden(
            f"refused (invariant 2): this appeal is {answer.assigned_to}'s to read and judge"
        )


def check_untouched(context: AppContext, case: Case, actor: Actor, maker: str | None) -> Actor:
    """The actor with whoever may be them (`access.makers`).

    Raises `Forbidden` where one of those had a part in the case.
    """
    since = _decided_at(context, case)
    if why := self_made(actor.id, since):
        raise Forbidden(f"refused (invariant 15): {why}")
    person = with_makers(context, actor, maker, asked_at=since)
    if set(person.behind) & _had_part(case):
        raise Forbidden(
            "refused (invariant 15): whoever had a part in the decision made the link or record by "
            "which you act; judge from a session of your own: the sign-in page mails you a link"
        )
    return person


def judge_appeal(
    context: AppContext,
    reference: str,
    outcome: Judgement,
    *,
    person: str,
    reasons: str,
    maker: str | None = None,
) -> JudgedAppeal:
    """Grant or refuse the oldest open appeal of a case; a refusal waits for a second person.

    Raises `Missing` where none is open, `Invalid` without reasons, `Forbidden`, `Conflict`.
    """
    judge, case = authorised(person, StaffAct.APPROVE), find_case(reference)
    _check_reasons(outcome, reasons)
    answer = open_appeal(case)
    check_judge(answer, judge.id)
    if not _without_part(context, case, answer):
        raise Forbidden("refused (invariant 2): who had a part in the decision judges no appeal")
    judge = check_untouched(context, case, judge, maker)
    return judge_open(context, case, answer, judge, outcome, reasons)


def _check_reasons(outcome: Judgement, reasons: str) -> None:
    if not reasons.strip() or outcome is Judgement.STEPPED_DOWN:
        raise Invalid("judgement: expected granted or refused, with reasons")
    refuse_open("reasons", reasons)


def judge_open(
    context: AppContext,
    case: Case,
    answer: Answer,
    judge: Actor,
    outcome: Judgement,
    reasons: str,
    *,
    token: Token | None = None,
) -> JudgedAppeal:
    """`judge_appeal` by who may judge it; an outside judge's `token` is used up.

    Raises `Invalid` without reasons, `Conflict`.
    """
    _check_reasons(outcome, reasons)
    if outcome is Judgement.REFUSED:
        _in_time(context, case, answer)
        return _refuse(context, case, answer, judge, reasons, token)
    lifted = _lift(context, case, answer, judge, reasons, named=token is not None)
    changes = judged_changes(
        context, find_case(case.id), answer, outcome, judge, reasons, lifts=lifted > 0
    )
    if token is not None:
        changes.add(used_up(context, token))
    _write(context, changes)
    return JudgedAppeal(case=case.reference, appeal=answer.id, judged=outcome, lifted=lifted)


def judged_changes(
    context: AppContext,
    case: Case,
    answer: Answer,
    outcome: Judgement,
    by: Actor,
    reasons: str,
    *,
    lifts: bool = False,
) -> ChangeSet:
    """An appeal with its outcome, the letter about it, and the case that waits for no reading."""
    now = context.now()
    done = appeals.judged(answer, outcome, by.id, now)
    others = [other for other in cases.answers(case.id) if other.id != answer.id]
    changed = case if answer.read_at else after_reading(case, [*others, done], now)
    payload = {
        "case": case.id,
        "appeal": answer.id,
        "judgement": outcome.value,
        "reasons": reasons,
        "why": f"the appeal was {outcome.value}",
    }
    judged = entry(context, EntryType.APPEAL_JUDGED, by, payload, case=case.id)
    moved = [changed] if changed != case else []
    changes = ChangeSet(
        rows=[done, *moved], entries=[judged], seen=[answer, *([case] if moved else [])]
    )
    if outcome is not Judgement.REFUSED:
        changes.add(unstruck(context, case, answer, by, reasons))
    said = "" if outcome is Judgement.STEPPED_DOWN else reasons
    changes.add(appeal_notice(context, case, answer, outcome, said, lifts=lifts))
    return changes


def unstruck(context: AppContext, case: Case, answer: Answer, by: Actor, why: str) -> ChangeSet:
    """The strike removed that rests on what the appeal is against."""
    wrong = {decision.id for decision in contested(decisions.of_case(case.id), answer)}
    return mistaken_changes(context, case, wrong, by, why)


def judgement_beside(context: AppContext, case: Case, approval: Approval, by: Actor) -> ChangeSet:
    """What a second person's word changes beside the decision: the appeal it refuses is judged.

    Empty for any other decision. Raises `Forbidden` for who had a part in what is under appeal.
    """
    if "judges" not in approval.choice:
        return ChangeSet()
    made, asked = decisions.of_case(case.id), approvals.of_case(case.id)
    before = appeals.touched(made, [item for item in asked if item.id != approval.id])
    if by.hands & before:
        raise Forbidden("refused (invariant 2): who had a part in the decision judges no appeal")
    answer = _refused_appeal(case, approval)
    _in_time(context, case, answer)
    changes = judged_changes(context, case, answer, Judgement.REFUSED, by, approval.reasons)
    changes.rows = [row for row in changes.rows if not isinstance(row, Case)]
    changes.seen = [row for row in changes.seen if not isinstance(row, Case)]
    return changes


def look_at_appeals(context: AppContext) -> None:
    """Assign what waits for a judge, step down what waited too long. May be repeated."""
    for answer in cases.open_appeals():
        case = cases.get(answer.case)
        if case is None:
            continue
        with suppress(Conflict):  # somebody changed it meanwhile: the next run sees both
            if _late(context, answer):
                _step_down(context, case, answer)
            elif not _may_still(context, case, answer):
                _assign(context, case, answer)


def _refuse(
    context: AppContext,
    case: Case,
    answer: Answer,
    judge: Actor,
    reasons: str,
    token: Token | None = None,
) -> JudgedAppeal:
    """Ask the second person: a final no is never one person's, nor one outside judge's."""
    decision = appeals.under_appeal(decisions.of_case(case.id), answer)
    if decision is None:
        raise Conflict(f"case {case.reference}: expected a decision under appeal, found none")
    if answer.read_at is None:
        _read(context, case, answer, judge)
    about = load_case_context(context, find_case(case.id))
    choice = {"judges": decision.id, "appeal": answer.id}
    if token is None:
        asked = decide_or_ask(context, about, judge, Measure.RECORD, reasons, choice)
    else:
        asked = ask_as_outsider(context, about, judge, reasons, choice, token)
    return JudgedAppeal(
        case=case.reference, appeal=answer.id, judged=None, lifted=0, waits=asked.id
    )


def _read(context: AppContext, case: Case, answer: Answer, judge: Actor) -> None:
    """Who judges an appeal has read it."""
    seen = read(answer, judge, context.now())
    seen = replace(seen, assigned_to=seen.assigned_to or NOBODY)  # read, and open still
    others = [other for other in cases.answers(case.id) if other.id != answer.id]
    changed = after_reading(case, [*others, seen], context.now())
    reading = entry(context, EntryType.ANSWER_READ, judge, {"answer": answer.id}, case=case.id)
    moved = changed != case
    record(
        context,
        reading,
        rows=[seen, *([changed] if moved else [])],
        seen=[answer, *([case] if moved else [])],
    )


def _lift(
    context: AppContext,
    case: Case,
    answer: Answer,
    by: Actor,
    reasons: str,
    *,
    named: bool = False,
) -> int:
    """Lift what the appeal contests and still stands; each lift is a decision of its own.

    `named`: by an outside judge, who has no role of the desk.
    """
    known = decisions.of_case(case.id)
    taken_back = contested(known, answer)
    standing = [item for item in in_force(known, context.now()) if item in taken_back]
    for decision in standing:
        _lift_one(context, case, decision, by, reasons, named=named)
    return len(standing)


def _lift_one(
    context: AppContext, case: Case, decision: Decision, by: Actor, reasons: str, *, named: bool
) -> None:
    about = load_case_context(context, find_case(case.id))
    granted = by != OVERDUE  # a step down for want of a judge says nothing about the decision
    undo_decision(context, about, decision, reasons, by, mistaken=granted, named=named)


def _in_time(context: AppContext, case: Case, answer: Answer) -> None:
    """Raises `Conflict` for a no that comes too late, also while no worker looks at clocks."""
    if _late(context, answer):
        raise Conflict(f"case {case.reference}: expected a refusal in time, found that {LATE}")


def _late(context: AppContext, answer: Answer) -> bool:
    """Whether its time to be judged is over."""
    return answer.at <= context.now() - APPEAL_TIME


def _step_down(context: AppContext, case: Case, answer: Answer) -> None:
    """Lift what is under appeal and say so; the desk sees the case again."""
    lifts = _lift(context, case, answer, OVERDUE, LATE) > 0
    current, outcome = find_case(case.id), Judgement.STEPPED_DOWN
    changes = judged_changes(context, current, answer, outcome, SYSTEM, LATE, lifts=lifts)
    _write(context, changes)


def _assign(context: AppContext, case: Case, answer: Answer) -> None:
    """Give an appeal to somebody who may judge it, where there is anybody."""
    judge = judge_of(context, case) or (NOBODY if answer.read_at else None)
    if judge == answer.assigned_to:
        return
    payload = {"case": case.id, "appeal": answer.id, "why": HAS_JUDGE, "judge": judge}
    given = entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
    record(context, given, rows=[replace(answer, assigned_to=judge)], seen=[answer])


def _may_still(context: AppContext, case: Case, answer: Answer) -> bool:
    """Whether who has it is still of the desk, without a part, and here where it is unread."""
    able, judge = _eligible(context, case, _touched(case)), answer.assigned_to
    here = answer.read_at or judge not in able or judge in here_or_all(context, able)
    return bool(here) and _without_part(context, case, answer)


def _without_part(context: AppContext, case: Case, answer: Answer) -> bool:
    """Whether who has it is of the desk and had no part; one who said to be away may judge it."""
    return answer.assigned_to in _eligible(context, case, _had_part(case))


def _had_part(case: Case) -> frozenset[str]:
    """Everybody who had a part in what an appeal contests: to refuse one is none."""
    asked = [item for item in approvals.of_case(case.id) if "judges" not in item.choice]
    return appeals.touched(decisions.of_case(case.id), asked)


def _write(context: AppContext, changes: ChangeSet) -> None:
    record(context, changes.entries, rows=changes.rows, effects=changes.effects, seen=changes.seen)


def _touched(case: Case) -> frozenset[str]:
    """Everybody who had a part in the case."""
    return appeals.touched(decisions.of_case(case.id), approvals.of_case(case.id))


def _decided_at(context: AppContext, case: Case) -> datetime:
    """When the first was decided of what an appeal of the case may contest."""
    now = context.now()
    return min((made.starts for made in in_force(decisions.of_case(case.id), now)), default=now)


def _eligible(context: AppContext, case: Case, never: frozenset[str]) -> dict[str, int]:
    """Who may judge appeals of the case and is none of `never`, each with how many they have."""
    has, since = [answer.assigned_to for answer in cases.open_appeals()], _decided_at(context, case)
    able = [
        with_makers(context, actor_for(member), asked_at=since)
        for member in staff.all()
        if may_second(member) and not made_itself(member, since)
    ]
    return {actor.id: has.count(actor.id) for actor in able if not actor.hands & never}


def _refused_appeal(case: Case, approval: Approval) -> Answer:
    """The appeal that a waiting refusal is about, while nobody has judged it. Raises `Missing`."""
    answer = appeal_of(approval, cases.answers(case.id))
    if answer is not None and answer.open_appeal:
        return answer
    raise Missing(f"case {case.reference}: expected the appeal open that this refuses, found none")


def open_appeal(case: Case) -> Answer:
    """The oldest appeal of the case that nobody has judged. Raises `Missing`."""
    unjudged = [answer for answer in cases.answers(case.id) if answer.open_appeal]
    if not unjudged:
        raise Missing(f"case {case.reference}: expected an open appeal, found none")
    return unjudged[0]
