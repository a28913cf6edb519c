"""One root error; below it one class per thing a caller does differently."""


class AupkeepError(Exception):
    """The root: whatever Aupkeep raises on purpose.

    `exit_code` and `status` are the one translation to a command's exit code and to HTTP;
    the edges read them and nothing else.
    """

    exit_code = 1
    status = 500


class Invalid(AupkeepError):
    """Input from a person or a program is wrong; the message says what was expected and found."""

    exit_code = 2
    status = 422


class WrongCursor(Invalid):
    """A page of a list was asked for behind something that is not in that list."""

    status = 400


class Unreadable(AupkeepError):
    """Bytes from outside cannot be read; they are kept and shown to a person, never dropped."""

    exit_code = 3
    status = 422


class Strange(AupkeepError, ValueError):
    """The database holds a value that no write of ours makes; nothing is done by it."""

    exit_code = 3
    status = 503

    def __init__(self, what: str = "") -> None:
        """`what` says more of it: where it stands, or what was found wrong."""
        detail = f": {what}" if what else ""
        super().__init__(
            f"the database holds a value that Aupkeep never writes{detail}; aupkeep verify names it"
        )


class Missing(AupkeepError):
    """No such case, action, customer or link."""

    exit_code = 4
    status = 404


class Gone(Missing):
    """A link that once worked: used, expired or revoked."""

    status = 410


class Erased(Missing):
    """It was there once and was erased under a retention rule, `rule`."""

    status = 410

    def __init__(self, what: str, rule: str) -> None:
        """The message is what was asked for, and the rule."""
        super().__init__(f"{what}: erased under rule {rule!r}")
        self.rule = rule


class Conflict(AupkeepError):
    """Two records contradict each other; the message names both."""

    exit_code = 5
    status = 409


class Stale(Conflict):
    """It is no longer as whoever asks saw it; the message says what happened since."""

    status = 412


class NeedsMatch(Invalid):
    """An act that says nothing of what its actor saw (RFC 6585 section 3)."""

    status = 428


class Replayed(Conflict):
    """A request that was sent before, by its number; `last` is the highest that is known."""

    header = "Aupkeep-Last-Number"  # of the answer

    def __init__(self, message: str, *, last: int) -> None:
        """Remember what the next one must be above."""
        super().__init__(message)
        self.last = last


class Forbidden(AupkeepError):
    """This actor may not do this, or the gate refused; the message gives the reason."""

    exit_code = 6
    status = 403


class Frozen(AupkeepError):
    """The freeze switch is on: no new or widened automatic measure."""

    exit_code = 7
    status = 409


class Unavailable(AupkeepError):
    """The storage cannot take it now (disk full, database down); nothing was accepted."""

    exit_code = 8
    status = 503


class Pending(Unavailable):
    """The system has begun what it was asked for and is not done; how far it is, in words."""


class TooMany(AupkeepError):
    """Too much from one place for now; nothing was accepted. `wait` is in seconds."""

    exit_code = 11
    status = 429

    def __init__(self, message: str, *, wait: int) -> None:
        """Remember when to come back."""
        super().__init__(message)
        self.wait = wait


class DriverRefused(AupkeepError):
    """A driver would not do it: protected, unknown owner, too wide, over its cap, unsigned."""

    exit_code = 9
    status = 409


class Broken(AupkeepError):
    """The journal does not verify; the message names the first bad entry."""

    exit_code = 10
    status = 500
