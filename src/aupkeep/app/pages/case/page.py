"""The case page: everything a person needs to decide, on one page."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.app.deciding.case_work import Whereabouts
from aupkeep.app.deciding.termination_record import TerminationRecord
from aupkeep.app.deciding.why_joined import JoinedClaim
from aupkeep.app.pages.case.reasons import CaseReasons
from aupkeep.app.pages.case.untold import UntoldNote
from aupkeep.app.pages.layout.page import PageHeader, TextPart, Urgency
from aupkeep.app.pages.traffic.page import TrafficPicture
from aupkeep.model.action import ActionState
from aupkeep.model.case import AnswerKind, CaseState, Judgement, Outcome
from aupkeep.model.clause import Clause
from aupkeep.model.holding import Candidate
from aupkeep.model.ladder import Evidence, Level, Measure
from aupkeep.model.probe import ProbeResult
from aupkeep.model.retention import RetentionClock
from aupkeep.model.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One piece of evidence with the source's own text.

    `parts` joined is the text shown; `cut` True when it is a part of a longer source. `exact` is
    ± seconds of `at`; `authentication` says what proves the sender ("DKIM and DMARC pass for
    cert.example"); `confidence` 0 to 1; `digest` is the SHA-256 of the raw bytes in hex. `details`
    are names and values of what the source said besides, of the newest claim. `accused_sees` are
    the lines that the accused reads in its place, in `accused_language`.
    """

    id: str
    at: datetime | None
    exact: float
    received_at: datetime
    source: str
    authentication: str
    proven: bool
    says: str
    confidence: float
    parts: tuple[TextPart, ...]
    cut: bool
    digest: str
    source_id: str = ""  # of its page, "" where nobody is on record
    standing: str = ""  # its track record in words, and a lane that is not the usual one
    withdrawn: str = ""  # why its reporter no longer claims it, "" while it stands
    details: tuple[tuple[str, str], ...] = ()
    accused_sees: tuple[str, ...] = ()
    accused_language: str = "en"
    joined: JoinedClaim | None = None  # why its first claim is in the case


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who held the subject at a moment, with the proof.

    `answer` is held, not-ours, unknown or disputed; the rest is "" unless held, `candidates`
    are given when disputed. `start` to `end` is the assignment's interval, half-open.
    """

    asked_at: datetime
    answer: str
    customer: str = ""
    name: str = ""
    resource: str = ""
    assignment: str = ""
    site: str = ""
    start: datetime | None = None
    end: datetime | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureChoice:
    """A measure a person may choose: what it does, what else it touches, for how long at most.

    `rate` is the suggested bytes a second of a rate limit, 0 of anything else.
    `people` is how many different people it takes; `barred` says why it cannot be chosen now, ""
    when it can. `hours` is the usual length, `most` the longest; both 0 where nothing is limited.
    """

    measure: Measure
    level: Level
    title: str
    touches: str
    hours: int = 0
    most: int = 0
    rate: int = 0
    people: int = 1
    barred: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProposal:
    """What the policy proposes: the measure, the rule behind it, and its reasons as a draft."""

    measure: Measure
    title: str
    touches: str
    hours: int
    rule: str
    policy: str
    why: tuple[str, ...]  # the rule's conditions as sentences, as evaluated
    draft: str
    alone: str  # why the rule did or did not act alone


class LadderStepState(StrEnum):
    """Where this case is on the ladder of measures, seen from one level."""

    PAST = "past"
    NOW = "now"
    DECIDED = "decided"  # not in force: waits, or the driver only records it
    PROPOSED = "proposed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One level of the ladder of measures."""

    level: Level
    title: str
    state: LadderStepState


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAction:
    """An action with its proof; `undoable` False once it is lifted, expired or failed.

    `touches` says of a failed one what was wanted; `proof_head` says what the proof is.
    """

    id: str
    title: str
    touches: str
    level: Level
    driver: str
    target: str
    state: ActionState
    became: str  # the state as words tell it, `Action.became`
    recorded: bool  # written down alone: it limits nobody, and never did
    starts: datetime
    until: datetime
    by: str
    reasons: str
    proof: str | None
    proof_head: str
    undoable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDecision:
    """A decision that waits for a second person; `barred` says why the viewer may not be it."""

    id: str
    title: str
    touches: str
    level: Level
    hours: int
    by: str
    at: datetime
    reasons: str
    barred: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswer:
    """What the customer answered; `parts` are its words with quotes and signature marked.

    `yours` is False for an appeal that somebody else reads. `stops` while it stops a step up the
    ladder, `holds` while it is an appeal that nobody has judged.
    """

    id: str
    kind: AnswerKind
    text: str
    at: datetime
    read_at: datetime | None = None
    read_by: str = ""
    parts: tuple[TextPart, ...] = ()
    judged: Judgement | None = None
    judged_at: datetime | None = None
    yours: bool = True
    stops: bool = False
    holds: bool = False
    reseller: str = ""  # who answered for the customer


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealToJudge:
    """An appeal that nobody has judged; `judge` is "" where nobody may, `yours` the viewer's own.

    `refused` once its judge has said no, which waits for a second person. `others` are the ids and
    names of whom it may be handed over to, `takes` whether the viewer may take it over.
    """

    id: str
    text: str
    at: datetime
    until: datetime
    judge: str
    yours: bool
    refused: bool
    others: tuple[tuple[str, str], ...] = ()
    takes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotice:
    """A notice: to whom, in which words, whether it left; `proof` of one to the customer.

    `within` is the digest that tells it (`Notice.within`).
    """

    party: str
    title: str
    text: str
    language: str
    made_at: datetime
    sent_at: datetime | None = None
    failure: str = ""
    proof: str = ""
    within: str = ""
    names_reporter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalEntry:
    """The gate or a driver refused; `invariant` is its number or None."""

    at: datetime
    what: str
    reason: str
    invariant: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One journal entry in words; `index` is its leaf in the log."""

    at: datetime
    index: int
    who: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSummary:
    """The customer as the desk needs it: `contact` is masked, `tags` may hold protected."""

    id: str
    name: str
    since: datetime | None
    contact: str
    language: str
    earlier: str  # "1 earlier case, solved in 5 h"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionNote:
    """A record under this case that was corrected; `settled` is "" while a person has to look.

    `doubted` of `claims` pieces of evidence count no more.
    """

    at: datetime
    why: str
    claims: int
    doubted: int
    decisions: int
    notices: int
    settled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedPlace:
    """A place of the case that can be tested, and why not; "" where it can."""

    says: str
    place: str
    barred: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProbe:
    """One test: who asked, and what was seen; nothing yet where it is not `done`."""

    at: datetime
    asked: str
    done: bool
    results: tuple[ProbeResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProbes:
    """Whether the harm is still there; `waits` while a test is under way."""

    places: tuple[ProbedPlace, ...] = ()
    waits: bool = False
    probes: tuple[CaseProbe, ...] = ()

    @property
    def offered(self) -> bool:
        """Whether any place can be tested."""
        return any(not place.barred for place in self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """`sentence` says who did what, how much and when; `sure` how sure we are and why.

    `seen` is an opaque mark of what this page showed; it comes back with a decision, so that two
    people never overwrite each other. `level_why` explains the evidence level in one sentence.
    `picture` is the traffic of a case that a detector is a witness in, None for any other.
    `protects` is True where the customer is attacked: it is protected, and no fault is found.
    `undo_barred` says who may undo to a person who may not.
    """

    header: PageHeader
    reference: str
    title: str
    urgency: Urgency
    state: CaseState
    outcome: Outcome | None
    sentence: str
    sure: str
    opened_at: datetime
    deadline_at: datetime | None
    level: Evidence
    level_why: str
    clause: Clause
    holder_then: Holder
    holder_now: Holder
    customer: CustomerSummary | None
    evidence: tuple[EvidenceItem, ...]
    ladder: tuple[LadderStep, ...]
    offers: tuple[MeasureChoice, ...]
    seen: str
    protects: bool = False
    proposal: RuleProposal | None = None
    next_step: str = ""  # as the queue says it
    picture: TrafficPicture | None = None
    pending: tuple[PendingDecision, ...] = ()
    actions: tuple[CaseAction, ...] = ()
    undo_barred: str = ""
    answers: tuple[CaseAnswer, ...] = ()
    appeal: AppealToJudge | None = None
    notices: tuple[CaseNotice, ...] = ()
    refusals: tuple[RefusalEntry, ...] = ()
    assignee: str | None = None
    whereabouts: Whereabouts | None = None  # of who works on it, where they are not here
    snoozed_until: datetime | None = None
    following: str = ""  # the next case of the queue that needs a person, "" for none
    ticket_system: str = ""  # to which its mail can be handed over
    tickets: tuple[Ticket, ...] = ()  # what was handed over to it
    timeline: tuple[TimelineLine, ...] = ()
    corrections: tuple[CorrectionNote, ...] = ()
    reasons: CaseReasons = field(default_factory=CaseReasons)
    untold: UntoldNote | None = None
    kept: RetentionClock | None = None
    termination: TerminationRecord | None = None
    probed: CaseProbes = field(default_factory=CaseProbes)

    @property
    def standing(self) -> bool:
        """Whether a measure of this case stands, or is on its way."""
        return any(action.undoable for action in self.actions)
