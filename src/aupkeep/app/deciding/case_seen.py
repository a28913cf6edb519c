"""Whether a case is still as somebody saw it, and what happened to it since."""

from aupkeep.model.case import Case
from aupkeep.model.entry_words import LOUD, QUIET, told_entry
from aupkeep.model.errors import Stale
from aupkeep.model.moments import show_moment
from aupkeep.store import log

DIGITS = 10  # of a number of entries
SHOWN = 3  # of what happened since, the newest


def seen_of(case: Case) -> str:
    """The mark of what is shown of a case now: it differs once anything has changed."""
    return f"{show_moment(case.changed_at)}#{log.count(case.id, without=QUIET)}"


def tag_of(case: Case) -> str:
    """An ETag (RFC 9110 section 8.8.3): the mark, and how many entries there are of any kind."""
    return f'"{seen_of(case)}.{log.count(case.id)}"'


def mark_in(tag: str) -> str:
    """The mark in the ETag that a request brings; of what is none of ours, something unlike it."""
    return tag.strip().strip('"').rpartition(".")[0]


def refuse_changed(case: Case, seen: str) -> None:
    """Raise `Stale` unless the case is as it was when `seen` was its mark."""
    if seen == seen_of(case):
        return
    before = seen.rpartition("#")[2]
    count = log.count(case.id, without=QUIET)
    new = count - int(before) if before.isdecimal() and len(before) < DIGITS else 0
    newest = log.newest_first(min(max(new, 0), SHOWN), types=LOUD, case=case.id)
    news = ", ".join(told_entry(record.entry) for record in reversed(newest))
    raise Stale(
        f"the case has changed since you looked{news and f' ({news})'}; look again, then decide"
    )
