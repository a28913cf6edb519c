"""Notices that wait and that nothing would send: their work is gone from the outbox."""

from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.notices import mail_effect
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.store import notices

WHY = "the work of sending a notice was gone from the outbox; it is asked for again"
AFTER = timedelta(minutes=1)  # the work is made with the notice: one without it is soon seen


def ask_again(context: AppContext) -> int:
    """Leave the work anew, and say so in the case; returns for how many notices."""
    lost = notices.without_work(context.now() - AFTER)
    for notice in lost:
        payload = {"case": notice.case, "notice": notice.id, "why": WHY}
        said = entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=notice.case)
        record(context, said, effects=[mail_effect(context, notice)])
    return len(lost)
