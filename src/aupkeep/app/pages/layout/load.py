"""The bar at the top of each page, and what several pages say in the same words."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.modes import frozen_by, listening, live_steps, records_only, words_of_install
from aupkeep.app.pages.layout.menu import menu_of
from aupkeep.app.pages.layout.page import (
    FreezeBanner,
    Hindrance,
    Operator,
    PageHeader,
    Person,
    StorageHealth,
    Urgency,
)
from aupkeep.config.settings import Settings
from aupkeep.enforcement.agent_report import FILE, read_report
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.grant import GrantKind
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.moments import parse_moment
from aupkeep.model.taxonomy import KINDS
from aupkeep.store import cases, health, inquiries, log, reports

URGENCIES = {
    "P0": Urgency.CRITICAL,
    "P1": Urgency.CRITICAL,
    "P2": Urgency.HIGH,
    "P3": Urgency.MEDIUM,
}
MINUTE = 60  # seconds
AGES = 300  # seconds that a list may stand with the ages it says


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the bar says that changes with an entry of the journal or with the minute alone."""

    settings: Settings
    key: tuple[Path, int, int]
    listen: bool
    granted: tuple[GrantKind, ...]
    waiting: int
    inbox: int
    asked: int  # inquiries that are open
    hindrances: tuple[Hindrance, ...]
    frozen: dict[str, str] | None  # what the install says; a machine's own switch is a file


_last: list[_Known] = []  # of this process: one home, as it was asked last


def page_header(context: AppContext, person: Person) -> PageHeader:
    """The bar."""
    known = _known(context)
    return PageHeader(
        now=context.now(),
        operator=context.settings.provider.name,
        person=person,
        listen=known.listen,
        granted=known.granted,
        records_only=records_only(context),
        freeze=_freeze(context, known.frozen),
        waiting=known.waiting,
        inbox=known.inbox,
        hindrances=known.hindrances,
        menu=menu_of(
            person, {"queue": known.waiting, "inbox": known.inbox, "inquiries": known.asked}
        ),
        entries=known.key[1],
    )


def list_mark(
    context: AppContext, person: Person, query: str, header: PageHeader | None = None
) -> str:
    """The ETag (RFC 9110) of a list at this address for this person, in one query or none.

    Whatever a list shows changes with an entry of the journal, or with time alone: ages, what rests
    until a moment, deadlines. So it holds for `AGES` while nothing is written. With the `header` of
    a page that was made it is that page's own.
    """
    entries = log.size() if header is None else header.entries
    now = context.now() if header is None else header.now
    parts = (entries, int(now.timestamp()) // AGES, person.id, person.language, query)
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _known(context: AppContext) -> _Known:
    """Asked anew once the journal has grown, and each minute."""
    from aupkeep.app.pages.doctor.load import page_hindrances  # costs every list its start

    minute = int(context.now().timestamp()) // MINUTE
    key = context.home.path, log.size(), minute
    for known in _last:
        if known.key == key and known.settings is context.settings:
            return known
    listen = listening(context)
    known = _Known(
        settings=context.settings,
        key=key,
        listen=listen,
        granted=live_steps(context.now()) if listen else (),
        waiting=cases.waiting_count(context.now()),
        inbox=reports.inbox_count(),
        asked=inquiries.count(InquiryState.OPEN),
        hindrances=tuple(
            Hindrance(found=check.found, remedy=check.remedy) for check in page_hindrances(context)
        ),
        frozen=words_of_install(),
    )
    _last[:] = [known]
    return known


def _freeze(context: AppContext, install: dict[str, str] | None) -> FreezeBanner | None:
    words = frozen_by(context, install)
    if words is None:
        return None
    try:
        since = parse_moment(words["at"])
    except Invalid:  # a switch set by hand holds no words, and is on all the same
        since = context.now()
    return FreezeBanner(
        since=since, by=words["by"], reason=words["reason"], missing=_unfrozen(context)
    )


def _unfrozen(context: AppContext) -> tuple[str, ...]:
    """The agents of this machine whose last word was that they are not frozen."""
    missing = []
    for path in sorted(context.home.agent.glob(f"*/{FILE}")):
        try:
            frozen = read_report(path.read_bytes()).frozen
        except (AupkeepError, OSError):
            frozen = False
        if not frozen:
            missing.append(path.parent.name)
    return tuple(missing)


def operator_of(context: AppContext) -> Operator:
    """Who runs this install."""
    settings = context.settings
    return Operator(
        name=settings.provider.name,
        contact=settings.mail.sender,
        language=settings.provider.language,
    )


def storage_health() -> StorageHealth:
    """Whether the database answers."""
    answers = health.reachable()
    return StorageHealth(ok=answers, reason="ok" if answers else "database")


def urgency_of(kind: str) -> Urgency:
    """How urgent the taxonomy holds a kind to be."""
    row = KINDS.get(kind)
    return URGENCIES.get(row.urgency, Urgency.LOW) if row else Urgency.LOW
