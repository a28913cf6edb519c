"""A probe: one safe question to the place a case is about, whether the harm is still there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.subject import Address


class ProbeOutcome(StrEnum):
    """What a probe says of the harm; what was not seen for sure is unclear."""

    THERE = "there"
    GONE = "gone"
    UNCLEAR = "unclear"


class ProbeAsker(StrEnum):
    """On whose word a probe is made."""

    PERSON = "person"  # of the desk, by a click or a command
    CUSTOMER = "customer"  # on their own page
    CONTRACT = "contract"  # before a measure ends, where a clause of the contract lets us
    OURSELVES = "ourselves"  # before a measure ends: our own records alone, nothing is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTarget:
    """One question to one place, made of one claim. `url` is a page at `address`.

    `port` is the service asked there; `peer_port` the one that the harm went to, of others.
    """

    probe: str
    address: Address
    port: int | None = None
    protocol: str | None = None  # "tcp" | "udp"
    url: str | None = None
    peer_port: int | None = None
    claim: str = ""

    @property
    def place(self) -> str:
        """What is asked, as a person reads it: its page, else its address and port.

        >>> from ipaddress import ip_address
        >>> ProbeTarget(probe="tcp-port", address=ip_address("203.0.113.5"), port=22).place
        '203.0.113.5:22'
        """
        if self.url is not None:
            return self.url
        host = f"[{self.address}]" if self.address.version == 6 and self.port else f"{self.address}"  # noqa: PLR2004 - the IP version
        return f"{host}:{self.port}" if self.port is not None else host


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What came of one target: `text` says in a sentence what was seen, never what a page shows."""

    target: ProbeTarget
    outcome: ProbeOutcome
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRun:
    """One asking of a case's probes: `results` stay empty until `done_at`.

    `clause` is that of the contract, where it let us; `decision` the one whose end comes.
    """

    id: str
    case: str
    asked_at: datetime
    asker: ProbeAsker
    by: str
    targets: tuple[ProbeTarget, ...]
    clause: str = ""
    decision: str | None = None
    done_at: datetime | None = None
    results: tuple[ProbeResult, ...] = ()
