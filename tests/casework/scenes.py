"""One scene for all tests of casework: logins tried from 198.51.100.7, port 22, and who may act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from zlib import crc32

from aupkeep.casework.breaker import AutomationCount
from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.facts import facts_of
from aupkeep.casework.gate_checks import GateRequest
from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import Proposal, aim
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState, Claim, Incident
from aupkeep.model.clause import CLAUSE_STANDARDS, Clause
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.decision import Refused, Scope, Versions
from aupkeep.model.facts import Facts
from aupkeep.model.finding import Finding, Role
from aupkeep.model.holding import Held
from aupkeep.model.ladder import Cause, Evidence, Measure
from aupkeep.model.origin import parse_origin
from aupkeep.model.subject import Endpoint, Subject

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADDRESS, PEER, OTHER = (ip_address(f"198.51.100.{last}") for last in (7, 200, 8))
HOLDS = (ip_network("198.51.100.7/32"), ip_network("198.51.100.9/32"))
RULE = Actor(kind=ActorKind.RULE, id="intrusion-block-port@1")
KARI = Actor(kind=ActorKind.PERSON, id="kari")
OLA = Actor(kind=ActorKind.PERSON, id="ola")
CUSTOMER = Customer(
    id="c1", name="Customer", contacts=(Contact(address="abuse@c1.example"),), since=NOW - 30 * HOUR
)
VERSIONS = Versions(detector="arf/1", rule="intrusion-block-port", policy="p1", attribution="a1")
HELD = Held(customer="c1", resource="vm1", assignment="as1", start=NOW - 900 * HOUR, end=None)
CLAUSE = Clause(
    id="intrusion",
    title="Intrusion",
    text="You do not enter others' systems.",
    document="AUP",
    version="1",
    anchor="#4",
    standard=CLAUSE_STANDARDS["intrusion"],
)
CASE = Case(
    id="case1",
    reference="K7QF-2M9X",
    customer="c1",
    resource="vm1",
    clause="intrusion",
    kind="connection/login_attack",
    state=CaseState.OPEN,
    level=Evidence.E2,
    opened_at=NOW - HOUR,
    changed_at=NOW - HOUR,
)
SSH = Endpoint(address=PEER, port=22, protocol="tcp")


def claim(name="1", *, source="mail:reporter.example", at=None, held=HELD, **finding):
    """A claim that logins were tried, changed as asked; each name saw another second of it."""
    later = 0 if name == "1" else crc32(f"{name} {source}".encode()) % 600
    at = at or NOW - HOUR - timedelta(seconds=later)
    fields = {
        "kind": CASE.kind,
        "rsit": "intrusion-attempts:brute-force",
        "role": Role.OFFENDER,
        "subject": Subject(address=ADDRESS),
        "at": at,
        "exact": 1.0,
        "source": parse_origin(source),
        "confidence": 0.9,
        "target": SSH,
    }
    report = None if source.startswith("detector:") else f"report {name}"
    made = Finding(**(fields | finding))
    return Claim(id=f"claim {name}", report=report, finding=made, held=held, at=at)


CLAIMS = (claim("1"), claim("2", source="detector:logins"))
INPUTS = DecisionInputs(
    frozen=False,
    listen=False,
    count=AutomationCount(customers=1000),
    claims=CLAIMS,
    holds_now=HOLDS,
    harm_in_progress=True,
    permission_live=False,
    resource_count=1,
    resource_shared=False,
    intercepts=True,
)
INCIDENT = Incident(
    id="i1",
    case="case1",
    kind=CASE.kind,
    customer="c1",
    resource="vm1",
    first_at=NOW - HOUR,
    last_at=NOW - HOUR,
    events=2,
    sources=(),
    level=Evidence.E2,
)
HOURS = {Measure.RECORD: None, Measure.INFORM: None, Measure.INFORM_DEADLINE: None}
HOURS |= {Measure.TERMINATE: 720.0}
NARROW = {
    Measure.BLOCK_PORT: aim("port", CASE, CLAIMS),
    Measure.BLOCK_DESTINATION: aim("destination", CASE, CLAIMS),
    Measure.LIMIT_RATE: replace(aim("address", CASE, CLAIMS), rate=1000),
    Measure.LIMIT_SMTP: aim("mail", CASE, CLAIMS),
    Measure.BLOCK_URL: Scope(customer="c1", resource="vm1", url="https://a.example/x"),
    Measure.BLOCK_NAME: Scope(customer="c1", resource="vm1", name="a.example"),
    Measure.HOLD_MAIL: Scope(customer="c1", resource="vm1", account="c1", note="its sign-in"),
    Measure.BLOCK_MAIL: Scope(customer="c1", resource="vm1", account="c1", note="its sign-in"),
    Measure.BLOCK_SPOOFED: aim("resource", CASE, CLAIMS),
    Measure.ISOLATE: aim("resource", CASE, CLAIMS),
    Measure.INTERCEPT: replace(aim("destination", CASE, CLAIMS)),
    Measure.INTERCEPT_MAIL: Scope(customer="c1", resource="vm1", account="c1", note="its sign-in"),
}


def proposal(measure=Measure.BLOCK_PORT, **changes):
    """A proposal that the gate lets through, for a measure, changed as asked."""
    fields = {
        "case": CASE,
        "clause": CLAUSE,
        "measure": measure,
        "scope": NARROW.get(measure, Scope(customer="c1", resource="vm1")),
        "hours": HOURS.get(measure, 24.0),
        "versions": VERSIONS,
        "reasons": "Forty tries in a minute, seen by us.",
        "cause": Cause.OWN_ACT if measure is Measure.TERMINATE else Cause.UNKNOWN,
    }
    return Proposal(**(fields | changes))


def facts(inputs=INPUTS, customer=CUSTOMER, case=CASE):
    """What is known in this scene."""
    return facts_of(case, [INCIDENT], inputs.claims, customer, inputs, now=NOW)


def ask(wanted=None, people=(RULE,), inputs=INPUTS, *, known=None, name="d1", **changes):
    """Ask the gate, in the scene with `inputs` changed as asked."""
    there = replace(inputs, **changes)
    wanted = wanted or proposal()
    return permit(wanted, people, known or facts(there), there, id=name, now=NOW)


def request(measure=Measure.BLOCK_PORT, people=(RULE,), known=None, wanted=None, **changes):
    """A question to one condition: proposal, people, inputs changed, facts changed."""
    there = replace(INPUTS, **changes)
    values = {**facts(there).values, **(known or {})}
    return GateRequest(
        proposal=proposal(measure, **(wanted or {})),
        people=people,
        facts=Facts({name: value for name, value in values.items() if value is not None}),
        inputs=there,
        now=NOW,
    )


def no(reason, invariant=None):
    """A refusal by the invariant of that number."""
    return Refused(reason=reason, invariant=invariant)


def answer(name="1", *, at=NOW, kind=AnswerKind.FIXED, read_at=None):
    """An answer of the customer."""
    return Answer(id=name, case=CASE.id, kind=kind, text="done", at=at, read_at=read_at)
