"""What the signed log decided, as the signer learns it: which action serves which decision.

A decision and its actions are written in one transaction, whose last entry names each row by its
digest. So an action may be signed only

* as it was written together with its decision, but for an end that came nearer since;
* while no later entry reverses that decision, and its end is not over;
* within the decision's own level, measure, scope, start and end, as its row says it, which must
  have the digest that the log names. An isolation may be at further addresses of its resource.

What is learnt first counts: no later entry raises a level or gives a decision another action.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aupkeep.enforcement.action_checks import MAX_BY_PERSON
from aupkeep.evidence.leaf import read_leaf
from aupkeep.evidence.verify import LogLeaf
from aupkeep.model.action import Action
from aupkeep.model.decision import Decision, Scope, Versions
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.moments import parse_moment

MADE = f'"type":"{EntryType.DECISION_MADE.value}"'.encode()  # in a canonical header
KEPT = MAX_BY_PERSON + timedelta(days=1)  # nothing decided before may be signed any more
MOST = 200_000  # decisions that are known at once, the newest
CLOCKS = timedelta(minutes=1)  # how long after its end an action may still be in a state
ROW = 3  # parts of a row's name
STEP = 500  # decisions read at once
SAME = ("measure", "case", "automatic", "versions")  # of an action and its decision


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntEntry:
    """What one entry says of decisions; `rows` are the digests of decisions and of actions."""

    decision: str = ""
    level: Level = Level.L0
    at: datetime | None = None
    reverses: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)


def learning(leaves: Iterable[LogLeaf], learnt: list[LearntEntry]) -> Iterator[LogLeaf]:
    """The leaves as they come, and in `learnt` what they say of decisions."""
    for leaf in leaves:
        payload = leaf.payload if isinstance(leaf.payload, dict) else {}
        made = MADE in leaf.leaf
        rows = payload.get("rows")
        named = [row for row in rows if _is_name(row)] if isinstance(rows, list) else []
        decided = {key: digest for word, key, digest in named if word == Decision.__name__}
        if payload and (made or decided):
            level = Level.__members__.get(str(payload.get("level")))
            learnt.append(
                LearntEntry(
                    decision=str(payload.get("decision")) if made else "",
                    level=level or Level.L0,
                    at=_time(leaf) if made else None,
                    reverses=str(payload.get("reverses") or "") if made else "",
                    decisions=decided,
                    actions={key: text for word, key, text in named if word == Action.__name__},
                )
            )
        yield leaf


def _is_name(row: object) -> bool:
    """Whether this is a row's record name, key and digest."""
    return isinstance(row, list) and len(row) == ROW and all(isinstance(it, str) for it in row)


def _time(leaf: LogLeaf) -> datetime | None:
    try:
        return parse_moment(read_leaf(leaf.leaf).at, "at")
    except Invalid:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRow:
    """What a decision lets be done, without its words and facts."""

    level: Level
    starts: datetime
    ends: datetime | None
    scope: Scope
    measure: Measure
    case: str
    automatic: bool
    versions: Versions


ROW_FIELDS = tuple(each.name for each in dataclasses.fields(DecidedRow))


@dataclass(slots=True)
class DecidedMeasure:
    """A decision that limits somebody. `digest` is its row's, `actions` those of its actions.

    `row` is there once the decision was read and had that digest.
    """

    level: Level
    at: datetime
    digest: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)
    reversed_by: str = ""
    row: DecidedRow | None = None


class DecidedMeasures:
    """The decisions of the signed log that may still be carried out."""

    def __init__(self) -> None:
        self._known: dict[str, DecidedMeasure] = {}

    def learn(self, learnt: Iterable[LearntEntry], now: datetime) -> None:
        """Take in what entries that are signed by now say, in their order."""
        for entry in learnt:
            if known := self._known.get(entry.reverses):
                known.reversed_by = entry.decision
            if entry.at is not None and entry.level >= Level.L3:
                fresh = DecidedMeasure(entry.level, min(entry.at, now))
                self._known.setdefault(entry.decision, fresh)
            for name, digest in entry.decisions.items():
                if (known := self._known.get(name)) and not known.digest:
                    known.digest, known.actions = digest, entry.actions
        self._forget(now)

    def _forget(self, now: datetime) -> None:
        """Forget the oldest, of which nothing may be signed any more."""
        names = iter(list(self._known))
        surplus = len(self._known) - MOST
        for number, name in enumerate(names):
            if number >= surplus and self._known[name].at >= now - KEPT:
                break
            del self._known[name]

    def refusals(self, actions: Iterable[Action], now: datetime) -> dict[str, str]:
        """Of each action that serves no decision in force, why, by its id."""
        listed = list(actions)
        self._read({action.decision for action in listed})
        reasons = ((action.id, self._refusal(action, now)) for action in listed)
        return {name: reason for name, reason in reasons if reason is not None}

    def _read(self, names: Iterable[str]) -> None:
        """Read the rows that are not known yet, and keep those that are as the log names them."""
        from aupkeep.app.row_digests import digest_of
        from aupkeep.store import decisions

        wanted = [name for name in names if (it := self._known.get(name)) and it.row is None]
        for start in range(0, len(wanted), STEP):
            for name, decision in decisions.by_ids(wanted[start : start + STEP]).items():
                if self._known[name].digest == digest_of(decision):
                    values = {key: getattr(decision, key) for key in ROW_FIELDS}
                    self._known[name].row = DecidedRow(**values)

    def _refusal(self, action: Action, now: datetime) -> str | None:
        from aupkeep.app.row_digests import digest_of

        known = self._known.get(action.decision)
        place = f"decision {action.decision}"
        if known is None:
            return f"{place}: expected it in the signed journal, found none that may still stand"
        if known.reversed_by:
            return f"{place}: expected it in force, found it reversed by {known.reversed_by}"
        if known.row is None:
            return f"{place}: expected its row as the journal names it, found another or none"
        wider = _wider(action, known.row, min(known.level, known.row.level), now)
        if wider is not None:
            return f"{place}: {wider}"
        as_decided = dataclasses.replace(
            action, until=known.row.ends or action.until, changed_at=known.row.starts
        )
        if known.actions.get(action.id) != digest_of(as_decided):
            return f"{place}: expected its action as it was written with it, found another"
        return None


def _wider(action: Action, decision: DecidedRow, level: Level, now: datetime) -> str | None:
    """What of an action goes beyond its decision, as a sentence, or None."""
    if decision.ends is None or decision.ends + CLOCKS <= now:
        return f"expected it in force, found its end {decision.ends}"
    if action.level > level:
        return f"is {level.name}, found an action {action.level.name}"
    if action.starts != decision.starts or action.until > decision.ends:
        return (
            f"is from {decision.starts} to {decision.ends}, found an action from {action.starts} "
            f"to {action.until}"
        )
    for name in SAME:
        decided, acted = getattr(decision, name), getattr(action, name)
        if decided != acted:
            return f"its {name} is {decided}, found an action with {acted}"
    return None if _within(action, decision) else "expected its scope, found an action with another"


def _within(action: Action, decision: DecidedRow) -> bool:
    """Whether the scope is the decision's, or that of its isolation at another address."""
    scope = decision.scope
    if action.measure is not Measure.ISOLATE or scope.source_ports is not None:
        return action.scope == scope
    moved = dataclasses.replace(
        action.scope, address=scope.address, prefix_length=scope.prefix_length
    )
    return moved == scope
