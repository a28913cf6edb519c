"""Mail with restraint: what is gathered into digests, caps by kind, events too old to write about.

None of it holds back what limits anybody, or what is urgent (urgency P0 to P2 of the taxonomy).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from aupkeep.model.errors import Invalid
from aupkeep.model.taxonomy import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RestraintSettings:
    """Digests and limits of mail to customers; a line of a kind is "vulnerability/cve = 60"."""

    digest: bool = True  # what is neither urgent nor limits waits for its customer's next digest
    digest_minutes: int = 15  # that the first of a digest waits for others
    digest_hours: int = 24  # between two digests to one customer
    kind_a_day: int = 3  # mails to one customer about one kind in 24 hours; more: the digest
    oldest_days: int = 30  # nobody is written to about an event that is older
    oldest: tuple[str, ...] = ()  # "KIND = DAYS": another age for a kind

    def __post_init__(self) -> None:
        """Raises `Invalid` for a number below 1, an unknown kind, a line of another form."""
        for name in ("digest_minutes", "digest_hours", "kind_a_day", "oldest_days"):
            if getattr(self, name) < 1:
                value = getattr(self, name)
                raise Invalid(f"[restraint] {name}: expected 1 or more, found {value}")
        dict(_by_kind(self.oldest))

    def oldest_of(self, kind: str) -> timedelta:
        """How old the newest event of a kind may be that a customer is written to about."""
        return dict(_by_kind(self.oldest)).get(kind, timedelta(days=self.oldest_days))


def _by_kind(lines: Iterable[str]) -> Iterable[tuple[str, timedelta]]:
    for line in lines:
        kind, _, days = (part.strip() for part in line.partition("="))
        if kind not in KINDS or not days.isdecimal() or not int(days[:6]):
            expected = "[restraint] oldest: expected 'vulnerability/cve = 60' with a known kind"
            raise Invalid(f"{expected}, found {line[:60]!r}")
        yield kind, timedelta(days=int(days[:6]))
