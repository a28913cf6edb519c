"""Held services whose thirty days are over: who may be ended, until when, and who may not."""

from collections.abc import Sequence

from aupkeep.app.deciding.termination_record import TerminationRecord, TerminationState
from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.model.moments import show_minute

PAST = (TerminationState.READY, TerminationState.HINDERED)
MOST = 3  # that are named


def terminations_check(known: Sequence[TerminationRecord]) -> DoctorCheck:
    """Each service that waits for a person after its hold, with what stands against its end."""
    past = [record for record in known if record.state in PAST]
    return DoctorCheck(
        check="terminations",
        ok=not past,
        found="; ".join(map(_words, past[:MOST])) or "no held service waits for a person",
        remedy=f"aupkeep termination show {past[0].case}" if past else "",
    )


def _words(record: TerminationRecord) -> str:
    if record.state is TerminationState.HINDERED:
        return f"{record.case}: may not be ended: {record.hindrances[0]}"
    return f"{record.case}: may be ended until {show_minute(record.closes)}, then it is back"
