"""What each target's agent said last, shortened: for people to see, deciding nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError

from aupkeep.model.errors import Unavailable
from aupkeep.store.guard import writing
from aupkeep.store.models import AgentHeardRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHeard:
    """A report: `controller` is empty where a current state was read, else why what stands is held.

    `drift` are sentences, `foreign` places; `packets` how many each action stopped, by its id, all
    since its `counted_since`, which has none of those of whom nobody knows that.
    """

    target: str
    at: datetime
    driver: str
    serial: int
    controller: str
    drift: tuple[str, ...]
    foreign: tuple[str, ...]
    packets: Mapping[str, int]
    counted_since: Mapping[str, datetime] = field(default_factory=dict)


def put(heard: AgentHeard) -> None:
    """Keep the newest. Raises `Unavailable`."""
    names = AgentHeard.__dataclass_fields__
    values = {name: getattr(heard, name) for name in names if name != "target"}
    since = {name: at.isoformat() for name, at in heard.counted_since.items()}
    values |= {"drift": list(heard.drift), "foreign": list(heard.foreign), "counted_since": since}
    try:
        with writing():
            AgentHeardRow.objects.update_or_create(target=heard.target, defaults=values)
    except DatabaseError as error:
        raise Unavailable(f"the database did not take a report: {error}") from error


def by_target() -> dict[str, AgentHeard]:
    """Target → what its agent said last."""
    return {row.target: _heard(row) for row in AgentHeardRow.objects.order_by("target")}


def _heard(row: AgentHeardRow) -> AgentHeard:
    return AgentHeard(
        target=row.target,
        at=row.at,
        driver=row.driver,
        serial=row.serial,
        controller=row.controller,
        drift=tuple(row.drift),
        foreign=tuple(row.foreign),
        packets=row.packets,
        counted_since={name: datetime.fromisoformat(at) for name, at in row.counted_since.items()},
    )
