"""Who makes a claim: by which channel, under which name, and whether that name is proven."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class OriginChannel(StrEnum):
    """How a claim reached us; what is none of these is kept as it is written."""

    MAIL = "mail"
    FORM = "form"
    API = "api"  # a report that came with a token
    TELEMETRY = "telemetry"  # findings that came with a trusted token
    DETECTOR = "detector"  # our own
    FEED = "feed"
    OTHER = ""


DOMAINS = frozenset({OriginChannel.MAIL, OriginChannel.FORM})  # named after a domain
OWN = frozenset({OriginChannel.DETECTOR, OriginChannel.TELEMETRY})
CLAIMED = "?"  # before the domain of a sender whom nobody authenticated


@dataclass(frozen=True, slots=True)
class Origin:
    """`identity` is a domain, the name of a token, a detector or a feed.

    `proven` is False for a domain that the sender only claims. Its text is `channel:identity`, with
    a `?` before a name that is not proven; `parse_origin` reads it back.

    >>> str(Origin(OriginChannel.MAIL, "cert.example", proven=False))
    'mail:?cert.example'
    """

    channel: OriginChannel
    identity: str
    proven: bool = True

    def __str__(self) -> str:
        """As it is stored and shown."""
        if self.channel is OriginChannel.OTHER:
            return self.identity
        return f"{self.channel.value}:{'' if self.proven else CLAIMED}{self.identity}"

    @property
    def own(self) -> bool:
        """Whether our own detectors or flow records say it."""
        return self.channel in OWN

    @property
    def names_domain(self) -> bool:
        """Whether the identity is a domain, as for mail and the public form."""
        return self.channel in DOMAINS


@lru_cache(maxsize=4096)
def parse_origin(text: str) -> Origin:
    """The origin whose text this is; any text is one, and gives the same text again.

    >>> parse_origin("form:?a.example")
    Origin(channel=<OriginChannel.FORM: 'form'>, identity='a.example', proven=False)
    """
    scheme, colon, name = text.partition(":")
    if not (colon and scheme in set(OriginChannel)):
        return Origin(OriginChannel.OTHER, text)
    channel = OriginChannel(scheme)
    if channel is OriginChannel.OTHER:
        return Origin(channel, text)
    claimed = channel in DOMAINS and name.startswith(CLAIMED)
    return Origin(channel, name.removeprefix(CLAIMED) if claimed else name, proven=not claimed)
