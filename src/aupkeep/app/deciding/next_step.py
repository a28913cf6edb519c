"""What a case needs next, in a word and a sentence: true for each case, asked for many at once."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict

from aupkeep.app.deciding.step_grants import StepGrants, StepQuestion, kept_back
from aupkeep.model.action import HAND, STANDING, Action, ActionState
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case, CaseState
from aupkeep.model.decision import BY_PERSON
from aupkeep.model.entry import EntryType
from aupkeep.model.grant import GrantKind
from aupkeep.model.ladder import LEVELS, Evidence, Level, Measure
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, approvals, cases, log, tickets


class NextStep(StrEnum):
    """What there is to do, and by whom."""

    JUDGE = "judge"  # an appeal
    READ = "read"  # an answer
    APPROVE = "approve"  # a decision waits for a second person
    CONFIRM = "confirm"  # that an appeal is refused waits for one
    RETEST = "retest"  # the customer says it is fixed, and a measure stands
    APPLY = "apply"  # what a rule proposes
    CARRY = "carry"  # a measure out or back, by hand
    TELL = "tell"  # something was decided, and what should say so reached nobody
    PROVE = "prove"  # nobody proven shows any
    DECIDE = "decide"  # no rule proposes anything
    GRANT = "grant"  # it listens: nobody may do the step, but write down what one would do
    LATE = "late"  # the deadline has passed
    WAIT = "wait"  # for the customer
    TICKET = "ticket"  # wait for the ticket system
    REST = "rest"  # snoozed
    NOTHING = "nothing"  # dealt with: it ends by itself, or comes back with new evidence
    CLOSE = "close"  # dealt with, and nothing of it stands any more
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOf:
    """The next step of a case: the `measure` it is about and `until` when, where it has them.

    `by` is whose appeal it is to judge, or who asked for a second person. `why` says how the
    grants that there are fall short of it, where it takes another.
    """

    step: NextStep
    measure: Measure | None = None
    until: datetime | None = None
    by: str | None = None
    why: str = ""


class StepFields(TypedDict):
    """The fields of a step in the records of a case."""

    step: NextStep
    step_measure: Measure | None
    step_until: datetime | None
    step_why: str
    step_by: str | None


WEIGHED = (
    EntryType.DECISION_MADE,
    EntryType.DECISION_REFUSED,
    EntryType.NOTICE_MADE,
    EntryType.NOTICE_FAILED,
)
TELLING = {NoticeKind.CUSTOMER.value, NoticeKind.PROTECTION.value}
Said = Iterable[tuple[str, EntryType, Mapping[str, object]]]


def next_steps(
    some: Iterable[Case],
    now: datetime,
    handed: Container[str] | None = None,
    said: Said | None = None,
    granted: StepGrants | None = None,
    *,
    waiting: Iterable[Approval] | None = None,
) -> dict[str, StepOf]:
    """The next step of each of these cases, by id, in five questions however many they are.

    `handed` are the cases with an open ticket, `said` what their entries of the types `WEIGHED`
    say, in order, `waiting` what waits for a second person, where they are known already.
    `granted` are the grants while the install listens, None where it does not: a step that would be
    refused is none.
    """
    listed = list(some)
    ids = [case.id for case in listed if case.state is not CaseState.CLOSED]
    acted, by_hand, standing = _measures(ids, now)
    left = _left(log.payloads(ids, WEIGHED) if said is None else said)
    asked_two = approvals.waiting_in(ids) if waiting is None else waiting
    second = {item.case: item for item in asked_two}
    said_fixed, contested = cases.answers_in(ids)
    handed = tickets.open_in(ids) if handed is None else handed
    steps: dict[str, StepOf] = {}
    for case in listed:
        asked, stands = second.get(case.id), standing.get(case.id, [])
        if case.state is CaseState.ANSWERED:
            kind = NextStep.JUDGE if case.id in contested else NextStep.READ
            steps[case.id] = StepOf(step=kind, by=contested.get(case.id))
        elif case.state is CaseState.CLOSED:
            steps[case.id] = StepOf(step=NextStep.CLOSED)
        elif asked is not None:
            steps[case.id] = _asked(asked)
        elif hand := by_hand.get(case.id):
            steps[case.id] = StepOf(step=NextStep.CARRY, measure=hand.measure)
        elif case.state is CaseState.WAITING:
            steps[case.id] = _waiting(case, now, handed=case.id in handed)
        else:
            steps[case.id] = _step(
                case,
                now,
                stands=stands,
                over=case.id in acted and not stands,
                left=left.get(case.id),
                fixed=case.id in said_fixed,
                handed=case.id in handed,
            )
    return steps if granted is None else _while_listening(steps, listed, granted)


def _measures(
    ids: list[str], now: datetime
) -> tuple[set[str], dict[str, Action], dict[str, list[Action]]]:
    """Of these cases: which ever had a measure, which waits to be done by hand, which stand."""
    standing: dict[str, list[Action]] = defaultdict(list)
    acted, by_hand = set(), dict[str, Action]()
    for action in actions.of_cases(ids):
        acted.add(action.case)
        if action.driver == HAND and action.state in (ActionState.WANTED, ActionState.LIFTING):
            by_hand[action.case] = action
        if action.state in STANDING and action.until > now:
            standing[action.case].append(action)
    return acted, by_hand, standing


def _asked(approval: Approval) -> StepOf:
    """Of a case with what waits for a second person."""
    if "judges" in approval.choice:
        return StepOf(step=NextStep.CONFIRM, by=approval.by)
    return StepOf(step=NextStep.APPROVE, measure=approval.measure, by=approval.by)


def _while_listening(
    steps: Mapping[str, StepOf], listed: Iterable[Case], granted: StepGrants
) -> dict[str, StepOf]:
    """The same steps, but for those that take a grant which is not there, or not as wide."""
    asked = [
        StepQuestion(case=case, kinds=kinds, measure=steps[case.id].measure)
        for case in listed
        if (kinds := needed_grants(steps[case.id]))
    ]
    kept = kept_back(granted, asked) if asked else {}
    return {
        case: replace(step, step=NextStep.GRANT, why=kept[case]) if case in kept else step
        for case, step in steps.items()
    }


def needed_grants(step: StepOf) -> tuple[GrantKind, ...]:
    """The kinds of grant that a step takes.

    To ask for proof is a mail to a reporter, to decide one to a customer; who is limited is told.
    """
    if step.step is NextStep.PROVE:
        return (GrantKind.RECEIPTS,)
    if step.step not in {NextStep.DECIDE, NextStep.APPLY} or step.measure is Measure.RECORD:
        return ()
    limits = step.measure is not None and LEVELS[step.measure] >= Level.L3
    return (GrantKind.NOTICES, GrantKind.PEOPLE) if limits else (GrantKind.NOTICES,)


def _waiting(case: Case, now: datetime, *, handed: bool) -> StepOf:
    """Of a case whose customer has a deadline."""
    late = case.deadline_at is not None and case.deadline_at <= now
    waits = NextStep.TICKET if handed else NextStep.WAIT
    return StepOf(step=NextStep.LATE if late else waits, until=case.deadline_at)


def _step(
    case: Case,
    now: datetime,
    *,
    stands: list[Action],
    over: bool,
    left: StepOf | None,
    fixed: bool,
    handed: bool,
) -> StepOf:
    """Of an open case that waits for no second person."""
    first = min(stands, key=lambda action: action.until, default=None)
    about = StepOf(
        step=NextStep.CLOSE if over else NextStep.NOTHING,
        measure=first.measure if first else None,
        until=first.until if first else None,
    )
    if case.handled_at is not None:
        return StepOf(step=NextStep.TICKET) if handed else about
    if case.snoozed_until is not None and case.snoozed_until > now:
        return StepOf(step=NextStep.REST, until=case.snoozed_until)
    if fixed and stands:
        return replace(about, step=NextStep.RETEST)
    unproven = case.level is Evidence.E0
    return left or StepOf(step=NextStep.PROVE if unproven else NextStep.DECIDE)


def _left(said: Said) -> dict[str, StepOf]:
    """What the newest entry that leaves something to do leaves, by case.

    That is what a rule proposed and the gate refused, or a notice of a decision that reached
    nobody, until one is written or the next is decided. What a person proposed and the gate refused
    is nothing to apply, and takes no rule's proposal away.
    """
    left: dict[str, StepOf] = {}
    for case, kind, payload in said:
        if kind is EntryType.DECISION_REFUSED:
            if payload.get("rule") != BY_PERSON:
                named = str(payload.get("measure", ""))
                measure = Measure(named) if named in set(Measure) else None
                left[case] = StepOf(step=NextStep.APPLY, measure=measure)
        elif kind is EntryType.NOTICE_FAILED:
            if payload.get("kind") in TELLING:
                left[case] = StepOf(step=NextStep.TELL)
        elif case in left and left[case].step is NextStep.TELL:
            del left[case]
    return left


def step_fields(step: StepOf) -> StepFields:
    """A step as the records of a case have it."""
    return StepFields(
        step=step.step,
        step_measure=step.measure,
        step_until=step.until,
        step_why=step.why,
        step_by=step.by,
    )


WORDS: dict[NextStep, tuple[str, str]] = {
    NextStep.JUDGE: ("Judge the appeal{by}", "Bedøm klagen{by}"),
    NextStep.READ: ("Read the answer", "Les svaret"),
    NextStep.APPROVE: ("Approve or refuse{measure}", "Godkjenn eller avslå{measure}"),
    NextStep.CONFIRM: (
        "Confirm as the second person that the appeal is refused",
        "Bekreft som den andre at klagen avslås",
    ),
    NextStep.RETEST: ("Test again: they say it is fixed", "Test igjen: de sier det er rettet"),
    NextStep.APPLY: ("Apply the proposal{measure}", "Bruk forslaget{measure}"),
    NextStep.CARRY: (
        "Carry it out or back by hand, and say what you saw{measure}",
        "Utfør eller opphev for hånd, og si hva du så{measure}",
    ),
    NextStep.TELL: (
        "Nobody was told: see what is in the way",
        "Ingen er varslet: se hva som står i veien",
    ),
    NextStep.PROVE: (
        "Ask for proof: nobody proven shows any",
        "Be om bevis: ingen bevist viser noe",
    ),
    NextStep.DECIDE: ("Decide: no rule proposes anything", "Avgjør: ingen regel foreslår noe"),
    NextStep.GRANT: (
        "It listens: ask for a grant, or record what you would do{measure}",
        "Den lytter: be om en fullmakt, eller noter hva du ville gjort{measure}",
    ),
    NextStep.LATE: ("The deadline has passed", "Fristen er ute"),
    NextStep.WAIT: ("Wait for the customer{until}", "Vent på kunden{until}"),
    NextStep.TICKET: ("Wait for the ticket system", "Vent på sakssystemet"),
    NextStep.REST: ("Rests{until}", "Hviler{until}"),
    NextStep.NOTHING: (
        "Nothing: it ends by itself{at}",
        "Ingenting: det slutter av seg selv{at}",
    ),
    NextStep.CLOSE: ("Close it: nothing stands any more", "Lukk den: ingenting står lenger"),
    NextStep.CLOSED: ("Closed", "Lukket"),
}
NARROW = (
    "Ask for a wider grant ({why}), or record what you would do{measure}",
    "Be om en videre fullmakt ({why}), eller noter hva du ville gjort{measure}",
)
TOLD = ("Nothing: told; new evidence brings it back", "Ingenting: meldt; nye bevis henter den fram")


def step_words(step: StepOf, language: str, title: str = "") -> str:
    """A step as a person reads it; `title` is what its measure is called, `why` in the language.

    >>> step_words(StepOf(step=NextStep.APPLY), "en", "Close one port out")
    'Apply the proposal: close one port out'
    """
    number = int(language == "nb")
    if step.step is NextStep.NOTHING and step.until is None:
        return TOLD[number]
    until = at = ""
    if step.until is not None:
        minute = f"{step.until.astimezone(UTC):%Y-%m-%d %H:%M}"
        until, at = f"{(' until ', ' til ')[number]}{minute}", f"{(' at ', ' ')[number]}{minute}"
    by = f"{(': it is with ', ': den er hos ')[number]}{step.by}" if step.by else ""
    measure = f": {title[:1].lower()}{title[1:]}" if title else ""
    words = NARROW if step.step is NextStep.GRANT and step.why else WORDS[step.step]
    return words[number].format(measure=measure, until=until, at=at, why=step.why, by=by)
