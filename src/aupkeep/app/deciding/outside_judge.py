"""An outside judge: not of the desk, and named for one appeal that nobody here may judge.

Where everybody of the desk had a part, an operator names somebody; their token judges this appeal,
once. They grant it alone; a refusal waits for a second person, of the desk or named like them.
"""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import require
from aupkeep.app.access.staff import check_mail_address, list_people
from aupkeep.app.access.tokens import add_outside_token, outside_token
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeals import (
    JudgedAppeal,
    able_judges,
    check_untouched,
    judge_open,
    open_appeal,
)
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.outside_approver import (
    OutsideApprover,
    name_outside_approver,
    outside_actor,
)
from aupkeep.app.deciding.second_person import still_waiting
from aupkeep.casework.appeals import APPEAL_TIME
from aupkeep.casework.overtaken import refused_appeal
from aupkeep.model.actor import Actor
from aupkeep.model.case import Answer, Case, Judgement
from aupkeep.model.errors import Forbidden
from aupkeep.model.roles import StaffAct
from aupkeep.model.token import Token
from aupkeep.store import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckAppeal:
    """An appeal that steps down at `until` unless somebody outside is named.

    They judge it, or confirm the `refusal` that waits.
    """

    case: str
    until: datetime
    refusal: str | None


def stuck_appeals(context: AppContext) -> tuple[StuckAppeal, ...]:
    """The open appeals that nobody of the desk can bring to an end, the oldest first."""
    known = [(answer, cases.get(answer.case)) for answer in cases.open_appeals()]
    stuck = (_stuck(context, case, answer) for answer, case in known if case is not None)
    return tuple(item for item in stuck if item is not None)


def _stuck(context: AppContext, case: Case, answer: Answer) -> StuckAppeal | None:
    """Nobody may judge it, or it is refused and nobody may confirm that."""
    waiting = (item for item in still_waiting(context, case) if "judges" in item.choice)
    refusal = next((item for item in waiting if refused_appeal(item, [answer])), None)
    judged = refusal is None and bool(answer.assigned_to)
    if judged or able_judges(context, case):
        return None
    return StuckAppeal(
        case=case.reference,
        until=answer.at + APPEAL_TIME,
        refusal=refusal.id if refusal else None,
    )


def name_outsider(
    context: AppContext, what: str, address: str, name: str, *, days: int, by: Actor
) -> OutsideApprover:
    """Name who judges the appeal of a case, by its reference, or approves a decision, by its id.

    Raises as `name_outside_judge` and `name_outside_approver`.
    """
    naming = name_outside_judge if cases.by_reference(what) else name_outside_approver
    return naming(context, what, address, name, days=days, by=by)


def name_outside_judge(
    context: AppContext, reference: str, address: str, name: str, *, days: int, by: Actor
) -> OutsideApprover:
    """Name who judges the open appeal of a case.

    Raises `Missing` where none is open, `Forbidden` for somebody of the desk and while somebody of
    the desk may judge it, `Invalid`.
    """
    require(by, StaffAct.SETTINGS)
    check_mail_address(address)
    case = find_case(reference)
    answer = open_appeal(case)
    if address.casefold() in {person.address.casefold() for person in list_people()}:
        raise Forbidden(
            f"refused (invariant 15): expected somebody outside the desk, found {address}"
        )
    if able := able_judges(context, case):
        raise Forbidden(f"refused: {able[0]} may judge it; nobody outside is needed")
    made = add_outside_token(context, address, name, decision=answer.id, days=days, by=by)
    said = f"aupkeep case appeal {case.reference} granted|refused --reasons …"
    return OutsideApprover(
        address=address,
        name=name,
        decision=answer.id,
        token=made.token,
        expires=made.expires,
        next=f"hand it to {name} alone: AUPKEEP_TOKEN=… {said}, "
        f"or POST /api/v1/cases/{case.reference}/appeal",
    )


def judged_by(context: AppContext, credential: str) -> tuple[Token, Case, Answer] | None:
    """The appeal that an outside judge's token is for, while it is open; None for any other."""
    token = outside_token(context, credential)
    answer = cases.answer(token.decision or "") if token else None
    case = cases.get(answer.case) if answer else None
    if token is None or answer is None or case is None or not answer.open_appeal:
        return None
    return token, case, answer


def judge_with(
    context: AppContext, reference: str, outcome: Judgement, credential: str, *, reasons: str
) -> JudgedAppeal:
    """Judge the appeal that a token is for. Raises `Forbidden` for any other, and as `judge_open`.

    Whoever named the judge had no part in the case either, or has nobody beside them.
    """
    meant = judged_by(context, credential)
    if meant is None or find_case(reference).id != meant[1].id:
        raise Forbidden("refused: this token judges no open appeal of this case")
    token, case, answer = meant
    judge = outside_actor(context, token)
    check_untouched(context, case, judge, token.made_by)
    return judge_open(context, case, answer, judge, outcome, reasons, token=token)
