"""What every detector is: a plugin that examines the windows and yields hits.

A detector is one module in `telemetry/detectors/` with one constant `DETECTOR`. Its samples are
files in a folder of its name, `tests/samples/telemetry/<name>/`: each `loud*.toml` must give a
hit, each `quiet*.toml` none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aupkeep.model.finding import Mode, Role
from aupkeep.model.subject import Address

__all__ = ["Detector", "DetectorDescription", "DetectorHit", "DetectorRule", "Mode", "at_most"]


def at_most(mode: Mode, cap: Mode) -> Mode:
    """The lesser of two modes.

    >>> at_most(Mode.ACT, Mode.NOTIFY)
    <Mode.NOTIFY: 'notify'>
    """
    return min(mode, cap, key=list(Mode).index)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorHit:
    """One observation of a detector. Times are milliseconds since 1970, UTC.

    `address` is the subject, one of our own; `peer` the other side where there is one; `port` the
    service's port: the peer's where we attack, ours where we are attacked or amplify. `transport`
    is "tcp", "udp", "icmp" or None. `evidence` holds counts by name, sampling multiplied out, with
    `sampling`, `chance` (the stated probability of seeing this at that rate) and `window_s`.
    `of_class` is the class of customers whose own thresholds held, None: those for all.
    """

    detector: str
    version: int
    kind: str
    role: Role
    address: Address
    at: int
    until: int
    evidence: Mapping[str, Any]
    confidence: float
    mode: Mode
    peer: Address | None = None
    port: int | None = None
    transport: str | None = None
    of_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRule:
    """A detector as the operator's policy has it: its mode and thresholds by name.

    `classes` are the thresholds that differ for one class of customers, by its name.
    """

    mode: Mode
    thresholds: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorDescription:
    """What a fast and a slow detector say of themselves.

    `defaults` are the thresholds with the words that explain each one; `minimum` says in words what
    evidence is needed at least; `cooldown` is seconds before the same subject is reported again.
    """

    name: str
    version: int
    kind: str  # of the taxonomy
    role: Role
    direction: str  # "out" or "in", seen from our own addresses
    says: str  # one sentence: what is seen
    defaults: Mapping[str, tuple[float, str]]
    minimum: str
    cooldown: int
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector(DetectorDescription):
    """A fast detector. `detect` takes the view of the windows and the thresholds, yields hits."""

    detect: Callable[[Any, Mapping[str, float]], Iterable[DetectorHit]]
