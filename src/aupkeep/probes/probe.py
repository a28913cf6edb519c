"""The contract of a probe: which claims it can ask about, and how it asks once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from aupkeep.model.case import Claim
from aupkeep.model.probe import ProbeOutcome, ProbeTarget
from aupkeep.model.subject import Address


class Knock(StrEnum):
    """What an attempt to connect came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SILENT = "silent"  # nothing came within the time; also where a network says unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """The head of a page's answer and how long its body is, up to the limit; never the body."""

    knock: Knock
    status: int | None = None  # None: what came was no HTTP
    size: int = 0
    location: str | None = None  # where it redirects to


@dataclass(frozen=True, slots=True, kw_only=True)
class DatagramAnswer:
    """The first datagram that came back, and how many bytes came altogether within the time."""

    knock: Knock
    data: bytes = b""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFlow:
    """A flow of our own telemetry from the address; `packets` as exported."""

    protocol: str | None
    peer_port: int | None
    packets: int
    at: datetime


class ProbeMeans(Protocol):
    """All that a probe can do; each is bounded in time and size by whoever gives it."""

    def connect(self, address: Address, port: int) -> Knock:
        """Open one TCP connection and close it; nothing is sent or read."""

    def page(self, target: ProbeTarget, url: str) -> PageAnswer:
        """Ask for one page at the target's address, whatever its name means elsewhere."""

    def datagram(self, address: Address, port: int, question: bytes) -> DatagramAnswer:
        """Send one datagram and wait for what comes back."""

    def flows(self, address: Address) -> Sequence[SeenFlow] | None:
        """What left the address in the last ten minutes; None: nobody watches, or none is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAnswer:
    """What one probe saw. `silent`: nothing came back, which a measure of ours may be the cause of.

    `text` is for the desk and for the customer alike: it names nobody else.
    """

    outcome: ProbeOutcome
    text: str
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The constant a probe's module holds.

    `aims` is pure: the place that a claim lets it ask at, or None; the address is one of the
    claim's own, and whether it may be asked is not the probe's to say. `sends` is False where it
    asks our own records alone. `bokmal` is what it says, from English, for the console in Bokmål;
    `{}` in both is any value. The probes of this package have theirs in the console's catalogue.
    """

    name: str
    version: int
    says: str  # what it asks, in a sentence
    most: str  # the most that it sends, in words
    aims: Callable[[Claim], ProbeTarget | None]
    ask: Callable[[ProbeTarget, ProbeMeans], ProbeAnswer]
    sends: bool = True
    bokmal: Mapping[str, str] = field(default_factory=dict)


def silence(text: str) -> ProbeAnswer:
    """Nothing came back: gone, unless something of ours stands in between."""
    return ProbeAnswer(outcome=ProbeOutcome.GONE, text=text, silent=True)
