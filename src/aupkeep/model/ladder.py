"""The ladder of measures, the evidence levels, the standards and the causes (DESIGN: Deciding)."""

from datetime import timedelta
from enum import IntEnum, StrEnum


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
    BLOCK_URL = "block-url"
    BLOCK_NAME = "block-name"
    ISOLATE = "isolate"
    SUSPEND_RESOURCE = "suspend-resource"
    SUSPEND_ACCOUNT = "suspend-account"
    TERMINATE = "terminate"  # hold the service for 30 days, then a person may end it
    END_SERVICE = "end-service"  # a person ends it: whoever holds it is told
    INTERCEPT = "intercept"


LEVELS: dict[Measure, Level] = {
    Measure.RECORD: Level.L0,
    Measure.INFORM: Level.L1,
    Measure.INFORM_DEADLINE: Level.L2,
    Measure.OFF_BOARD: Level.L2,
    Measure.BLOCK_PORT: Level.L3,
    Measure.BLOCK_DESTINATION: Level.L3,
    Measure.LIMIT_RATE: Level.L3,
    Measure.LIMIT_SMTP: Level.L3,
    Measure.HOLD_MAIL: Level.L3,
    Measure.BLOCK_MAIL: Level.L3,
    Measure.BLOCK_INBOUND: Level.L3,
    Measure.LIMIT_INBOUND: Level.L3,
    Measure.BLOCK_URL: Level.L3,
    Measure.BLOCK_NAME: Level.L3,
    Measure.ISOLATE: Level.L4,
    Measure.SUSPEND_RESOURCE: Level.L5,
    Measure.SUSPEND_ACCOUNT: Level.L6,
    Measure.TERMINATE: Level.L7,
    Measure.END_SERVICE: Level.L7,
    Measure.INTERCEPT: Level.X,
}
HOLD = timedelta(days=30)  # a service is held so long, its data kept, before anybody may end it
CONFIRM = timedelta(days=7)  # after that, in which a person may; else it is back by itself
TAKE_BACK = timedelta(days=30)  # after the end, in which its data is kept and it can be taken back
SLOWED = frozenset({Measure.LIMIT_RATE, Measure.LIMIT_INBOUND})  # measures that have a rate
LEAST_USABLE = 8_000  # bytes a second (64 kbit/s, one ISDN channel): below it nothing works


def level_of(measure: Measure, rate: int | None) -> Level:
    """How severe a measure is; a rate below which nothing works isolates in effect.

    >>> level_of(Measure.LIMIT_RATE, 125_000), level_of(Measure.LIMIT_RATE, 1)
    (<Level.L3: 3>, <Level.L4: 4>)
    """
    isolates = measure in SLOWED and rate is not None and rate < LEAST_USABLE
    return LEVELS[Measure.ISOLATE if isolates else measure]


OF_AN_ACCOUNT = frozenset({Measure.HOLD_MAIL, Measure.BLOCK_MAIL})  # people name it, no rule does
# For the holder, against what comes at it: never a limit on what the holder itself sends.
PROTECTIVE = frozenset({Measure.BLOCK_INBOUND, Measure.LIMIT_INBOUND})
PEOPLE_NEEDED: dict[Level, int] = {Level.L5: 1, Level.L6: 2, Level.L7: 2, Level.X: 2}
