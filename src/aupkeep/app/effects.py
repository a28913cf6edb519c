"""The worker's hands: what each kind of effect does, and what is looked at now and then."""

import dataclasses
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from aupkeep.app.consider import consider
from aupkeep.app.desk import Desk
from aupkeep.app.enforce import take_reports, write_desired
from aupkeep.app.journal import entry, record
from aupkeep.app.notices import send_notice
from aupkeep.app.read import consider_effect, read_raw
from aupkeep.casework.clocks import overdue
from aupkeep.intake.box import Box
from aupkeep.intake.resolver import resolver
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict, Missing, Unavailable
from aupkeep.store import actions, cases, outbox, raws, refresh
from aupkeep.store.outbox import Lease

log = structlog.get_logger("worker")
KINDS = ("read", "consider", "enforce", "mail")
WAITS = (1, 5, 30, 120, 600, 1800, 3600)  # seconds before each further try
ORPHANS = timedelta(hours=1)
TICK = timedelta(seconds=15)  # between looks at the clocks


def lease(desk: Desk, *, worker: str, seconds: float, limit: int) -> list[Lease]:
    """Take what is due, over a connection that is known to live."""
    refresh()
    return outbox.lease(KINDS, desk.now(), seconds, limit, worker)


class Hands:
    """Does effects; owns the boxes in which mails are read."""

    def __init__(self, desk: Desk, *, boxes: int = 1) -> None:
        """Prepare; `with` starts the boxes."""
        self._desk = desk
        self._box = Box(size=boxes)
        self._lookup = resolver(desk.settings.mail.nameservers)
        self._next_tick = desk.now()

    def __enter__(self) -> Self:
        """Start the boxes."""
        self._box.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the boxes."""
        self._box.close()

    def turn(self, leases: list[Lease]) -> bool:
        """Do what was leased, reconcile, look at the clocks; True when there was work."""
        for one in leases:
            self.do(one)
        busy = self.reconcile() or bool(leases)
        if self._desk.now() >= self._next_tick:
            self._next_tick = self._desk.now() + TICK
            self.tick()
        return busy

    def do(self, one: Lease) -> None:
        """Do one effect; what fails is tried again later, what cannot succeed is put aside."""
        try:
            self._do(one)
        except (Missing, Conflict) as error:
            if isinstance(error, Conflict) and one.attempts < len(WAITS):
                self._again(one, error)  # somebody changed it meanwhile: look again
            else:
                outbox.bury(one, str(error), now=self._desk.now())
                log.warning("put aside", kind=one.effect.kind, error=str(error))
        except (AupkeepError, OSError) as error:
            self._again(one, error)

    def _do(self, one: Lease) -> None:
        payload = one.effect.payload
        match one.effect.kind:
            case "read":
                read_raw(self._desk, str(payload["raw"]), self._box.read, self._lookup, done=one)
            case "consider":
                consider(self._desk, str(payload["case"]), done=one)
            case "enforce":
                write_desired(self._desk, str(payload["target"]))
                outbox.done(one, self._desk.now())
            case "mail":
                send_notice(self._desk, str(payload["notice"]), one)

    def _again(self, one: Lease, error: Exception) -> None:
        wait = WAITS[min(one.attempts, len(WAITS)) - 1]
        at = self._desk.now() + timedelta(seconds=wait)
        kept = outbox.retry(one, at, str(error), now=self._desk.now())
        log.warning("later" if kept else "put aside", kind=one.effect.kind, error=str(error))

    def reconcile(self) -> bool:
        """Keep desired states and agents' reports up to date; True when something changed."""
        desk = self._desk
        targets = {desk.settings.enforcement.target}
        targets |= {path.stem for path in desk.home.desired.glob("*.json")}
        wrote = [write_desired(desk, target) for target in sorted(targets)]
        try:
            return take_reports(desk) > 0 or any(wrote)
        except AupkeepError as error:
            log.warning("an agent's report was not taken", error=str(error))
            return any(wrote)

    def tick(self) -> None:
        """Look at the clocks: deadlines, measures whose time is over, orphaned bytes."""
        desk = self._desk
        now = desk.now()
        for case in overdue(cases.overdue(now), now):
            told = {"case": case.id, "why": "the deadline passed without an answer"}
            effects = [consider_effect(desk, case.id)]
            made = entry(desk, EntryType.CASE_CHANGED, SYSTEM, told, case=case.id)
            record(desk, made, rows=[case], effects=effects)
        for action in actions.run_out(now - timedelta(minutes=1)):
            told = {
                "action": action.id,
                "proof": "its time is over; the kernel's own clock ends it",
            }
            changed = dataclasses.replace(action, state=ActionState.EXPIRED, changed_at=now)
            made = entry(desk, EntryType.ACTION_EXPIRED, SYSTEM, told, case=action.case)
            record(desk, made, rows=[changed])
        try:
            raws.reap(ORPHANS, now)
        except Unavailable as error:
            log.warning("orphans stay", error=str(error))
