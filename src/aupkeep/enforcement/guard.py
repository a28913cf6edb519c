"""The one guard between what is wanted and any driver: whoever opens a driver has it behind this.

A measure is judged when it is planned, and again, with the machine's own lists read anew, at the
moment it is carried out. A driver is asked only what has passed, and what it did is read back here.
`aupkeep enforcement plan` asks through the same guard, with nothing standing.

* The action is not one that an agent carries: its level, times, names, scope (`action_checks`).
* Its driver cannot do such a measure, or not at such a rate.
* Its holder, address or peer is protected, by the signed list or by the machine's own.
* It lies outside the machine's own prefixes, or those that the system may be told of.
* Its end is past.
* It is one more than the target, or one peer, may hold; `LocalBounds` counts measures besides.
* A foreign element stands at its place, or another action's when one is lifted.
* The driver's plan is another one's, at another place, or reaches more than the scope.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property

from aupkeep.enforcement.action_checks import refusal, scope_refusal
from aupkeep.enforcement.asking import asking, looking
from aupkeep.enforcement.driver import (
    EXPIRY_TOLERANCE,
    BulkDriver,
    Capabilities,
    DoubtingDriver,
    Driver,
    DriverContext,
    DriverPlan,
    DriverProbe,
    DriverReceipt,
    InstalledElement,
    LingeringDriver,
    LookingDriver,
    MarkedDriver,
    ProbingDriver,
    Proof,
    by_place,
    standing_words,
)
from aupkeep.enforcement.durable_file import file_mark
from aupkeep.enforcement.local_bounds import FILE as BOUNDS_FILE
from aupkeep.enforcement.local_bounds import LocalBounds, lies_inside, own_bounds
from aupkeep.enforcement.options import Option, check_options
from aupkeep.enforcement.protect import FILE as PROTECT_FILE
from aupkeep.enforcement.protect import NOTHING, ProtectList, own_protect
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import MEASURES
from aupkeep.model.moments import show_moment

LATER_FRAGMENTS = "later fragments of a datagram have no ports, and pass"


def touched(scope: Scope) -> tuple[str, ...]:
    """What a measure reaches: its holder's part of the address, the peer, page, name, resource."""
    ports = f" from ports {scope.source_ports}" if scope.source_ports is not None else ""
    source = f"{scope.network or scope.address}{ports}" if scope.address else None
    aims = (source, scope.destination, scope.url, scope.name, scope.account, scope.resource)
    return tuple(str(aim) for aim in aims if aim is not None)


