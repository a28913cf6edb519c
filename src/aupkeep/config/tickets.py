"""The section [tickets]: the provider's ticket system, to which the desk hands mails over."""

from dataclasses import dataclass

from aupkeep.config.secrets import opened
from aupkeep.model.errors import Invalid

FORMS = ("attached", "original")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSettings:
    """Where a mail is handed over to by mail, and who may say that they closed it."""

    address: str = ""  # of a queue of the ticket system; empty = nothing is handed over
    name: str = "ticket system"  # as the desk calls it
    form: str = "attached"  # below words of ours, or original: as it came, with our reference
    senders: tuple[str, ...] = ()  # addresses whose proven mails say what became of a ticket
    closed: tuple[str, ...] = ("resolved", "closed")  # words in the subject that say it is closed
    webhook_secret: str = ""  # file:PATH or env:NAME: with which Zammad signs; empty = no webhook

    def __post_init__(self) -> None:
        """Raises `Invalid` for what is no address, an unknown form and a blank word."""
        for name, address in (("address", self.address), *(("senders", it) for it in self.senders)):
            if (address or name == "senders") and not _is_address(address):
                raise Invalid(f"[tickets] {name}: expected a mail address, found {address[:60]!r}")
        if self.form not in FORMS:
            expected = " or ".join(FORMS)
            raise Invalid(f"[tickets] form: expected {expected}, found {self.form[:40]!r}")
        if not all(word.strip() for word in self.closed):
            raise Invalid("[tickets] closed: expected words, found a blank one")

    def open_secret(self) -> bytes:
        """The webhook's secret, b"" for none. Raises `Invalid`."""
        return str(opened("webhook_secret", self.webhook_secret, "[tickets]")).encode()

    def says_closed(self, subject: str) -> bool:
        """Whether a subject has one of the words, as a word.

        >>> settings = TicketSettings(closed=("resolved",))
        >>> [settings.says_closed(x) for x in ("[rt #7] Resolved: [T-K7QF-2M9X] SSH", "unresolved")]
        [True, False]
        """
        plain = "".join(char if char.isalnum() else " " for char in subject.lower())
        words = f" {' '.join(plain.split())} "
        return any(f" {' '.join(word.lower().split())} " in words for word in self.closed)


def _is_address(text: str) -> bool:
    before, _, after = text.rpartition("@")
    return bool(before and after) and text.isascii() and not any(char.isspace() for char in text)
