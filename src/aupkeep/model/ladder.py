"""The table and ladder of measures; evidence levels, standards, causes."""

from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Level(IntEnum):
    """How severe a measure is; `X` stands apart and always needs two people."""

    L0 = 0  # record
    L1 = 1  # inform
    L2 = 2  # inform with a deadline
    L3 = 3  # narrow block: port, destination, URL, name, rate
    L4 = 4  # isolate one resource
    L5 = 5  # suspend a resource
    L6 = 6  # suspend an account
    L7 = 7  # terminate: a 30-day reversible hold
    X = 8  # intercept: divert traffic in transit


class Evidence(IntEnum):
    """How well a claim is supported."""

    E0 = 0  # allegation: an unauthenticated sender stays here
    E1 = 1  # one credible authenticated or well-formed known source
    E2 = 2  # two independent sources, or our own telemetry
    E3 = 3  # reasoned belief, written, alternative considered
    E4 = 4  # actual knowledge
    E5 = 5  # order


class Standard(StrEnum):
    """The five standards of proof that the policy's own sentences set."""

    LIKELY_BREACH = "likely to be in breach"
    LIKELY_RESULT = "likely to result in"
    REASONABLE_BELIEF = "reasonably believe"
    PLAIN_CONDUCT = "plain conduct"
    PRECAUTIONS = "failure of reasonable security precautions"


class Cause(StrEnum):
    """Whose doing it was; containment needs none, blame needs one of the first three."""

    OWN_ACT = "own-act"
    PERMITTED_USER = "permitted-user"
    CARELESS = "unauthorised-careless"
    CAREFUL = "unauthorised-careful"
    UNKNOWN = "unknown"


BLAME = frozenset({Cause.OWN_ACT, Cause.PERMITTED_USER, Cause.CARELESS})
"""Causes that are the customer's to answer for: the policy's section on third parties."""


class Measure(StrEnum):
    """What may be done; each has one level. Block and limit measures are aimed by a `Scope`."""

    RECORD = "record"
    INFORM = "inform"
    INFORM_DEADLINE = "inform-deadline"
    OFF_BOARD = "off-board"  # tell a critical customer by when to have moved
    BLOCK_PORT = "block-port"
    BLOCK_DESTINATION = "block-destination"
    LIMIT_RATE = "limit-rate"
    LIMIT_SMTP = "limit-smtp"
    HOLD_MAIL = "hold-mail"  # what an account sends waits at our relay, and goes out afterwards
    BLOCK_MAIL = "block-mail"  # what an account sends is refused by our relay
    BLOCK_INBOUND = "block-inbound"
    LIMIT_INBOUND = "limit-inbound"
    BLOCK_SPOOFED = "block-spoofed"  # BCP 38 (RFC 2827) at the port of one machine
    BLOCK_URL = "block-url"
    BLOCK_NAME = "block-name"
    ISOLATE = "isolate"
    SUSPEND_RESOURCE = "suspend-resource"
    SUSPEND_ACCOUNT = "suspend-account"
    TERMINATE = "terminate"  # hold the service for 30 days, then a person may end it
    END_SERVICE = "end-service"  # a person ends it: whoever holds it is told
    INTERCEPT = "intercept"
    INTERCEPT_MAIL = "intercept-mail"  # the same wait as `hold-mail`, for two people and a day


class Way(StrEnum):
    """Which packets of an address a measure is about."""

    OUT = "leaves"
    IN = "comes"
    BOTH = "leaves or comes"
    FOREIGN = "enters at its port under another's address"


class MeasureEntry(NamedTuple):
    """All that the rest goes by: the gate, the policy, agents, drivers and docs/drivers.md.

    `needs` are the fields of a scope that aim it: none may be blank and no other narrows it.
    `protocol` and `port` are the other side's (see `Scope`), `ports` the other side's where the
    measure itself names them. `aim` is how the claims of a case aim a person's (`casework.aim`),
    `scopes` what a rule may call its own; without any no rule may take it from L3 on.
    """

    level: Level
    does: str
    needs: tuple[str, ...] = ()
    way: Way | None = None  # None: it is about no packets
    aim: str = "none"
    scopes: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    protocols: tuple[str, ...] = ("tcp", "udp")


