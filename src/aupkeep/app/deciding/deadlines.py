"""Deadlines: a case whose customer did not answer in time comes back to the desk."""

from contextlib import suppress

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.join import consider_effect
from aupkeep.casework.deadlines import overdue
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.store import cases


def pass_deadlines(context: AppContext) -> None:
    """Bring every overdue case back. May be repeated, and run by several workers at once."""
    for case in cases.overdue(context.now()):
        with suppress(Conflict):  # somebody changed it meanwhile: the next run sees both
            _pass_deadline(context, case)


def _pass_deadline(context: AppContext, case: Case) -> None:
    """Without an answer a case is open again, and goes before the policy."""
    for moved in overdue([case], context.now()):
        payload = {"case": case.id, "why": "the deadline passed without an answer"}
        changed = entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
        again = consider_effect(context, case.id)
        record(context, changed, rows=[moved], effects=[again], seen=[case])
