"""Compares the claims of a complaint with our own flow records; the answer stands on the case."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.telemetry.collector.delivery_queue import deliver
from aupkeep.app.telemetry.complaints.compare import (
    LONGEST,
    ComplaintAnswer,
    ComplaintComparison,
    FlowEvidence,
    compare,
)
from aupkeep.app.telemetry.findings.hit_document import HitWithRows, write_hits
from aupkeep.app.telemetry.questions.explain import claims_named
from aupkeep.app.telemetry.questions.flows import history_of, milliseconds
from aupkeep.app.telemetry.tuning.effective_rules import DEFAULT, EffectiveRule
from aupkeep.model.actor import Actor
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.finding import Mode, Role
from aupkeep.model.roles import StaffAct
from aupkeep.model.subject import Endpoint
from aupkeep.store import cases
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, DetectorRule
from aupkeep.telemetry.history.history import FlowHistory, HistoryQuery
from aupkeep.telemetry.rows import FlowRecord, flow_record

SLACK = timedelta(seconds=120)  # a reporter's clock may be wrong by so much
AROUND = timedelta(minutes=10)  # in which its network must have been seen
MOST = 20_000  # flows looked at
KEPT = 200  # of them kept with a confirmation
CLAIMS = 50  # of one complaint
NOTHING = FlowEvidence(matching=(), kept=False, around=0, rate=None)
NETWORK = """
SELECT count(*) AS whole, count(*) FILTER (WHERE src_own OR dst_own) AS around,
  max(weight) FILTER (WHERE src_own OR dst_own) AS rate,
  coalesce(bool_and(sampled) FILTER (WHERE src_own OR dst_own), false) AS known
FROM flows WHERE started < {until:BIGINT} AND ended >= {since:BIGINT}
"""  # `own` is the address's network here
NEIGHBOURS = {4: 24, 6: 48}  # how long a prefix counts as an address's own network
DETECTOR = Detector(
    name="flow-check",
    version=1,
    kind="connection/port_scan",
    role=Role.OFFENDER,
    direction="out",
    says="Our own flow records show the traffic that somebody complained of.",
    defaults={},
    minimum="a flow to the peer complained of, or three to the port, at that time",
    cooldown=0,
    mode=Mode.PROPOSE,
    detect=lambda _view, _limits: (),
)
RULE = EffectiveRule(
    detector=DETECTOR, rule=DetectorRule(mode=Mode.PROPOSE), sources={"mode": DEFAULT}
)  # a person is asked: that traffic was real does not say whose will it was


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """What our records say of one claim; `missed` is the chance that sampling hid all of it."""

    case: str | None
    claim: str
    answer: ComplaintAnswer
    why: str
    flows: int
    packets: int
    sampling: int | None
    missed: float | None


def check(context: AppContext, name: str, person: str) -> list[CheckedClaim]:
    """Compare the complaints behind a case, a report or a claim with our own records.

    Each answer stands in the journal of its case. What is confirmed becomes a finding of our own
    with the rows; what is contradicted supports no rule any more. Raises `Missing`,
    `Forbidden`, `TooMany`.
    """
    actor = authorised(person, StaffAct.DECIDE)
    claims = [claim for claim in claims_named(name) if not claim.finding.source.own]
    if not claims:
        raise Missing(
            f"complaint: expected a case, report or claim from outside, found {name[:60]!r}"
        )
    history = history_of(context.home, context.settings)
    return [_checked(context, history, claim, actor) for claim in claims[-CLAIMS:]]


def _checked(context: AppContext, history: FlowHistory, claim: Claim, actor: Actor) -> CheckedClaim:
    records = _records(history, claim) if claim.finding.at else NOTHING
    comparison = compare(claim.finding, records)
    case = cases.of_claim(claim.id)
    checked = CheckedClaim(
        case=case.reference if case else None,
        claim=claim.id,
        answer=comparison.answer,
        why=f"{comparison.answer.value}: {comparison.why}",
        flows=comparison.rows,
        packets=comparison.packets,
        sampling=comparison.rate,
        missed=comparison.missed,
    )
    if case is not None:
        payload = as_json(checked)
        del payload["case"]
        record(context, entry(context, EntryType.CLAIM_CHECKED, actor, payload, case=case.id))
    if comparison.answer is ComplaintAnswer.CONFIRMED:
        deliver(context, write_hits(RULE, "", [_seen(claim, comparison, records)]))
    return checked


def _records(history: FlowHistory, claim: Claim) -> FlowEvidence:
    """What the history has around the claim's time."""
    ours, target = claim.finding.subject.address, claim.finding.target or Endpoint()
    if ours is None:
        return NOTHING
    slack = SLACK + timedelta(seconds=min(claim.finding.exact, LONGEST))
    since, until = milliseconds(claim.at - slack), milliseconds(claim.at + slack) + 1
    answer = history.flows(ours, since, until, limit=MOST, peer=target.address)
    flows = [flow_record(row, answer.exporters) for row in answer.rows]
    prefix = ip_network(f"{ours}/{NEIGHBOURS[ours.version]}", strict=False)
    wide = milliseconds(claim.at - AROUND), milliseconds(claim.at + AROUND)
    question = HistoryQuery(
        sql=NETWORK, since=wide[0], until=wide[1], own=[prefix], tables={},
        values={"since": wide[0], "until": wide[1]},
    )  # fmt: skip
    (seen,) = history.query(question).rows
    return FlowEvidence(
        matching=[flow for flow in flows if _matches(flow, str(ours), target)],
        kept=bool(seen["whole"]),
        around=int(seen["around"] or 0),
        rate=int(seen["rate"] or 1) if seen["known"] else None,
    )


def _matches(flow: FlowRecord, ours: str, target: Endpoint) -> bool:
    """Whether a flow left our address towards what the complaint names."""
    peer = target.address is None or flow.dst == str(target.address)
    return flow.src == ours and peer and target.port in (None, flow.dport)


def _seen(claim: Claim, comparison: ComplaintComparison, records: FlowEvidence) -> HitWithRows:
    """A confirmation as a finding of our own: of the same kind, with the rows."""
    finding, rows = claim.finding, records.matching
    target = finding.target or Endpoint()
    at = milliseconds(claim.at)
    if finding.subject.address is None:
        raise ValueError("a confirmation names an address")
    hit = DetectorHit(
        detector=DETECTOR.name,
        version=DETECTOR.version,
        kind=finding.kind,
        role=finding.role,
        address=finding.subject.address,
        at=at,
        until=at + 1000,
        evidence={
            "flows": comparison.rows,
            "packets": comparison.packets,
            "sampling": comparison.rate,
            "chance": None if comparison.missed is None else round(1 - comparison.missed, 4),
            "complaint": claim.id,
        },
        confidence=0.8,
        mode=Mode.PROPOSE,
        peer=target.address,
        port=target.port,
        transport=target.protocol,
    )
    return HitWithRows(hit=hit, flows=rows[-KEPT:])
