"""What a search found: an answer in a sentence, then groups of what can be opened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.app.pages.search.commands import Command
from aupkeep.app.pages.search.question import AskedFor


class HitKind(StrEnum):
    """What a hit opens; the groups stand in this order."""

    ADDRESS = "address"
    CUSTOMER = "customer"
    CASE = "case"
    MEASURE = "measure"
    DECISION = "decision"
    REPORT = "report"
    INQUIRY = "inquiry"
    NOTICE = "notice"
    NAME = "name"
    SOURCE = "source"


BESIDE = frozenset({HitKind.MEASURE, HitKind.NAME, HitKind.SOURCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One thing that was found; `key` opens it, `about` says what it is, `state` how it stands.

    `case` is the reference of the case where it can be seen, None where it has a page of its own.
    """

    kind: HitKind
    key: str
    title: str
    about: str = ""
    state: str | None = None
    at: datetime | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGroup:
    """The hits of one kind; `more` where there are more than are shown, `note` what else to know.

    `total` is how many there are, None where they were not all counted.
    """

    kind: HitKind
    hits: tuple[SearchHit, ...]
    total: int | None
    more: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """`asked_for` is what the text was read as, `at` the moment it was asked about, None = now.

    `hidden` are kinds that the asker's role is not shown.
    """

    text: str
    asked_for: AskedFor
    at: datetime | None
    answer: str
    groups: tuple[SearchGroup, ...]
    hidden: tuple[HitKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The page; `typed` and `as_of` are the fields as they were sent, `trouble` what is wrong.

    `beside` are the kinds of hits that the side column shows.
    """

    header: PageHeader
    typed: str
    as_of: str
    found: SearchAnswer | None
    trouble: str = ""
    commands: tuple[Command, ...] = ()

    @property
    def beside(self) -> frozenset[HitKind]:
        """The kinds in the side column; empty where nothing else was found."""
        kinds = {group.kind for group in self.found.groups} if self.found else set()
        return frozenset(kinds & BESIDE if kinds - BESIDE else ())
