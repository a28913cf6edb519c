"""An appeal handed over by who has it, or taken over by somebody who may judge it."""

from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.app.access.absences import here_or_all
from aupkeep.app.access.authority import authorised, colleague
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeals import HAS_JUDGE, able_judges, check_untouched, open_appeal
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.journal import entry, record
from aupkeep.casework.appeals import APPEAL_TIME
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.model.roles import StaffAct


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedAppeal:
    """An appeal that somebody else judges now; it still steps down at `until`."""

    case: str
    appeal: str
    judge: str
    until: datetime


def hand_over_appeal(
    context: AppContext,
    reference: str,
    *,
    person: str,
    reasons: str,
    to: str | None = None,
    maker: str | None = None,
) -> HandedAppeal:
    """Take the open appeal of a case over, or hand one's own over `to` somebody.

    Raises `Missing` where none is open, `Invalid` without reasons and for nobody of the desk,
    `Conflict` for who has it, and `Forbidden` for who may not judge it, and for who hands over what
    is another's.
    """
    actor, case = authorised(person, StaffAct.APPROVE), find_case(reference)
    check_untouched(context, case, actor, maker)
    if not reasons.strip():
        raise Invalid("reasons: expected why somebody else judges it, found nothing")
    answer, judge = open_appeal(case), colleague(to or person).address
    if judge == answer.assigned_to:
        raise Conflict(f"appeal {answer.id}: expected somebody else, found that {judge} has it")
    if actor.id not in {judge, answer.assigned_to}:
        raise Forbidden("refused: who has the appeal hands it over; you may take it over yourself")
    if judge not in {actor.id, *here_or_all(context, [judge, actor.id])}:
        raise Conflict(f"appeal {answer.id}: expected somebody who is here, found {judge} away")
    if judge not in able_judges(context, case):
        raise Forbidden(
            f"refused (invariant 2): expected somebody who may judge and had no part, found {judge}"
        )
    payload = {
        "case": case.id,
        "appeal": answer.id,
        "why": HAS_JUDGE,
        "judge": judge,
        "before": answer.assigned_to,
        "reasons": reasons,
    }
    given = entry(context, EntryType.CASE_CHANGED, actor, payload, case=case.id)
    record(context, given, rows=[replace(answer, assigned_to=judge)], seen=[answer])
    until = answer.at + APPEAL_TIME
    return HandedAppeal(case=case.reference, appeal=answer.id, judge=judge, until=until)
