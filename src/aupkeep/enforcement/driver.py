"""The contract of a driver: the only code that changes a real system.

A driver is one module under `drivers/` with one constant `DRIVER`, a `DriverPlugin`. Opened with a
`DriverContext` it gives a `Driver`, whose six words are: `capabilities`, `plan` (pure), `apply`,
`observe`, `prove`, `revert`; and `prepare`, which installs what measures need, say a table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from aupkeep.enforcement.protect import ProtectList, own_protect
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure

CAP = 10_000  # standing measures of one driver, unless its context sets fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverContext:
    """What an opened driver is given; nothing is read from the environment.

    `folder` is the agent's own state folder, `table` the name of the driver's own corner of the
    system, `now` reads the clock (aware, UTC), `cap` bounds the number of standing measures.
    `options` are the driver's own, with secrets read already.
    """

    folder: Path
    now: Callable[[], datetime]
    table: str = "aupkeep"
    cap: int = CAP
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a driver can do, known before it is opened; placement and the agent go by it alone."""

    driver: str
    version: str
    measures: frozenset[Measure]
    system: str  # the system it changes, in words
    cap: int = CAP
    enforces: bool = True  # False: it writes down what it would do, and nothing is limited
    ends_by_itself: bool = True  # the system lifts a measure at its end, with the agent dead
    holder_can_undo: bool = False  # whom it limits can lift it, by their own rights there
    reads_back: bool = True  # False: what it did is announced, never known to stand
    effect: str = "not known"  # how it is seen that what stands also limits
    names_clause: bool = False  # it tells others, who are told the clause of the policy


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledElement:
    """One element read back from the system.

    `place` is where it stands, the driver's own text; one place carries one element. `action` and
    `reference` are empty for a foreign element, which is reported and never touched. `expires` is
    None when the system will not lift it by itself; `rate` is bytes per second; `packets` how many
    it has stopped, None where the system does not count.
    """

    place: str
    action: str
    reference: str
    expires: datetime | None
    rate: int | None = None
    packets: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlan:
    """What `apply` would do, before it is done.

    `ops` are sentences in the system's own words, `touches` every address and resource in reach,
    `note` says why it cannot go narrower, or None. `protect` is the list it was judged under.
    """

    action: Action
    place: str
    ops: tuple[str, ...]
    touches: tuple[str, ...]
    note: str | None
    protect: ProtectList


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


def occupant(
    place: str,
    action: Action,
    observed: Mapping[str, InstalledElement],
    protect: ProtectList,
    cap: int,
) -> InstalledElement | None:
    """What `action` would replace at `place`; the checks that every plan begins with.

    Raises `DriverRefused`: protected, over the cap, or a foreign element in the way.
    """
    if reason := protect.against(action):
        raise DriverRefused(reason)
    element = observed.get(place)
    if element is None and len(observed) >= cap:
        raise DriverRefused(f"expected at most {cap} standing measures")
    if element is not None and not element.action:
        raise DriverRefused(f"{place} is occupied by an element that is not ours")
    return element


def refuse_now(plan: DriverPlan, context: DriverContext) -> None:
    """What every apply begins with: raises `DriverRefused` for who is protected by now, or over."""
    protect = plan.protect | own_protect(context.folder)
    if reason := protect.against(plan.action):
        raise DriverRefused(reason)
    if plan.action.until <= context.now():
        raise DriverRefused(f"expected an end in the future, found {plan.action.until}")


def touched_addresses(scope: Scope) -> list[str]:
    """What of the network a measure reaches: the address, its sharer's ports or the assignment."""
    ports = f" from ports {scope.source_ports}" if scope.source_ports is not None else ""
    source = [f"{scope.network or scope.address}{ports}"] if scope.address else []
    return source + ([str(scope.destination)] if scope.destination else [])


class Driver(Protocol):
    """An opened driver. Every method may raise `Unavailable` when the system does not answer."""

    def capabilities(self) -> Capabilities:
        """What it can do."""

    def prepare(self) -> tuple[str, ...]:
        """Install what measures need, or repair it; idempotent. A sentence for each thing done."""

    def place(self, action: Action) -> str:
        """Where the action would stand. Pure. Raises `DriverRefused` for a scope it cannot aim."""

    def plan(
        self, action: Action, observed: Mapping[str, InstalledElement], protect: ProtectList
    ) -> DriverPlan:
        """Say what apply would do to what stands, by place. Pure.

        Raises `DriverRefused`: protected, too wide, over the cap, a foreign element in the way.
        """

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Do it and read it back; a stale element at that place is replaced in one step."""

    def observe(self) -> tuple[InstalledElement, ...]:
        """Everything that stands in the driver's corner, foreign elements included."""

    def prove(self, action: Action) -> Proof:
        """Ask the real system about one action."""

    def revert(self, place: str, action: str) -> DriverReceipt:
        """Lift what the action set at that place and see it gone; another's element stays."""


@runtime_checkable
class BulkDriver(Protocol):
    """What a driver may have besides: many at once, all or nothing, one read-back."""

    def apply_all(self, plans: Sequence[DriverPlan]) -> tuple[DriverReceipt, ...]:
        """Like `apply` for each; when any is refused or not seen, raises."""

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> tuple[DriverReceipt, ...]:
        """Like `revert` for each (place, action); when any is not seen gone, raises."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlugin:
    """The constant a driver's module holds. `open` raises `Unavailable` naming what is missing."""

    able: Capabilities
    open: Callable[[DriverContext], Driver]
    missing: Callable[[], str | None] = lambda: None  # what this machine lacks to open it

    @property
    def name(self) -> str:
        """By which targets name it."""
        return self.able.driver

    @property
    def version(self) -> str:
        """Of the driver."""
        return self.able.version
