"""The customer's answers on the case page, and the appeal that its judge reads and judges there."""

from collections.abc import Sequence

from aupkeep.app.access.authority import actor_for
from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeals import able_judges
from aupkeep.app.deciding.second_person import still_waiting
from aupkeep.app.pages.case.page import AppealToJudge, CaseAnswer
from aupkeep.app.pages.layout.page import Person, TextPart
from aupkeep.app.pages.mail_text import answers_by_mail
from aupkeep.casework.answers import stopping
from aupkeep.casework.appeals import APPEAL_TIME
from aupkeep.casework.overtaken import refused_appeal
from aupkeep.model.case import Answer
from aupkeep.store import staff
from aupkeep.store.log import Logged


def answers_of(
    about: CaseContext, logged: Sequence[Logged], person: Person
) -> tuple[CaseAnswer, ...]:
    """Every answer in order; `yours` says whether this person may mark it as read."""
    by_mail = answers_by_mail(logged)
    stops = stopping(about.case, about.decisions, about.inputs.answers)
    return tuple(
        CaseAnswer(
            id=answer.id,
            kind=answer.kind,
            text=answer.text,
            at=answer.at,
            read_at=answer.read_at,
            read_by=answer.read_by or "",
            parts=by_mail.get(answer.id, (TextPart(answer.text),)),
            judged=answer.judged,
            judged_at=answer.judged_at,
            yours=not answer.open_appeal or answer.assigned_to == person.id,
            stops=answer.id in stops,
            holds=answer.open_appeal,
            reseller=answer.reseller or "",
        )
        for answer in about.inputs.answers
    )


def appeal_to_judge(
    context: AppContext, about: CaseContext, person: Person
) -> AppealToJudge | None:
    """The oldest appeal that nobody has judged: whose it is, until when, what was said of it."""
    answer = next((item for item in about.inputs.answers if item.open_appeal), None)
    if answer is None:
        return None
    waiting = still_waiting(context, about.case)
    refusals = (item for item in waiting if "judges" in item.choice)
    refused = next((item for item in refusals if refused_appeal(item, [answer])), None)
    able = set(able_judges(context, about.case)) - {answer.assigned_to}
    return AppealToJudge(
        id=answer.id,
        text=answer.text,
        at=answer.at,
        until=answer.at + APPEAL_TIME,
        judge=_judge(answer),
        yours=answer.assigned_to == person.id,
        refused=refused is not None,
        others=tuple((name, actor_of(name).name) for name in sorted(able - {person.id})),
        takes=person.id in able,
    )


def _judge(answer: Answer) -> str:
    """Whose the appeal is, by name; "" where nobody may judge it."""
    member = staff.by_address(answer.assigned_to) if answer.assigned_to else None
    return actor_for(member).name if member else ""