class GuardedDriver:
    """A driver as the agent has it. It raises what the driver does, and `DriverRefused` first."""

    def __init__(self, driver: Driver, context: DriverContext, name: str = "") -> None:
        self.driver, self._context, self._name = driver, context, name
        self._read: tuple[object, tuple[ProtectList, LocalBounds]] | None = None

    @cached_property
    def able(self) -> Capabilities:
        """What it can do, no more than its target may hold."""
        with self._asking():
            able, most = self.driver.capabilities(), self._context.cap
        return replace(able, cap=most if able.cap is None else min(able.cap, most))

    @property
    def bulk(self) -> bool:
        """Whether it carries many out at once."""
        return isinstance(self.driver, BulkDriver)

    @property
    def unread(self) -> str:
        """What the last look did not read, or found otherwise than it was set."""
        with self._asking():
            return str(getattr(self.driver, "unread", ""))

    def prepare(self) -> tuple[str, ...]:
        """As the driver."""
        with looking(self._name):
            return tuple(self.driver.prepare())

    def observe(self) -> tuple[InstalledElement, ...]:
        """As the driver."""
        with looking(self._name):
            return tuple(by_place(self.driver.observe()).values())

    def unchanged(self) -> object:
        """The mark of its system; None where it cannot tell."""
        with looking(self._name):
            return self.driver.unchanged() if isinstance(self.driver, MarkedDriver) else None

    def doubt(self, action: Action) -> str | None:
        """Why what is read back may limit nobody, None where nothing speaks for that."""
        try:
            with self._asking():
                return (
                    self.driver.doubt(action) if isinstance(self.driver, DoubtingDriver) else None
                )
        except Unavailable as error:
            return str(error)

    def remains(self, action: Action, standing: Mapping[str, InstalledElement]) -> str:
        """What of an action has force though no element of ours stands for it; "" for nothing.

        Its place may have somebody's element that says nobody's name: ours without its mark. Past
        its end that is another's, where the system itself ended ours.
        """
        over = self.able.ends_by_itself and action.until <= self._context.now()
        try:
            place = self.spot(action)
            element = standing.get(place)
            if element is not None and not (element.action or element.owner or over):
                return place
            with self._asking():
                driver = self.driver
                return driver.lingers(action) if isinstance(driver, LingeringDriver) else ""
        except DriverRefused:
            return ""
        except Unavailable as error:  # nobody knows
            return str(error)

    def probe(self) -> DriverProbe:
        """The driver's trial. Raises `Invalid` for a driver without one."""
        if not isinstance(self.driver, ProbingDriver):
            raise Invalid(f"driver {self.able.driver}: expected one with a trial, found none")
        with self._asking():
            return self.driver.probe()

    def prove(self, action: Action) -> Proof:
        """Asks about an action that could stand here."""
        self.place(action)
        with self._asking():
            return self.driver.prove(action)

    def place(self, action: Action) -> str:
        """Where it would stand. Raises `DriverRefused` for a scope that does not fit."""
        if action.measure not in self.able.measures:
            raise DriverRefused(f"driver {self.able.driver} cannot {action.measure}")
        if wrong := scope_refusal(action.measure, action.scope):
            raise DriverRefused(wrong)
        return self.spot(action)

    def spot(self, action: Action) -> str:
        """Where an action that was judged would stand. Raises as the driver."""
        with self._asking():
            return self.driver.place(action)

    def _asking(self) -> AbstractContextManager[None]:
        return asking(self._name)

    def refusal(
        self, action: Action, protect: ProtectList, bounds: LocalBounds, target: str | None = None
    ) -> str | None:
        """Why an action may not stand here, whatever stands already; None where it may."""
        able, scope = self.able, action.scope
        if action.measure not in able.measures:
            return f"driver {able.driver} cannot {action.measure}"
        reason = (
            refusal(action, action.target if target is None else target, able.driver)
            or protect.against(action)
            or bounds.against(action)
        )
        if reason:
            return reason
        if able.own is not None and not lies_inside(scope, able.own):
            where = ", ".join(map(str, able.own)) or "no prefix"
            return f"expected an address in {where}, found {scope.network or scope.address}"
        if able.most_rate is not None and (scope.rate or 0) > able.most_rate:
            return f"expected a rate of at most {able.most_rate} bytes per second"
        try:
            self.spot(action)
        except (DriverRefused, Unavailable) as error:
            return str(error)
        return None

    def plan(
        self,
        action: Action,
        observed: Mapping[str, InstalledElement],
        protect: ProtectList = NOTHING,
    ) -> DriverPlan:
        """What `apply` would do to what stands, by place. Raises `DriverRefused`."""
        self._judge([(action, protect)], *self._own_lists())
        place = self.spot(action)
        replaced = observed.get(place)
        if replaced is None:
            self._room(place, observed)
        elif not replaced.action:
            raise DriverRefused(f"{place} is occupied by an element that is not ours")
        reach = touched(action.scope)
        with self._asking():
            plan = self.driver.plan(action, replaced)
        if plan.action != action or plan.place != place:
            raise DriverRefused(f"expected a plan of {action.id} at {place}, found another's")
        if wider := sorted(set(plan.touches) - set(reach)):
            raise DriverRefused(f"it would touch more than its scope: {', '.join(wider)}")
        notes = [plan.note, LATER_FRAGMENTS if self._lets_fragments_pass(action) else None]
        note = "; ".join(filter(None, notes)) or None
        return replace(plan, note=note, touches=reach, protect=protect)

    def _lets_fragments_pass(self, action: Action) -> bool:
        """Whether it goes by ports in a system that cannot tell whose later fragments are."""
        scope, entry = action.scope, MEASURES[action.measure]
        ported = scope.port is not None or scope.source_ports is not None or bool(entry.ports)
        return ported and not self.able.late_fragments

    def _judge(
        self, asked: Iterable[tuple[Action, ProtectList]], protect: ProtectList, bounds: LocalBounds
    ) -> None:
        """Raises `DriverRefused` for the first that may not stand by these lists, and its own."""
        now = self._context.now()
        for action, signed in asked:
            if action.until <= now:
                end = show_moment(action.until)
                raise DriverRefused(f"expected an end in the future, found {end}")
            if reason := self.refusal(action, protect | signed, bounds):
                raise DriverRefused(reason)

    def _own_lists(self) -> tuple[ProtectList, LocalBounds]:
        """The machine's lists, read again where their files changed. Raises `DriverRefused`."""
        folder = self._context.folder
        marks = file_mark(folder / PROTECT_FILE), file_mark(folder / BOUNDS_FILE)
        if self._read is None or self._read[0] != marks:
            self._read = marks, (own_protect(folder), own_bounds(folder))
        return self._read[1]

    def _room(self, place: str, observed: Mapping[str, InstalledElement]) -> None:
        """Raises `DriverRefused` where one more place is one too many."""
        cap, kind = self.able.cap or 0, place.partition(" ")[0]
        if len(observed) >= cap:
            raise DriverRefused(f"expected at most {cap} standing measures")
        most = self.able.most.get(kind)
        if most is not None and sum(x.partition(" ")[0] == kind for x in observed) >= most:
            raise DriverRefused(f"expected at most {most} standing measures of {kind}")

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Carry one out. Raises `DriverRefused`, `Unavailable` where it is not seen after."""
        return self._applied([plan], lambda: [self.driver.apply(plan)])[0]

    def apply_all(self, plans: Sequence[DriverPlan]) -> tuple[DriverReceipt, ...]:
        """Carry out all or none, as `apply`, by a driver that is `bulk`."""
        if not isinstance(self.driver, BulkDriver):
            raise Invalid(f"driver {self.able.driver}: expected one that takes many, found none")
        driver = self.driver
        return self._applied(plans, lambda: driver.apply_all(plans))

    def _applied(
        self, plans: Sequence[DriverPlan], act: Callable[[], Sequence[str]]
    ) -> tuple[DriverReceipt, ...]:
        folder = self._context.folder
        asked = [(plan.action, plan.protect) for plan in plans]
        self._judge(asked, own_protect(folder), own_bounds(folder))
        for plan in plans:
            if plan.place != self.spot(plan.action):
                raise DriverRefused(f"expected a plan at the action's place, found {plan.place}")
        before = self._seen([plan.place for plan in plans])
        for place, element in before.items():
            if not element.action:
                raise DriverRefused(f"{place} is occupied by an element that is not ours")
        named = [(plan.place, plan.action.id) for plan in plans]
        with self._asking():
            proofs = dict(zip(named, act(), strict=True))
        after = self._seen([plan.place for plan in plans])
        for plan in plans:
            seen = after.get(plan.place)
            if seen is None or seen.action != plan.action.id:
                raise Unavailable(f"{plan.place}: expected to see it after adding it, found none")
        if wrong := [words for plan in plans if (words := self._misset(plan, after[plan.place]))]:
            raise Unavailable("; ".join(wrong))
        return self._receipts(named, before, after, proofs)

    def _misset(self, plan: DriverPlan, seen: InstalledElement) -> str:
        """What was set harder or longer than wanted, and taken back; "" where nothing was."""
        rate, until = plan.action.scope.rate, plan.action.until
        if seen.rate != rate:
            wrong = f"{plan.place}: expected a rate of {rate}, found {seen.rate}"
        elif seen.expires is None or seen.expires > until + EXPIRY_TOLERANCE:
            wrong = f"{plan.place}: expected an end at {until}, found {seen.expires}"
        else:
            return ""
        try:
            self.revert(plan.place, plan.action.id)
        except (DriverRefused, Unavailable) as error:
            return f"{wrong}; it could not be taken back: {error}"
        return f"{wrong}; it was taken back"

    def revert(self, place: str, action: str) -> DriverReceipt:
        """Lift one; what is gone already is done, another action's element stays."""
        return self._reverted([(place, action)], lambda _: [self.driver.revert(place, action)])[0]

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> tuple[DriverReceipt, ...]:
        """Lift all or none of these (place, action), by a driver that is `bulk`."""
        if not isinstance(self.driver, BulkDriver):
            raise Invalid(f"driver {self.able.driver}: expected one that takes many, found none")
        return self._reverted(pairs, self.driver.revert_all)

    def _reverted(
        self,
        pairs: Sequence[tuple[str, str]],
        act: Callable[[Sequence[tuple[str, str]]], Sequence[str]],
    ) -> tuple[DriverReceipt, ...]:
        before = self._seen([place for place, _ in pairs])
        for place, action in pairs:
            if place in before and before[place].action != action:
                other = before[place].action or "a foreign one"
                raise DriverRefused(f"{place} stands for another action: {other}")
        standing = [pair for pair in pairs if pair[0] in before]
        with self._asking():
            proofs = dict(zip(standing, act(standing), strict=True)) if standing else {}
        after = self._seen([place for place, _ in standing])
        for place in after:
            raise Unavailable(f"{place}: expected it gone, found it standing")
        return self._receipts(pairs, before, after, proofs)

    def _seen(self, places: Sequence[str]) -> dict[str, InstalledElement]:
        """What stands at these places by now."""
        with looking(self._name):
            if isinstance(self.driver, LookingDriver):
                return by_place(self.driver.at(places)) if places else {}
            there = by_place(self.driver.observe()) if places else {}
        return {place: there[place] for place in places if place in there}

    def _receipts(
        self,
        pairs: Sequence[tuple[str, str]],
        before: Mapping[str, InstalledElement],
        after: Mapping[str, InstalledElement],
        proofs: Mapping[tuple[str, str], str],
    ) -> tuple[DriverReceipt, ...]:
        now, name = self._context.now(), self.able.driver
        return tuple(
            DriverReceipt(
                place=place,
                action=action,
                before=before.get(place),
                after=after.get(place),
                at=now,
                proof=proofs.get((place, action))
                or standing_words(name, place, after.get(place), now),
            )
            for place, action in pairs
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlugin:
    """The constant a driver's module holds. `make` asks no system; it raises `Invalid`.

    `options` are those its targets may have; `missing` says what this machine lacks for it.
    `system` names the options that say which system it is, () where a machine has but one, None
    where all do; `far` that it is the same one from each machine (see `one_system`).
    """

    able: Capabilities
    make: Callable[[DriverContext], Driver]
    options: Mapping[str, Option] = field(default_factory=dict)
    missing: Callable[[], str | None] = lambda: None
    system: tuple[str, ...] | None = None
    far: bool = False

    @property
    def name(self) -> str:
        """By which targets name it."""
        return self.able.driver

    @property
    def version(self) -> str:
        """Of the driver."""
        return self.able.version

    def open(self, context: DriverContext) -> GuardedDriver:
        """The driver behind its guard. Raises `Invalid` for options that are none."""
        check_options(context.options, self.options)
        with asking(self.name):
            return GuardedDriver(self.make(context), context, self.name)
