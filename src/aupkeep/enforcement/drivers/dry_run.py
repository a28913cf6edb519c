"""Dry run (driver `record`): writes down what would be done, in one file, and changes nothing else.

It is the driver of an install in listen mode and of a machine whose kernel may not be touched. Like
a kernel it forgets an element when its time is over, so the same loop and the same tests hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aupkeep.enforcement.action_checks import SCOPE_FIELDS, scope_refusal
from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    DriverPlugin,
    DriverReceipt,
    InstalledElement,
    Proof,
    occupant,
    refuse_now,
    touched_addresses,
)
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.protect import ProtectList
from aupkeep.model.action import Action
from aupkeep.model.errors import AupkeepError, DriverRefused, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import LEVELS, Level, Measure

NAME = "record"
VERSION = "1"
FILE = "record.json"
MAX_BYTES = 64 << 20
MEASURES = frozenset(measure for measure in Measure if LEVELS[measure] >= Level.L3)
ABLE = Capabilities(
    driver=NAME,
    version=VERSION,
    measures=MEASURES,
    system=f"{FILE} in the agent's folder; nothing is changed",
    enforces=False,
    effect="none: nothing is limited",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One element in the file."""

    place: str
    action: str
    reference: str
    expires: datetime
    rate: int | None
    did: str


class DryRunDriver:
    """One file in the agent's folder."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._path: Path = context.folder / FILE

    def capabilities(self) -> Capabilities:
        """Every measure that restricts anything."""
        return replace(ABLE, cap=self._context.cap)

    def prepare(self) -> tuple[str, ...]:
        """Nothing is needed."""
        return ()

    def place(self, action: Action) -> str:
        """`block-port 203.0.113.10 tcp 22`; an account measure stands at its resource."""
        scope = action.scope
        if action.measure not in MEASURES:
            raise DriverRefused(f"{NAME} cannot {action.measure}: it restricts nothing")
        if wrong := scope_refusal(action.measure, scope):
            raise DriverRefused(wrong)
        aims = [getattr(scope, name) for name in SCOPE_FIELDS if name != "rate"]
        parts = [str(value) for value in aims if value is not None] or [scope.resource]
        if scope.source_ports is not None:
            parts.append(f"from {scope.source_ports}")
        if scope.network is not None:
            parts[0] = str(scope.network)
        return " ".join([str(action.measure), *parts])

    def plan(
        self, action: Action, observed: Mapping[str, InstalledElement], protect: ProtectList
    ) -> DriverPlan:
        """Pure. Raises `DriverRefused`: protected, not to be aimed, over cap."""
        place = self.place(action)
        replaced = occupant(place, action, observed, protect, self._context.cap)
        scope = action.scope
        touched = touched_addresses(scope)
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"would {'replace' if replaced else 'apply'} {place} for {scope.resource}",),
            touches=(*touched, scope.resource),
            note=scope.note,
            protect=protect,
        )

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Write it down and read it back. Raises `DriverRefused`, `Unavailable`."""
        refuse_now(plan, self._context)
        action = plan.action
        lines = self._lines()
        before = lines.get(plan.place)
        lines[plan.place] = _Line(
            place=plan.place,
            action=action.id,
            reference=action.reference,
            expires=action.until,
            rate=action.scope.rate,
            did="; ".join(plan.ops),
        )
        self._write(lines)
        return self._receipt(plan.place, action.id, before)

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every line whose time is not over."""
        return tuple(_element(line) for line in self._lines().values())

    def prove(self, action: Action) -> Proof:
        """Read the line again."""
        place = self.place(action)
        line = self._lines().get(place)
        seen = line is not None and line.action == action.id
        what = line.did if line is not None and seen else "no such line"
        text = f"record: {place}: {what}"
        return Proof(seen=seen, text=text, at=self._context.now())

    def revert(self, place: str, action: str) -> DriverReceipt:
        """Remove the line the action wrote; one that is gone already is done."""
        lines = self._lines()
        before = lines.get(place)
        if before is not None and before.action != action:
            raise DriverRefused(f"{place} stands for another action: {before.action or 'foreign'}")
        if lines.pop(place, None) is not None:
            self._write(lines)
        return self._receipt(place, action, before)

    def _receipt(self, place: str, action: str, before: _Line | None) -> DriverReceipt:
        after = self._lines().get(place)
        return DriverReceipt(
            place=place,
            action=action,
            before=_element(before) if before else None,
            after=_element(after) if after else None,
            at=self._context.now(),
            proof=f"record: {place}: {after.did if after else 'no such line'}",
        )

    def _lines(self) -> dict[str, _Line]:
        try:
            data = self._path.read_bytes()
            record = read_object(data, MAX_BYTES, str(self._path))
            lines = [read_record(row, _Line, "line") for row in record.get("lines", ())]
        except FileNotFoundError:
            return {}
        except (OSError, AupkeepError) as error:
            raise Unavailable(f"{self._path}: expected a readable record, found {error}") from error
        now = self._context.now()
        return {line.place: line for line in lines if line.expires > now}

    def _write(self, lines: dict[str, _Line]) -> None:
        rows = [to_json(line) for line in lines.values()]
        write_durably(self._path, canonical({"lines": rows}))


def _element(line: _Line) -> InstalledElement:
    return InstalledElement(
        place=line.place,
        action=line.action,
        reference=line.reference,
        expires=line.expires,
        rate=line.rate,
    )


DRIVER = DriverPlugin(able=ABLE, open=DryRunDriver)