MEASURES: dict[Measure, MeasureEntry] = {
    Measure.RECORD: MeasureEntry(Level.L0, "it is written down", scopes=("none",)),
    Measure.INFORM: MeasureEntry(Level.L1, "the customer is told", scopes=("none",)),
    Measure.INFORM_DEADLINE: MeasureEntry(
        Level.L2, "the customer is asked to answer in time", scopes=("none",)
    ),
    Measure.OFF_BOARD: MeasureEntry(
        Level.L2, "a critical customer is told by when to have moved", scopes=("none",)
    ),
    Measure.BLOCK_PORT: MeasureEntry(
        Level.L3,
        "what leaves for one port of others is refused",
        ("address", "protocol", "port"),
        Way.OUT,
        aim="port",
        scopes=("port",),
    ),
    Measure.BLOCK_DESTINATION: MeasureEntry(
        Level.L3,
        "what leaves for one peer is refused",
        ("address", "destination"),
        Way.OUT,
        aim="destination",
        scopes=("destination",),
    ),
    Measure.LIMIT_RATE: MeasureEntry(
        Level.L3,
        "of what leaves, whatever exceeds a rate is dropped",
        ("address", "rate"),
        Way.OUT,
        aim="address",
        scopes=("rate", "port", "destination"),
    ),
    Measure.LIMIT_SMTP: MeasureEntry(
        Level.L3,
        "outgoing mail is refused",
        ("address",),
        Way.OUT,
        aim="mail",
        scopes=("port",),
        ports=(25, 465, 587),  # RFC 5321, RFC 8314 section 3.3, RFC 6409
        protocols=("tcp",),
    ),
    Measure.HOLD_MAIL: MeasureEntry(
        Level.L3, "what an account sends waits at our relay", ("account",)
    ),
    Measure.BLOCK_MAIL: MeasureEntry(
        Level.L3, "what an account sends is refused by our relay", ("account",)
    ),
    Measure.BLOCK_INBOUND: MeasureEntry(
        Level.L3,
        "what comes from one port of others is dropped",
        ("address", "protocol", "port"),
        Way.IN,
        aim="inbound-port",
        scopes=("port",),
    ),
    Measure.LIMIT_INBOUND: MeasureEntry(
        Level.L3,
        "of what comes of one protocol, whatever exceeds a rate is dropped",
        ("address", "protocol", "rate"),
        Way.IN,
        aim="inbound-rate",
        scopes=("rate",),
        protocols=("tcp", "udp", "icmp"),
    ),
    Measure.BLOCK_SPOOFED: MeasureEntry(
        Level.L3,
        "what it sends under addresses of others is dropped",
        ("address",),
        Way.FOREIGN,
        aim="resource",
        scopes=("resource",),
    ),
    Measure.BLOCK_URL: MeasureEntry(
        Level.L3, "one page is blocked", ("url",), aim="url", scopes=("url",)
    ),
    Measure.BLOCK_NAME: MeasureEntry(
        Level.L3, "one name is blocked", ("name",), aim="name", scopes=("name",)
    ),
    Measure.ISOLATE: MeasureEntry(
        Level.L4,
        "all traffic is dropped",
        ("address",),
        Way.BOTH,
        aim="resource",
        scopes=("resource",),
    ),
    Measure.SUSPEND_RESOURCE: MeasureEntry(Level.L5, "the resource stands still", aim="resource"),
    Measure.SUSPEND_ACCOUNT: MeasureEntry(Level.L6, "all that the account has stands still"),
    Measure.TERMINATE: MeasureEntry(Level.L7, "the service is on hold, then a person may end it"),
    Measure.END_SERVICE: MeasureEntry(Level.L7, "a person ends the service"),
    Measure.INTERCEPT: MeasureEntry(
        Level.X, "traffic is diverted", ("address", "destination"), aim="destination"
    ),
    Measure.INTERCEPT_MAIL: MeasureEntry(
        Level.X, "what an account sends is diverted into our relay's queue", ("account",)
    ),
}
LEVELS = {measure: entry.level for measure, entry in MEASURES.items()}
NEEDS = {measure: entry.needs for measure, entry in MEASURES.items() if entry.needs}
NETWORK = tuple(x for x, entry in MEASURES.items() if entry.way)  # what a router carries
# Measures on what leaves an address: each can be on some of its ports, or around it.
OUTGOING = frozenset(x for x in NETWORK if MEASURES[x].way in {Way.OUT, Way.BOTH})
# For the holder, against what comes at it: never a limit on what the holder itself sends.
PROTECTIVE = frozenset(x for x in NETWORK if MEASURES[x].way is Way.IN)
SLOWED = frozenset(x for x, needs in NEEDS.items() if "rate" in needs)
STOPPING = (OUTGOING | PROTECTIVE) - SLOWED  # what they are about does not pass at all
OF_AN_ACCOUNT = frozenset(x for x, needs in NEEDS.items() if "account" in needs)
NAMED = frozenset(x for x, needs in NEEDS.items() if {"url", "name"} & set(needs))
INTERCEPTING = frozenset(x for x, level in LEVELS.items() if level is Level.X)
RESTRICTING = frozenset(measure for measure, level in LEVELS.items() if level >= Level.L3)
SMTP_PORTS = MEASURES[Measure.LIMIT_SMTP].ports
HOLD = timedelta(days=30)  # a service is held so long, its data kept, before anybody may end it
CONFIRM = timedelta(days=7)  # after that, in which a person may; else it is back by itself
TAKE_BACK = timedelta(days=30)  # after the end, in which its data is kept and it can be taken back
RULE_HOURS = 24  # the longest measure of a rule that acts alone, at L3 and L4
LEAST_USABLE = 8_000  # bytes a second (64 kbit/s, one ISDN channel): below it nothing works


def level_of(measure: Measure, rate: int | None) -> Level:
    """How severe a measure is; a rate below which nothing works isolates in effect.

    >>> level_of(Measure.LIMIT_RATE, 125_000), level_of(Measure.LIMIT_RATE, 1)
    (<Level.L3: 3>, <Level.L4: 4>)
    """
    isolates = measure in SLOWED and rate is not None and rate < LEAST_USABLE
    return LEVELS[Measure.ISOLATE if isolates else measure]


PEOPLE_NEEDED: dict[Level, int] = {Level.L5: 1, Level.L6: 2, Level.L7: 2, Level.X: 2}
