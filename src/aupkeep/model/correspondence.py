"""What a mail means that is no report: which failure it states, what it takes back."""

from dataclasses import dataclass
from enum import StrEnum


class MailMeaning(StrEnum):
    """What somebody's words mean for a case; what it changes, a person says."""

    RETRACTION = "retraction"  # the reporter takes a report back
    NOT_SPAM = "not-spam"  # the recipient of a mail says that it is none
    COUNTER_NOTICE = "counter-notice"  # whose material was removed contests it (17 USC 512(g))


class FailureReason(StrEnum):
    """Why a mail of ours was not delivered, in the classes a desk acts on differently."""

    USER_UNKNOWN = "user-unknown"
    USER_MOVED = "user-moved"
    DISABLED = "disabled"  # the mailbox is suspended or no longer used
    MAILBOX_FULL = "mailbox-full"
    HOST_UNKNOWN = "host-unknown"
    TOO_BIG = "too-big"
    SPAM = "spam"  # its content was taken for spam
    VIRUS = "virus"
    BLOCKED = "blocked"  # our address or name is on a list
    UNPROVEN = "unproven"  # SPF, DKIM or DMARC did not pass
    POLICY = "policy"  # a rule of the receiver: relaying, sender, content
    RATE = "rate"  # too many at once
    EXPIRED = "expired"  # tried until the time was over
    NETWORK = "network"
    SYSTEM = "system"  # the receiver's server failed
    LOOP = "loop"
    MALFORMED = "malformed"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailure:
    """One recipient that a mail of ours did not reach.

    `status` is the enhanced status code (RFC 3463) as stated, "" without one; `permanent` None
    where neither a code nor the words say; `delayed` means that the server still tries, which is
    no failure yet. `why` is one line in the server's words.
    """

    recipient: str | None
    reason: FailureReason
    status: str = ""
    permanent: bool | None = None
    delayed: bool = False
    why: str = ""

    def __str__(self) -> str:
        """One sentence for a person."""
        to = self.recipient or "an unnamed recipient"
        reason = self.reason.value.replace("-", " ")
        code = f" {self.status}" if self.status and self.status not in self.why else ""
        last = {True: ", for good", False: ", for now", None: ""}[self.permanent]
        head = f"delayed for {to}" if self.delayed else f"not delivered to {to}"
        return f"{head} ({reason}{code}{last}): {self.why or 'no reason given'}"
