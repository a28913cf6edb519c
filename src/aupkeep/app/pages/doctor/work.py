"""Whether what is due is done, and whether the processes that do it live."""

from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.app.process_pulse import LATE, ProcessWord, process_words
from aupkeep.model.counted import counted
from aupkeep.model.moments import show_minute
from aupkeep.store import outbox

UNTOUCHED = timedelta(minutes=5)  # that due work may lie while nothing is done at all
MOST = 3


def work_checks(context: AppContext) -> tuple[DoctorCheck, ...]:
    """Both; each page asks for them too."""
    now = context.now()
    words = process_words(now)
    count, first = outbox.untouched(now, now - UNTOUCHED)
    return (work_check(count, first, words), processes_check(words, now))


def work_check(
    count: int, first: datetime | None, words: tuple[ProcessWord, ...] = ()
) -> DoctorCheck:
    """Whether somebody does what is due; a queue that is worked off is none of its business."""
    text = "none lies untouched"
    if first is not None:
        heard = max((word.at for word in words if word.kind == "worker"), default=None)
        who = f"the last worker was heard {show_minute(heard)}" if heard else "no worker was heard"
        text = (
            f"{counted(count, 'piece')} of work due and none being done, the oldest since "
            f"{show_minute(first)}; {who}"
        )
    remedy = "aupkeep worker" if first is not None else ""
    return DoctorCheck(check="work", ok=first is None, found=text, remedy=remedy)


def processes_check(words: tuple[ProcessWord, ...], now: datetime) -> DoctorCheck:
    """Whether each worker and mail intake that did not end in order still says that it lives."""
    silent = [word for word in words if now - word.at > LATE]
    text = "; ".join(
        f"{word.kind} on {word.machine} says nothing since {show_minute(word.at)}: it ended, hangs "
        "or does not reach the database, nor hears of a freeze by it"
        for word in silent[:MOST]
    )
    text = text or f"{len(words)} heard of in the last minutes"
    remedy = f"systemctl restart aupkeep-{silent[0].kind}" if silent else ""
    return DoctorCheck(check="processes", ok=not silent, found=text, remedy=remedy)
