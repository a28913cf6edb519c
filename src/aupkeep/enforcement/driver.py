"""The contract of a driver: the only code that changes a real system.

A driver is one module under `drivers/` with one constant `DRIVER`, a `guard.DriverPlugin`. With a
`DriverContext` it makes a `Driver`, whose six words are: `capabilities`, `plan` (pure), `apply`,
`observe`, `prove`, `revert`; and `prepare`, which installs what measures need, e.g. a table.

A driver acts and judges nothing: whoever opens one has it behind a `guard.GuardedDriver`, which
refuses what is protected, outside our prefixes, too wide, over a cap, over or another's before the
driver is asked, and reads back what it did.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from aupkeep.enforcement.protect import NOTHING, ProtectList
from aupkeep.model.action import Action
from aupkeep.model.holding import Network
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address

EXPIRY_TOLERANCE = timedelta(seconds=3)  # a system that counts in seconds, read a moment later
CAP = 10_000  # standing measures of one driver, unless its context sets fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverContext:
    """What an opened driver is given; nothing is read from the environment.

    `folder` is the agent's own state folder, `table` the name of the driver's own corner of the
    system, `now` reads the clock (aware, UTC), `cap` bounds the number of standing measures.
    `options` are the driver's own, with secrets read already. `owner` is whose measures they are,
    as elements name it where several may write into one system (`one_system.owner_of`); `home` is
    the same without the target, for a mark that anybody can read; `of_home` says of a mark whether
    it is of a target of our home, under any key that is believed.
    """

    folder: Path
    now: Callable[[], datetime]
    table: str = "aupkeep"
    cap: int = CAP
    options: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""
    home: str = ""
    of_home: Callable[[str], bool] | None = None

    def is_others(self, mark: str) -> bool:
        """Whether a mark names another home; what names none is not, nor where we know no name."""
        if not (mark and self.owner):
            return False
        return not self.of_home(mark) if self.of_home else mark not in (self.owner, self.home)

    def is_beside(self, mark: str) -> bool:
        """Whether a mark names another target of our own home."""
        target = self.owner.rpartition(":")[0]
        return bool(mark) and not self.is_others(mark) and mark.rpartition(":")[0] != target


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a driver can do, known before it is opened; placement and the guard go by it alone.

    `most` bounds the places that begin with a word, e.g. `{"flow": 50}`: what one peer takes.
    """

    driver: str
    version: str
    measures: frozenset[Measure]
    system: str  # the system it changes, in words
    cap: int | None = None  # measures its system takes; None = as many as its target may hold
    most: Mapping[str, int] = field(default_factory=dict)
    most_rate: int | None = None  # bytes per second
    own: tuple[Network, ...] | None = None  # prefixes in which alone it may be told anything
    enforces: bool = True  # False: it writes down what it would do, and nothing is limited
    ends_by_itself: bool = True  # the system lifts a measure at its end, with the agent dead
    undoable: frozenset[Measure] = frozenset()  # whom these limit can lift them, by own rights
    reads_back: bool = True  # False: what it did is announced, never known to stand
    effect: str = "not known"  # how it is seen that what stands also limits
    late_fragments: bool = True  # False: of what it stops by ports, fragments without ports pass
    tells_homes: str = "not"  # how a measure of another home in its system is known, in words
    names_clause: bool = False  # it tells others, who are told the clause of the policy
    by_name: frozenset[str] = frozenset()  # kinds of resources held themselves, at any address
    finds_own: bool = False  # its system itself shows what is ours, with the agent's folder lost

    @property
    def holder_can_undo(self) -> bool:
        """Whether whom it limits can lift any of it, in part at least."""
        return bool(self.undoable)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledElement:
    """One element read back from the system.

    `place` is where it stands, the driver's own text; one place carries one element. `action` and
    `reference` are empty for a foreign element, which is reported and never touched. `expires` is
    None when the system will not lift it by itself, or it is not whole; `until` the end that was
    written down with it all the same. `rate` is bytes per second; `packets` how many it has
    stopped, None where the system does not count. `was` is the action that a foreign element still
    names, since somebody changed one of ours. `owner` is whose it says it is, "" where it does not.
    `reaches` are addresses that it was seen to cut off, where it takes a machine or a port whole:
    one of them that is protected by now has it lifted.
    """

    place: str
    action: str
    reference: str
    expires: datetime | None
    rate: int | None = None
    packets: int | None = None
    was: str = ""
    owner: str = ""
    until: datetime | None = None
    reaches: frozenset[Address] = frozenset()

    def over(self, now: datetime) -> bool:
        """Whether it should be gone by what is written down with it."""
        end = self.until or self.expires
        return end is not None and end <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """What a driver writes down of what stands by it in a system that keeps no such notes."""

    place: str
    action: str
    reference: str
    until: datetime

    def element(self, *, whole: bool = True, reaches: Iterable[Address] = ()) -> InstalledElement:
        """As it stands; what is not whole has no end yet, so that it is asked for again."""
        return InstalledElement(
            place=self.place,
            action=self.action,
            reference=self.reference,
            expires=self.until if whole else None,
            until=self.until,
            reaches=frozenset(reaches),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlan:
    """What `apply` would do, before it is done.

    `ops` are sentences in the system's own words, `note` says why it cannot go narrower, or None.
    `touches` is every address and resource in reach: the guard fills in what the scope reaches, and
    refuses a driver's plan that names more. `protect` is the list it was judged under.
    """

    action: Action
    place: str
    ops: tuple[str, ...]
    note: str | None = None
    touches: tuple[str, ...] = ()
    protect: ProtectList = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverReceipt:
    """What was done at a place, with what stood there before and what was read back after.

    `proof` says in words what was read back.
    """

    place: str
    action: str
    before: InstalledElement | None
    after: InstalledElement | None
    at: datetime
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the real system said about one action when asked."""

    seen: bool
    text: str
    at: datetime


def by_place(standing: Iterable[InstalledElement]) -> dict[str, InstalledElement]:
    """Elements by the place they stand at."""
    return {element.place: element for element in standing}


def standing_words(driver: str, place: str, element: InstalledElement | None, now: datetime) -> str:
    """What was read back at a place, as a sentence."""
    where = f"{driver}: {place}"
    if element is None:
        return f"{where}: nothing stands there"
    if not element.action:
        return f"{where}: stands for nobody we know"
    left = f"{int((element.expires - now).total_seconds())} s left" if element.expires else "no end"
    return f"{where}: stands for case {element.reference}, action {element.action}, {left}"


class Driver(Protocol):
    """A made driver. Every method may raise `Unavailable` when the system does not answer."""

    def capabilities(self) -> Capabilities:
        """What it can do, by its options."""

    def prepare(self) -> tuple[str, ...]:
        """Install what measures need, or repair it; idempotent. A sentence for each thing done."""

    def place(self, action: Action) -> str:
        """Where the action would stand. Pure. Raises `DriverRefused` for a scope it cannot aim."""

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """Say what apply would do; `replaced` is what stands at its place. Pure."""

    def apply(self, plan: DriverPlan) -> str:
        """Do it; what was seen of it, "" where the guard's own look says all.

        A stale element at that place is replaced in one step. Raises `DriverRefused` where its
        system will not, `Pending` while it is not done.
        """

    def observe(self) -> tuple[InstalledElement, ...]:
        """Everything that stands in the driver's corner, foreign elements included."""

    def prove(self, action: Action) -> Proof:
        """Ask the real system about one action."""

    def revert(self, place: str, action: str) -> str:
        """Lift what the action set at that place; what was seen then, as `apply`.

        What is as limited as before us, since another had set it or our own record was lost, is
        named after `LEFT`: a person is told.
        """


@runtime_checkable
class BulkDriver(Protocol):
    """What a driver may have besides: many at once, all or nothing, one read-back."""

    def apply_all(self, plans: Sequence[DriverPlan]) -> Sequence[str]:
        """Like `apply` for each; when any is refused or not seen, raises."""

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> Sequence[str]:
        """Like `revert` for each (place, action); when any is not seen gone, raises."""


@runtime_checkable
class LookingDriver(Protocol):
    """What a driver may have besides: it looks at a few places without listing all."""

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """What stands at these places by now, whole or not, foreign elements included."""


@runtime_checkable
class MarkedDriver(Protocol):
    """What a driver may have besides: it knows cheaply that nobody changed its system."""

    def unchanged(self) -> object:
        """A mark that stays the same as long as `observe` would show the same, ends apart.

        None where it cannot tell.
        """


@runtime_checkable
class LingeringDriver(Protocol):
    """What a driver may have besides: its system may do what no element of ours says any more."""

    def lingers(self, action: Action) -> str:
        """What shows that the action has force, asked now; "" where nothing does."""


@runtime_checkable
class DoubtingDriver(Protocol):
    """What a driver may have besides: it knows why something that stands may have no effect."""

    def doubt(self, action: Action) -> str | None:
        """Why what is read back may limit nobody here, None where nothing speaks for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverProbe:
    """A trial at a test address: milliseconds until it was seen, and until it was seen gone.

    None = it was not, within the driver's patience; `text` says what was seen, and where.
    """

    subject: str
    seen_ms: int | None
    gone_ms: int | None
    text: str


@runtime_checkable
class ProbingDriver(Protocol):
    """What a driver may have besides: it tries its system at an address that nobody uses."""

    def probe(self) -> DriverProbe:
        """Set, read back, lift, see it gone. Raises `DriverRefused` without a test address."""
