"""One claim: a subject did a kind of thing at a time, in a role. Made by parsers and detectors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.origin import Origin
from aupkeep.model.subject import Endpoint, Subject

PROSE = "text"  # the reader of prose: no form tells it which value is which
TRANSPORTS = ("tcp", "udp", "icmp")
MOST_DETAILS = 40  # names
LONGEST_DETAIL = 200  # characters of a value


class Mode(StrEnum):
    """How far what a detector saw may go by itself, in the order an operator takes the steps."""

    OBSERVE = "observe"  # counted and shown in `aupkeep flows`, told to nobody
    NOTIFY = "notify"  # a finding on a case; no measure rests on it
    PROPOSE = "propose"  # and a person is asked
    ACT = "act"  # and rules may act, within their level


class Role(StrEnum):
    """What the subject was in the event; victims and reporters are never enforced against."""

    OFFENDER = "offender"
    VICTIM = "victim"
    VULNERABLE = "vulnerable"
    CONTROLLER = "controller"


class Conduct(StrEnum):
    """The policy forbids to engage in, and to promote or encourage; the latter must be stated."""

    ENGAGING = "engaging"
    PROMOTING = "promoting"


LOOKALIKES = ("archive", "gone", "honeypot", "licensed", "sample", "simulation", "sinkhole")
"""What looks like abuse and is none, where who reports it says so."""


class Offset(NamedTuple):
    """Where a value was read: `Mail.parts[part].text[start:end]`, counted in characters."""

    part: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A claim as its source made it, before anyone asked who held the address.

    `kind` is a value of `model.taxonomy`; `exact` is ± seconds of `at`; `at` is None when the
    source states no time (nothing is invented). `source` is who claims it, for independence.
    `offsets` maps the field name to where the value stands in the source.
    `transport` is one of TRANSPORTS, of the subject's own port. `details` is what the source said
    beyond these fields (a tag, a family, a banner), at most MOST_DETAILS names with values of at
    most LONGEST_DETAIL characters: for the desk's eyes only, since it may name victims.
    `mode` is how far a detector of ours lets it go, or an event whose stated time cannot be; None
    for all others. `rate_unknown` says that it rests on flows whose sampling rate nobody knows: no
    rule acts on it, whatever its mode.
    `rate` is how many bytes a second came of it, None where the source did not measure that.
    `site` is where it was seen, of sites whose address spaces overlap; None asks all of them.
    `words_alone` says that a sentence claims it, without a log line, table, header or container:
    it stays an allegation until a person looks, whoever wrote it. `conduct` is promoting where the
    source says that it is offered or called for, with the place of the words in `offsets`;
    `lookalikes` are those of LOOKALIKES that the source names itself.
    """

    kind: str
    rsit: str
    role: Role
    subject: Subject
    at: datetime | None
    exact: float
    source: Origin
    confidence: float
    target: Endpoint | None = None
    count: int = 1
    maker: str = ""  # parser or detector with its version, e.g. "arf/1"
    offsets: Mapping[str, Offset] = field(default_factory=dict)
    transport: str | None = field(default=None, metadata=ADDED_FIELD)
    details: Mapping[str, str] = field(default_factory=dict, metadata=ADDED_FIELD)
    mode: Mode | None = field(default=None, metadata=ADDED_FIELD)
    rate_unknown: bool = field(default=False, metadata=ADDED_FIELD)
    rate: int | None = field(default=None, metadata=ADDED_FIELD)
    site: str | None = field(default=None, metadata=ADDED_FIELD)
    words_alone: bool = field(default=False, metadata=ADDED_FIELD)
    conduct: Conduct = field(default=Conduct.ENGAGING, metadata=ADDED_FIELD)
    lookalikes: tuple[str, ...] = field(default=(), metadata=ADDED_FIELD)

    @property
    def told_port(self) -> int | None:
        """The other side's port where its source states it.

        None where the reader of prose took the usual one of the program whose log it is.
        """
        implied = self.maker.partition("/")[0] == PROSE and "target.port" not in self.offsets
        return None if self.target is None or implied else self.target.port
