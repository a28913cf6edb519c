"""A webhook: where a program is told of what happens to cases."""

from dataclasses import dataclass
from datetime import datetime, timedelta

BOTH_SECRETS = timedelta(days=1)  # for which the secret before signs too


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`url` is told of the `events` named, of all it may hear of where none is.

    Without a `customer` it is the provider's own, and hears of every case. A customer's is a
    reseller's: it hears of the cases that customer may see. `generation` counts its secrets, the
    newest since `rolled_at`. `stopped_at` is when nothing more was sent, `stopped_why` the reason.
    """

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    customer: str | None
    made_by: str
    made_at: datetime
    generation: int = 0
    rolled_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_why: str = ""
    removed_at: datetime | None = None

    def generations(self, now: datetime) -> tuple[int, ...]:
        """The secrets that sign at this moment, the newest first."""
        both = self.rolled_at is not None and now < self.rolled_at + BOTH_SECRETS
        return (self.generation, self.generation - 1) if both else (self.generation,)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPosition:
    """How far a webhook was told: `next` is the index of the first journal entry it was not.

    `failures` counts tries in a row that the receiver did not take, the first at `failing_since`,
    the last with `error`; `due_at` is when the next one begins.
    """

    webhook: str
    next: int
    told_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
