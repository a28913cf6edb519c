"""The spoof check: a complaint's claims against our own flow records; the answer is on the case."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.telemetry.collector.delivery_queue import deliver
from aupkeep.app.telemetry.complaints.compare import LONGEST, Answer, Compared, Records, compare
from aupkeep.app.telemetry.findings.hit_document import Seen, write_hits
from aupkeep.app.telemetry.questions.explain import claims_named
from aupkeep.app.telemetry.questions.flows import history_of, milliseconds
from aupkeep.app.telemetry.tuning.effective_rules import DEFAULT, Standing
from aupkeep.casework.evidence_level import OWN
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.finding import Mode, Role
from aupkeep.model.subject import Endpoint
from aupkeep.store import cases
from aupkeep.telemetry.detect.detector import Detector, Hit, Rule
from aupkeep.telemetry.history.history import History, Question
from aupkeep.telemetry.rows import to_json

SLACK = timedelta(seconds=120)  # a reporter's clock may be wrong by so much
AROUND = timedelta(minutes=10)  # in which its network must have been seen
MOST = 20_000  # flows looked at
KEPT = 200  # of them kept with a confirmation
CLAIMS = 50  # of one complaint
NOTHING = Records(matching=(), kept=False, around=0, rate=None)
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
    look=lambda _view, _limits: (),
)
STANDS = Standing(
    detector=DETECTOR, rule=Rule(mode=Mode.PROPOSE), sources={"mode": DEFAULT}
)  # a person is asked: that traffic was real does not say whose will it was


def check(context: AppContext, name: str, person: str) -> list[dict[str, Any]]:
    """Compare the complaints behind a case, a report or a claim with our own records.

    Each answer stands in the journal of its case. What is confirmed becomes a finding of our own
    with the rows; what is contradicted supports no rule any more. Raises `Missing`, `TooMany`.
    """
    claims = [one for one in claims_named(name) if not one.finding.source.startswith(OWN)]
    if not claims:
        raise Missing(
            f"complaint: expected a case, report or claim from outside, found {name[:60]!r}"
        )
    history = history_of(context.home, context.settings)
    return [_checked(context, history, one, person) for one in claims[-CLAIMS:]]


def _checked(context: AppContext, history: History, claim: Claim, person: str) -> dict[str, Any]:
    records = _records(history, claim) if claim.finding.at else NOTHING
    found = compare(claim.finding, records)
    case = cases.of_claim(claim.id)
    told = {
        "claim": claim.id,
        "answer": found.answer.value,
        "why": f"{found.answer.value}: {found.why}",
        "flows": found.rows,
        "packets": found.packets,
        "sampling": found.rate,
        "missed": found.missed,
    }
    if case is not None:
        actor = Actor(kind=ActorKind.PERSON, id=person, name=person)
        record(context, entry(context, EntryType.CLAIM_CHECKED, actor, told, case=case.id))
    if found.answer is Answer.CONFIRMED:
        deliver(context, write_hits(STANDS, "", [_seen(claim, found, records)]))
    return {"case": case.reference if case else None, **told}


def _records(history: History, claim: Claim) -> Records:
    """What the history has around the claim's time."""
    ours, target = claim.finding.subject.address, claim.finding.target or Endpoint()
    if ours is None:
        return NOTHING
    slack = SLACK + timedelta(seconds=min(claim.finding.exact, LONGEST))
    since, until = milliseconds(claim.at - slack), milliseconds(claim.at + slack) + 1
    found = history.flows(ours, since, until, limit=MOST, peer=target.address)
    rows = [to_json(row, found.exporters) for row in found.rows]
    prefix = ip_network(f"{ours}/{NEIGHBOURS[ours.version]}", strict=False)
    wide = milliseconds(claim.at - AROUND), milliseconds(claim.at + AROUND)
    question = Question(
        sql=NETWORK, since=wide[0], until=wide[1], own=[prefix], tables={},
        values={"since": wide[0], "until": wide[1]},
    )  # fmt: skip
    (seen,) = history.query(question).rows
    return Records(
        matching=[row for row in rows if _matches(row, str(ours), target)],
        kept=bool(seen["whole"]),
        around=int(seen["around"] or 0),
        rate=int(seen["rate"] or 1) if seen["known"] else None,
    )


def _matches(row: Mapping[str, Any], ours: str, target: Endpoint) -> bool:
    """Whether a row left our address towards what the complaint names."""
    peer = target.address is None or row["dst"] == str(target.address)
    return row["src"] == ours and peer and target.port in (None, row["dport"])


def _seen(claim: Claim, found: Compared, records: Records) -> Seen:
    """A confirmation as a finding of our own: of the same kind, with the rows."""
    finding, rows = claim.finding, records.matching
    target = finding.target or Endpoint()
    at = milliseconds(claim.at)
    if finding.subject.address is None:
        raise ValueError("a confirmation names an address")
    hit = Hit(
        detector=DETECTOR.name,
        version=DETECTOR.version,
        kind=finding.kind,
        role=finding.role,
        address=finding.subject.address,
        at=at,
        until=at + 1000,
        evidence={
            "flows": found.rows,
            "packets": found.packets,
            "sampling": found.rate,
            "chance": None if found.missed is None else round(1 - found.missed, 4),
            "complaint": claim.id,
        },
        confidence=0.8,
        mode=Mode.PROPOSE,
        peer=target.address,
        port=target.port,
        transport=target.protocol,
    )
    return Seen(hit=hit, flows=rows[-KEPT:])
