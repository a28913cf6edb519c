"""Why each claim is in its case: what opened it, what joined it, by which entry of the journal.

The rules are those of `casework.incidents`; told here is which of them put a claim where it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.casework.incidents import WINDOW
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.notify.measurements import Language
from aupkeep.store.log import Logged

HOURS = WINDOW // timedelta(hours=1)


class JoinReason(StrEnum):
    """Which rule put a claim into its case."""

    OPENED = "opened"  # no case of its customer, resource and kind was open
    JOINED = "joined"  # one was
    LATE = "late"  # it happened before such a case was closed as fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedClaim:
    """Why a claim is in its case, when, and by which entry, whose `first` claim says it for all.

    `same_incident`: an earlier claim is of its incident. `raised` is the level of evidence that the
    claims of this entry brought the case to, None where they brought it no higher. `words` say it
    in a sentence or three.
    """

    reason: JoinReason
    at: datetime
    entry: int
    incident: str | None
    same_incident: bool
    raised: str | None
    first: bool
    words: str = ""


WORDS: Mapping[JoinReason, tuple[str, str]] = {
    JoinReason.OPENED: (
        (
            "It opened the case: {what} was {resource} of {customer} then, and no case about this "
            "kind was open there."
        ),
        (
            "Den åpnet saken: {what} var {resource} hos {customer} da, og ingen sak av denne typen "
            "var åpen der."
        ),
    ),
    JoinReason.JOINED: (
        (
            "It joined the open case: {what} was {resource} of {customer} then too, and the "
            "kind is the same."
        ),
        (
            "Den hører til den åpne saken: {what} var {resource} hos {customer} da også, og "
            "typen er den samme."
        ),
    ),
    JoinReason.LATE: (
        (
            "It joined the closed case: {what} was {resource} of {customer} then, and it happened "
            "before the case was closed as fixed."
        ),
        (
            "Den hører til den lukkede saken: {what} var {resource} hos {customer} da, og det "
            "skjedde før saken ble lukket som løst."
        ),
    ),
}
INCIDENT = {
    True: (
        f" The same incident: within {HOURS} hours of what was reported before.",
        f" Samme hendelse: innen {HOURS} timer fra det som var meldt før.",
    ),
    False: (
        f" Another incident: more than {HOURS} hours from what was reported before.",
        f" En annen hendelse: mer enn {HOURS} timer fra det som var meldt før.",
    ),
}
RAISED = (" It brought the evidence to {level}.", " Den hevet bevisene til {level}.")


def joined_claims(
    claims: Iterable[Claim],
    logged: Iterable[Logged],
    incident_of: Mapping[str, str | None],
    language: Language = "en",
) -> dict[str, JoinedClaim]:
    """Why these claims are in their case, by claim; none for one whose entry is erased.

    `logged` are the case's entries, the oldest first; `incident_of` has the claims that are told
    and the first ones of their incidents.
    """
    by_id = {claim.id: claim for claim in claims}
    joined: dict[str, JoinedClaim] = {}
    incidents: set[str | None] = set()
    closed, level = False, ""
    for line in logged:
        kind, payload = line.entry.type, line.entry.payload
        closed = closed or kind is EntryType.CASE_CLOSED
        if kind not in {EntryType.CASE_OPENED, EntryType.CASE_CHANGED}:
            continue
        now = str(payload.get("level") or level)
        for number, name in enumerate(_listed(payload.get("claims"))):
            incident = incident_of.get(name)
            if name in by_id and name not in joined:
                reason = JoinReason.LATE if closed else JoinReason.JOINED
                wordless = JoinedClaim(
                    reason=JoinReason.OPENED if kind is EntryType.CASE_OPENED else reason,
                    at=line.entry.at,
                    entry=line.index,
                    incident=incident,
                    same_incident=incident is not None and incident in incidents,
                    raised=now if now > level else None,
                    first=number == 0,
                )
                joined[name] = _told(wordless, by_id[name], language)
            incidents.add(incident)
        level = now
    return joined


def _listed(ids: object) -> list[str]:
    return [str(name) for name in ids] if isinstance(ids, list) else []


def _told(joined: JoinedClaim, claim: Claim, language: Language) -> JoinedClaim:
    number, held = int(language == "nb"), claim.held
    what = claim.finding.subject.address or claim.finding.subject
    words = WORDS[joined.reason][number].format(
        what=what, resource=held.resource, customer=held.customer
    )
    names_incident = joined.same_incident or joined.reason is not JoinReason.OPENED
    if names_incident and joined.incident is not None:
        words += INCIDENT[joined.same_incident][number]
    if joined.raised:
        words += RAISED[number].format(level=joined.raised)
    return replace(joined, words=words)
