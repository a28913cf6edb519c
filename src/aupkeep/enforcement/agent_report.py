"""What an agent reports after each step, as a record and as the file `status.json`.

The server reads the file (or is sent it) and writes what changed into the journal. It is whole
each time, so a report that was missed costs nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.enforcement.action_json import (
    FieldReader,
    bounded,
    read_object,
    read_record,
    to_json,
)
from aupkeep.model.action import ActionState
from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical

FILE = "status.json"
UNANSWERED = "the system does not answer"  # so `controller` begins where nothing could be seen
MAX_BYTES = 256 << 20
MAX_ROWS = 1_000_000
SURROGATE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")  # `canonical` writes whole characters
LISTS = ("applied", "lifted", "expired", "repaired", "drift", "foreign")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionStatus:
    """One action as this agent last saw it. `proof` is what was read back, or why it failed.

    `packets` were stopped since `counted_since`, over all writings of its element; None of that
    where nobody knows since when.
    """

    id: str
    state: ActionState
    proof: str
    at: datetime
    packets: int | None = None  # where the system counts
    doubt: str | None = field(default=None, metadata=ADDED_FIELD)  # why it may have no effect
    counted_since: datetime | None = field(default=None, metadata=ADDED_FIELD)

    def __post_init__(self) -> None:
        object.__setattr__(self, "proof", bounded(self.proof))
        if self.doubt is not None:
            object.__setattr__(self, "doubt", bounded(self.doubt))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReport:
    """One step. The id lists say what this step did; `actions` how everything stands now.

    `controller` is empty when a current desired state was read, else why not: then what stands is
    held. `refused` holds (action id, reason); `drift` and `foreign` are sentences and places.
    """

    at: datetime
    target: str
    driver: str
    serial: int
    frozen: bool
    controller: str = ""
    applied: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    drift: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    actions: tuple[ActionStatus, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "controller", bounded(self.controller))
        for name in LISTS:
            object.__setattr__(self, name, tuple(map(bounded, getattr(self, name))))
        refused = tuple((action, bounded(reason)) for action, reason in self.refused)
        object.__setattr__(self, "refused", refused)


def write_report(report: AgentReport) -> bytes:
    """The report as canonical JSON."""
    return canonical(to_json(report))


def read_report(data: bytes) -> AgentReport:
    """A report from bytes. Raises `Unreadable` or `Invalid`."""
    if SURROGATE.search(data):
        raise Unreadable("status: expected text, found an escape of half a character")
    it = FieldReader(read_object(data, MAX_BYTES, "status"), AgentReport, "status")
    lists = {name: tuple(str(row) for row in it.rows(name, MAX_ROWS)) for name in LISTS}
    return AgentReport(
        at=it.moment("at"),
        target=it.text("target"),
        driver=it.text("driver"),
        serial=it.number("serial"),
        frozen=it.flag("frozen"),
        controller=it.text("controller"),
        refused=tuple(
            (str(row[0]), str(row[1]))
            for row in it.rows("refused", MAX_ROWS)
            if isinstance(row, list) and len(row) == 2  # noqa: PLR2004 - a pair
        ),
        actions=tuple(
            read_record(row, ActionStatus, "actions") for row in it.rows("actions", MAX_ROWS)
        ),
        **lists,
    )
