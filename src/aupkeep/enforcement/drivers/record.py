"""Dry run (driver `record`): writes down what would be done, in one file, and changes nothing else.

It is the driver of an install in listen mode and of a machine whose kernel may not be touched. Like
a kernel it forgets an element when its time is over, so the same loop and the same tests hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.model.action import Action
from aupkeep.model.decision import NARROWING
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import RESTRICTING

NAME = "record"
VERSION = "1"
FILE = "record.json"
MAX_BYTES = 64 << 20
ABLE = Capabilities(
    driver=NAME,
    version=VERSION,
    measures=RESTRICTING,
    system=f"{FILE} in the agent's folder; nothing is changed",
    enforces=False,
    effect="none: nothing is limited",
    tells_homes="each has a file of its own",
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
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is needed."""
        return ()

    def place(self, action: Action) -> str:
        """`block-port 203.0.113.10 tcp 22`; an account measure stands at its resource."""
        scope = action.scope
        aims = [getattr(scope, name) for name in NARROWING if name != "rate"]
        parts = [str(value) for value in aims if value is not None] or [scope.resource]
        if scope.source_ports is not None:
            parts.append(f"from {scope.source_ports}")
        if scope.network is not None:
            parts[0] = str(scope.network)
        return " ".join([str(action.measure), *parts])

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One line."""
        place = self.place(action)
        verb = "replace" if replaced else "apply"
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"would {verb} {place} for {action.scope.resource}",),
            note=action.scope.note,
        )

    def apply(self, plan: DriverPlan) -> str:
        """Write it down and read it back. Raises `Unavailable`."""
        action = plan.action
        lines = self._lines()
        lines[plan.place] = _Line(
            place=plan.place,
            action=action.id,
            reference=action.reference,
            expires=action.until,
            rate=action.scope.rate,
            did="; ".join(plan.ops),
        )
        self._write(lines)
        return self._said(plan.place, self._lines().get(plan.place))

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """The lines of these places."""
        lines = self._lines()
        return [_element(lines[place]) for place in places if place in lines]

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every line whose time is not over."""
        return tuple(_element(line) for line in self._lines().values())

    def prove(self, action: Action) -> Proof:
        """Read the line again."""
        place = self.place(action)
        line = self._lines().get(place)
        seen = line is not None and line.action == action.id
        text = self._said(place, line if seen else None)
        return Proof(seen=seen, text=text, at=self._context.now())

    def revert(self, place: str, action: str) -> str:
        """Remove the line."""
        del action  # the guard saw whose it is
        lines = self._lines()
        if lines.pop(place, None) is not None:
            self._write(lines)
        return self._said(place, None)

    @staticmethod
    def _said(place: str, line: _Line | None) -> str:
        return f"{NAME}: {place}: {line.did if line else 'no such line'}"

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


DRIVER = DriverPlugin(able=ABLE, make=DryRunDriver)
