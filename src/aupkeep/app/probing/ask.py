"""Asking for a probe: a person of the desk, the customer, or a clause of the contract.

Each is a `probe-asked` of the journal: on whose word, of which places, and which were left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.answers import case_of_link, next_once
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.journal import entry, record
from aupkeep.app.probing.places import MOST, ProbePlace, places_of
from aupkeep.app.probing.runs import runs_of, under_way
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Case, CaseState
from aupkeep.model.entry import LARGE_FLOW, Effect, EntryType
from aupkeep.model.errors import Conflict, Forbidden, TooMany
from aupkeep.model.probe import ProbeAsker, ProbeRun, ProbeTarget
from aupkeep.model.roles import StaffAct
from aupkeep.probes.registry import probe_named
from aupkeep.store import shared_counters
from aupkeep.store.codec import dump

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeGround:
    """Who asks for a probe; of an automatic one the contract clause and the decision that ends."""

    actor: Actor
    asker: ProbeAsker
    clause: str = ""
    decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProbe:
    """One place: the `most` that is sent, and why it would not be asked, "" where it would."""

    probe: str
    place: str
    most: str
    barred: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePlan:
    """What would be asked of a case, and what would not, with the reason."""

    case: str
    places: tuple[PlannedProbe, ...]


def probe_plan(context: AppContext, reference: str, *, person: str) -> ProbePlan:
    """What `ask_case` would ask; nothing is sent or written. Raises `Missing`, `Forbidden`."""
    authorised(person, StaffAct.DECIDE)
    case = find_case(reference)
    places = places_of(context, load_case_context(context, case))
    planned = [
        PlannedProbe(
            probe=place.target.probe,
            place=place.target.place,
            most=probe_named(place.target.probe).most,
            barred=place.barred,
        )
        for place in places
    ]
    return ProbePlan(case=case.reference, places=tuple(planned))


def ask_case(
    context: AppContext, reference: str, *, person: str, place: str = "", leave: bool = True
) -> ProbeRun:
    """A person of the desk has the case tested; `place` names one of its places, "" asks all.

    With `leave` it is left to the worker, else the caller carries it out. Raises `Missing`;
    `Forbidden` for whose roles do not allow it and for a place that is not the case's or may not
    be asked; `Conflict` where nothing can be asked or a test is under way; `TooMany`.
    """
    actor = authorised(person, StaffAct.DECIDE)
    case = find_case(reference)
    about = load_case_context(context, case)
    places = places_of(context, about)
    if place:
        places = tuple(item for item in places if item.target.place == place)
        if not places:
            raise Forbidden(
                f"probe: expected a place that the evidence of case {case.reference} names, found "
                f"{place[:80]!r}; `aupkeep case probe {case.reference} --plan` lists them"
            )
        if all(item.barred for item in places):
            raise Forbidden(f"probe: {places[0].barred}")
    return _ask(context, about, places, ProbeGround(actor=actor, asker=ProbeAsker.PERSON), leave)


def ask_by_link(context: AppContext, token: str, once: str) -> ProbeRun:
    """The customer says that it is fixed and has it tested; the same `once` is taken once.

    Raises `Missing` or `Gone` for the link, `Conflict` and `TooMany` as `ask_case`.
    """
    case = case_of_link(context, token)
    if once != once_for_test(context, case):
        raise Conflict("this test was asked for already, or the page has changed; look again")
    if case.state is CaseState.CLOSED:
        raise Conflict("the case is closed")
    about = load_case_context(context, case)
    actor = Actor(kind=ActorKind.CUSTOMER, id=case.customer)
    ground = ProbeGround(actor=actor, asker=ProbeAsker.CUSTOMER)
    return _ask(context, about, places_of(context, about), ground, leave=True)


def once_for_test(context: AppContext, case: Case) -> str:
    """The token for the one test that may come next: it changes with every test and answer."""
    return f"{next_once(context, case)}-{len(runs_of(case.id))}"


def _ask(
    context: AppContext,
    about: CaseContext,
    places: Sequence[ProbePlace],
    ground: ProbeGround,
    leave: bool,  # noqa: FBT001 - as `write_asked` takes it
) -> ProbeRun:
    case, now = about.case, context.now()
    targets = [place.target for place in places if not place.barred][:MOST]
    if not targets:
        why = places[0].barred if places else "no probe can ask about what its evidence names"
        raise Conflict(f"case {case.reference}: nothing can be tested: {why}")
    if under_way(runs_of(case.id), now):
        raise Conflict(f"case {case.reference}: a test is under way; its answer comes in seconds")
    _spend(context, case.id, ground.asker, targets)
    left_out = {place.target.place: place.barred for place in places if place.barred}
    return write_asked(context, case, targets, ground, left_out=left_out, leave=leave)


def write_asked(
    context: AppContext,
    case: Case,
    targets: Sequence[ProbeTarget],
    ground: ProbeGround,
    *,
    left_out: Mapping[str, str] | None = None,
    leave: bool = True,
) -> ProbeRun:
    """The entry of an asking, with the effect that carries it out."""
    number = context.new_id()
    why = f"on {ground.clause}" if ground.clause else f"asked by the {ground.asker.value}"
    payload = {
        "run": number,
        "asker": ground.asker.value,
        "clause": ground.clause,
        "decision": ground.decision,
        "targets": dump(list(targets)),
        "left_out": dict(left_out or {}),
        "why": f"{', '.join(f'{x.probe} at {x.place}' for x in targets)} ({why})",
    }
    asked = entry(context, EntryType.PROBE_ASKED, ground.actor, payload, case=case.id)
    effect = Effect(
        id=context.new_id(),
        kind="probe",
        key=f"probe:{number}",
        payload={"case": case.id, "run": number},
        due_at=context.now(),
        flow=f"{LARGE_FLOW}probe",
    )
    record(context, asked, effects=[effect] if leave else ())
    return ProbeRun(
        id=number,
        case=case.id,
        asked_at=asked.at,
        asker=ground.asker,
        by=ground.actor.name or ground.actor.id,
        targets=tuple(targets),
        clause=ground.clause,
        decision=ground.decision,
    )


def _spend(
    context: AppContext, case: str, asker: ProbeAsker, targets: Sequence[ProbeTarget]
) -> None:
    """Count what is sent in this hour. Raises `TooMany`."""
    sent = sum(probe_named(target.probe).sends for target in targets)
    if not sent:
        return
    chosen, now = context.settings.probes, context.now()
    window = now.replace(minute=0, second=0, microsecond=0)
    most = chosen.customer_an_hour if asker is ProbeAsker.CUSTOMER else chosen.an_hour
    bounds = (
        (f"{asker.value}:{case}", 1, most, "tests of one case"),
        ("all", sent, chosen.all_an_hour, "questions of all cases"),
    )
    for name, by, bound, words in bounds:
        counted = shared_counters.add(f"probe:{name}:{window:%Y%m%d%H}", window + HOUR, by)
        if counted > bound:
            wait = int((window + HOUR - now).total_seconds()) + 1
            raise TooMany(f"probe: expected at most {bound} {words} an hour, found more", wait=wait)


def spend_automatic(context: AppContext, case: str, targets: Sequence[ProbeTarget]) -> bool:
    """Whether a probe on a clause of the contract is within its bounds."""
    try:
        _spend(context, case, ProbeAsker.CONTRACT, targets)
    except TooMany:
        return False
    return True
