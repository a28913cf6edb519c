"""The accused customer's page by link: only their own values come here (invariant 10)."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.case import AnswerKind, Judgement, Outcome
from aupkeep.model.clause import Clause
from aupkeep.model.probe import ProbeOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvidence:
    """A piece of evidence: lines built from values that are the accused's own."""

    at: datetime | None
    exact: float
    says: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInForce:
    """A measure in force: `title` in the reader's language; it ends by itself at `until`.

    What is `held`, nobody ends before; what has `ended` can be taken back until then.
    """

    title: str
    since: datetime
    until: datetime
    reasons: str = ""
    held: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReasons:
    """The statement of reasons of a decision as rows of (field, words), in the page's language."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAnswer:
    """What the customer has already answered."""

    kind: AnswerKind
    text: str
    at: datetime
    read_at: datetime | None = None
    judged: Judgement | None = None  # of an appeal; `why` are the reasons of who judged it
    why: str = ""
    stops: bool = False  # while it is unread, no step up the ladder (invariant 3)
    holds: bool = False  # an appeal that nobody has judged
    below: bool = False  # their reseller answered for them


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProbe:
    """What a test saw at one place of theirs; `place` are values of their own.

    `probe` names the kind, `port` is the service or where the traffic went, None for a page.
    """

    probe: str
    place: str
    port: int | None
    outcome: ProbeOutcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProbes:
    """The customer's "test again": `once` is for one POST; `waits` while a test is under way."""

    once: str
    offered: bool = False
    waits: bool = False
    seen: tuple[OwnProbe, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPreference:
    """Whether the customer wants mail about a kind while nothing is asked of it or limited."""

    kind: str
    title: str
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmailedPage:
    """Another page of the customer's, of which no mail told: the token opens it."""

    reference: str
    title: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """All texts are in `language`; the page adds headings, answers and times.

    `title` and `what` say it plainly ("Your server vm-4 tries passwords on other machines");
    `works` says what is *not* limited; `fix` are steps. `zone` is the IANA zone in which times
    are shown beside UTC. `once` is a single-use token for one POST; a GET makes none, it is
    derived. `limits_lifted` are titles of measures already lifted.
    """

    now: datetime
    language: str
    languages: tuple[str, ...]
    operator: str
    contact: str
    footer: tuple[str, ...]
    policy_url: str
    logo: bool
    reference: str
    resource: str
    title: str
    what: tuple[str, ...]
    clause: Clause
    evidence: tuple[OwnEvidence, ...]
    limits: tuple[MeasureInForce, ...]
    works: str
    fix: tuple[str, ...]
    decided_by: str
    once: str
    link_until: datetime
    zone: str = "UTC"
    deadline_at: datetime | None = None
    skipped: tuple[str, ...] = ()
    answers: tuple[CustomerAnswer, ...] = ()
    lifted: tuple[str, ...] = ()
    left: bool = False  # of what was lifted, something is as limited as before it
    outcome: Outcome | None = None  # not None = the case is closed
    appealable: bool = True
    recorded: bool = False  # a measure was decided and nothing carries it out
    attacked: bool = False  # the customer is protected, and no rule is broken
    probes: OwnProbes | None = None
    strike_until: datetime | None = None  # the case counts as a breach until then
    mail: tuple[MailPreference, ...] = ()
    unmailed: tuple[UnmailedPage, ...] = ()
    reasons: tuple[CustomerReasons, ...] = ()  # of what limits now, or of the last word
