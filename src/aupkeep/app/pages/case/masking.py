"""The case page for a person who may not see reporters: it shows what the accused may read."""

from dataclasses import replace

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.pages.case.page import CasePage, EvidenceItem
from aupkeep.app.pages.labels import LEVEL_WHY
from aupkeep.app.pages.layout.page import Person, TextPart

SOMEBODY = "a reporter (not shown to your role)"
OWN = "our own telemetry"


def for_person(page: CasePage, person: Person) -> CasePage:
    """The page as this person may see it."""
    return page if sees_reporters(person.id) else without_reporters(page)


def without_reporters(page: CasePage) -> CasePage:
    """The page without who reported, what they wrote, and what we wrote to them."""
    quiet = tuple(replace(line, detail="") for line in page.timeline)
    refusals = tuple(replace(row, reason="not shown to your role") for row in page.refusals)
    return replace(
        page,
        level_why=LEVEL_WHY[page.level],
        evidence=tuple(map(_masked, page.evidence)),
        notices=tuple(notice for notice in page.notices if not notice.names_reporter),
        proposal=None if page.proposal is None else replace(page.proposal, alone=""),
        refusals=refusals,
        tickets=tuple(replace(ticket, why="") for ticket in page.tickets),
        timeline=quiet,
    )


def _masked(item: EvidenceItem) -> EvidenceItem:
    if item.authentication == OWN:
        return item
    return replace(
        item,
        source=SOMEBODY,
        authentication="",
        parts=(TextPart("\n".join(item.accused_sees)),),
        cut=False,
        digest="",
        source_id="",
        standing="",
        withdrawn="taken back" if item.withdrawn else "",
        details=(),
    )
