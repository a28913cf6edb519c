"""A grant: what an install that listens may say or do all the same, within what, until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.notice import Party
from aupkeep.model.subject import Address

ALL = "all"  # every rule, every target: said in words, never by a blank


class GrantKind(StrEnum):
    """The steps, the first to the last; each says one thing more."""

    STAFF = "staff"  # mails to people of the desk
    RECEIPTS = "receipts"  # mails to who reports
    NOTICES = "notices"  # mails to customers and their resellers; a rule may inform
    PEOPLE = "people"  # a person of the desk may limit, on a target
    ACT = "act"  # one rule may limit, on a target, so often a day; people may too
    EVERYTHING = "everything"  # all of it at once: a trial, by `aupkeep listen off`


class GrantScope(StrEnum):
    """Whom a grant is about."""

    ALL = "all"
    PREFIX = "prefix"  # every address it is about lies in it
    TIER = "tier"  # of the customer
    TAG = "tag"  # one of the customer's


class GrantState(StrEnum):
    """Where a grant stands at a moment."""

    WAITING = "waiting"  # for a second person
    COMING = "coming"  # given, and its first moment is not yet there
    LIVE = "live"
    ENDED = "ended"  # its time is over
    REVOKED = "revoked"  # rolled back, replaced, or never given


TELLS = {  # the step whose grant lets a mail to this party leave
    Party.STAFF: GrantKind.STAFF,
    Party.REPORTER: GrantKind.RECEIPTS,
    Party.CUSTOMER: GrantKind.NOTICES,
    Party.RESELLER: GrantKind.NOTICES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Asked for by one person, given by a second, for a time; never changed but to end it.

    `rule` is a rule's id, `all`, or "" for a kind that no rule uses; `target` a target's name,
    `all`, `people` (what is done by hand), or "" for a kind that limits nobody. `value` is the
    prefix, tier or tag. `ceiling` is the most decisions in 24 hours, None for no such limit.
    `share` is in percent of the cases. `starts` to `until`, half-open, UTC. `granted_by` is None
    with a `granted_at` where nobody else could have been the second person. `replaces` names the
    grant that ends when this one is given. `behind` are people who may have been who asked.
    """

    id: str
    kind: GrantKind
    rule: str = ""
    target: str = ""
    scope: GrantScope = GrantScope.ALL
    value: str = ""
    ceiling: int | None = None
    share: int = 100
    starts: datetime
    until: datetime
    asked_by: str
    asked_at: datetime
    reasons: str
    behind: tuple[str, ...] = ()
    replaces: str | None = None
    granted_by: str | None = None
    granted_at: datetime | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revoked_why: str = ""

    def state(self, now: datetime) -> GrantState:
        """Where it stood at a moment."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return GrantState.REVOKED
        if self.until <= now:
            return GrantState.ENDED
        if self.granted_at is None or self.granted_at > now:
            return GrantState.WAITING
        return GrantState.LIVE if self.starts <= now else GrantState.COMING

    def live(self, now: datetime) -> bool:
        """Whether it allowed anything at a moment."""
        return self.state(now) is GrantState.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantQuestion:
    """What is to be said or done: what a grant is put before. Unknown is empty, None or no tag.

    `rule` is "" for a person; `targets` are all that would carry a limit.
    """

    kind: GrantKind
    case: str
    rule: str = ""
    targets: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    tier: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderGrant:
    """Which grant let a decision through, what was asked of it, and how many it had had in 24 h."""

    grant: str
    before: int
    question: GrantQuestion
