"""Drivers over a dictionary, for the tests of the guard: one that can little, one that can all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.enforcement.driver import (
    Capabilities,
    DriverPlan,
    DriverProbe,
    InstalledElement,
    Proof,
)
from aupkeep.model.action import Action
from aupkeep.model.ladder import RESTRICTING
from enforcement.orders import NOW, order

ABLE = Capabilities(driver="record", version="7", measures=RESTRICTING, system="nobody's")
SECOND = timedelta(seconds=1)
A, B = order(number=1, starts=NOW), order(number=2, starts=NOW)


def element(of: Action, **changes: object) -> InstalledElement:
    given = {
        "place": place(of),
        "action": of.id,
        "reference": of.reference,
        "expires": of.until,
        "rate": of.scope.rate,
    }
    return InstalledElement(**(given | changes))


def place(action: Action) -> str:
    return f"port {action.id[-1]}"


class Plain:
    """A driver over a dictionary; `raises` is what it does instead, `says` what it says."""

    def __init__(self, *standing: InstalledElement, able: Capabilities = ABLE) -> None:
        self.able, self.standing = able, {x.place: x for x in standing}
        self.raises: Exception | None = None
        self.says, self.calls = "", list[object]()
        self.plans: dict[str, object] = {}

    def _do(self, *call: object) -> None:
        self.calls.append(call)
        if self.raises:
            raise self.raises

    def capabilities(self) -> Capabilities:
        """What it can."""
        return self.able

    def prepare(self) -> list[str]:
        """One sentence."""
        self._do("prepare")
        return ["made"]

    def place(self, action: Action) -> str:
        """By the action's number."""
        self._do("place", action)
        return place(action)

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """What `plans` changes of it."""
        self.calls.append(("plan", replaced))
        made = DriverPlan(action=action, place=place(action), ops=("do",))
        return replace(made, **self.plans)

    def apply(self, plan: DriverPlan) -> str:
        """It stands."""
        self.calls.append(("apply", plan.place))
        self.standing[plan.place] = element(plan.action)
        return self.says

    def observe(self) -> tuple[InstalledElement, ...]:
        """All of it."""
        self._do("observe")
        return tuple(self.standing.values())

    def prove(self, action: Action) -> Proof:
        """Whatever it is asked."""
        self._do("prove")
        return Proof(seen=True, text=action.id, at=NOW)

    def revert(self, where: str, action: str) -> str:
        """It is gone."""
        self.calls.append(("revert", where, action))
        del self.standing[where]
        return self.says


class Rich(Plain):
    """One that can whatever a driver may."""

    unread = "two zones"
    lingering = "port 9"

    def apply_all(self, plans: Sequence[DriverPlan]) -> list[str]:
        """All of them."""
        return [self.apply(plan) for plan in plans]

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """All of them."""
        return [self.revert(*pair) for pair in pairs]

    def at(self, places: Sequence[str]) -> list[InstalledElement]:
        """What stands there."""
        self._do("at", tuple(places))
        return [self.standing[x] for x in places if x in self.standing]

    def unchanged(self) -> object:
        """A mark."""
        self._do("unchanged")
        return "mark"

    def doubt(self, action: Action) -> str:
        """Always some."""
        self._do("doubt")
        return f"doubt of {action.id}"

    def lingers(self, action: Action) -> str:
        """Always somewhere."""
        self._do("lingers", action)
        return self.lingering

    def probe(self) -> DriverProbe:
        """A trial."""
        self._do("probe")
        return DriverProbe(subject="192.0.2.1", seen_ms=1, gone_ms=2, text="seen")


FAULT = "driver record failed: KeyError: 'x'"
STRANGE = element(A, action="", reference="")


def words(
    error: type[Exception], act: Callable[..., object], *given: object, **more: object
) -> str:
    """Of a refusal."""
    with pytest.raises(error) as caught:
        act(*given, **more)
    return str(caught.value)
