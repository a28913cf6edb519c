"""Claims that rest on a record which was corrected since, and that nobody attributed anew yet.

A doubted claim supports nothing: no rule and no person decides on it. It waits for a person's word
(`deciding.reattribute`). What was claimed and believed stays in the case as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.entry import EntryType
from aupkeep.store import log
from aupkeep.store.log import Logged

TYPES = (EntryType.HOLDING_CORRECTED, EntryType.FINDING_ATTRIBUTED)
DOUBTED_REASON = "its holder was corrected"  # how the reason for the inbox begins


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCorrection:
    """One correction under a case: the record, what rested on it, and what was done about it.

    `doubted` are the claims that another holder, or nobody, has to answer for by now; `settled`
    says where they went, "" while a person has to look.
    """

    at: datetime
    why: str
    assignment: str
    replaced_by: str | None
    claims: tuple[str, ...]
    doubted: tuple[str, ...]
    decisions: tuple[str, ...]
    notices: tuple[str, ...]
    settled: str


def corrections_of(case: str) -> tuple[HolderCorrection, ...]:
    """The corrections of records that a case rested on, oldest first."""
    corrections: list[HolderCorrection] = []
    logged = log.entries(case, types=TYPES)
    settled: dict[str, str] = {}
    for item in logged:
        payload = item.entry.payload
        if item.entry.type is EntryType.FINDING_ATTRIBUTED:
            settled.update(dict.fromkeys(_names(payload, "claims"), str(payload.get("why"))))
    for item in logged:
        payload = item.entry.payload
        if item.entry.type is not EntryType.HOLDING_CORRECTED:
            continue
        doubted = _names(payload, "doubted")
        words = [settled.get(claim, "") for claim in doubted]
        corrections.append(
            HolderCorrection(
                at=item.entry.at,
                why=str(payload.get("reasons")),
                assignment=str(payload.get("assignment")),
                replaced_by=_text(payload.get("replaced_by")),
                claims=_names(payload, "claims"),
                doubted=doubted,
                decisions=_names(payload, "decisions"),
                notices=_names(payload, "notices"),
                settled="; ".join(dict.fromkeys(words)) if all(words) else "",
            )
        )
    return tuple(corrections)


def doubted_claims(case: str) -> frozenset[str]:
    """The claims of a case that support nothing since the record of their holder was corrected."""
    return doubted_in(log.entries(case, types=TYPES))


def doubted_in(logged: Iterable[Logged]) -> frozenset[str]:
    """The same, by the entries of a case; others among them say nothing.

    One that was attributed to another holder stays out; one that turned out to be this holder's
    after all counts again.
    """
    doubted: set[str] = set()
    for item in logged:
        payload = item.entry.payload
        if item.entry.type is EntryType.HOLDING_CORRECTED:
            doubted |= set(_names(payload, "doubted"))
        elif item.entry.type is EntryType.FINDING_ATTRIBUTED:
            doubted -= set(_names(payload, "kept"))
    return frozenset(doubted)


def unsettled(case: str) -> tuple[str, ...]:
    """The doubted claims that wait for a person's word, oldest first."""
    waiting: dict[str, None] = {}
    for item in log.entries(case, types=TYPES):
        payload = item.entry.payload
        if item.entry.type is EntryType.HOLDING_CORRECTED:
            waiting.update(dict.fromkeys(_names(payload, "doubted")))
        else:
            for claim in _names(payload, "claims"):
                waiting.pop(claim, None)
    return tuple(waiting)


def _names(payload: Mapping[str, object], field: str) -> tuple[str, ...]:
    names = payload.get(field)
    return tuple(map(str, names)) if isinstance(names, list | tuple) else ()


def _text(value: object) -> str | None:
    return None if value is None else str(value)
