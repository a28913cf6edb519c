"""One full record of each kind with a table, each field set, parents first."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.model.approval import Approval
from aupkeep.model.case import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Claim,
    Incident,
    Judgement,
    Outcome,
)
from aupkeep.model.clearance import Clearance
from aupkeep.model.correspondence import DeliveryFailure, FailureReason, MailMeaning
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.decision import Decision, PortRange, Scope, Versions
from aupkeep.model.export_request import ExportRequest
from aupkeep.model.facts import Facts
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.flag import Flag
from aupkeep.model.grant import GrantKind, GrantQuestion, UnderGrant
from aupkeep.model.holding import Assignment, Held, OwnSpace
from aupkeep.model.idempotency_key import IdempotencyKey
from aupkeep.model.ladder import Cause, Evidence, Level, Measure, Standard
from aupkeep.model.link import Link, LinkKind
from aupkeep.model.name import NameRecord, NameType
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.model.origin import parse_origin
from aupkeep.model.permission import Permission
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Authentication, Reading, RejectedRow, Report, Verdict
from aupkeep.model.report import ReadingOutcome as Read
from aupkeep.model.ruling import TraceStep
from aupkeep.model.source import ClaimVerdict, Lane, Source
from aupkeep.model.staff import RecordSetter, StaffMember
from aupkeep.model.strike import Strike, StrikeTier
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.model.threshold import Threshold
from aupkeep.model.token import Token
from store import reasons
from store.hosted import HOSTED_NAME
from store.sample_letters import ABSENCE, FILING, GRANT, INQUIRY, SAVED_VIEW, TICKET, WEBHOOK

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
KARI = Actor(kind=ActorKind.PERSON, id="kari@desk.example", name="Kari")
VERSIONS = Versions(detector="arf/1", rule="intrusion-1", policy="ab" * 32, attribution="a1")
SCOPE = Scope(
    customer="c1",
    resource="vm-1",
    address=ip_address("2001:db8::7"),
    protocol="tcp",
    port=22,
    destination=ip_address("203.0.113.5"),
    rate=1000,
    note="not narrower",
    source_ports=PortRange(1024, 2047),
    prefix_length=64,
)
FINDING = Finding(
    kind="connection/login_attack",
    rsit="intrusion-attempts:brute-force",
    role=Role.OFFENDER,
    subject=Subject(address=ip_address("192.0.2.7"), port=22, url="http://x.example/\x00\ud800"),
    at=NOW,
    exact=1.5,
    source=parse_origin("mail:cert.example"),
    confidence=0.75,
    target=Endpoint(address=ip_address("2001:db8::9"), port=22, protocol="tcp"),
    count=1 << 70,
    maker="arf/1",
    offsets={"address": Offset(1, 20, 29)},
    transport="tcp",
    details={"infection": "\x00 example \ud800"},
    site="oslo",
)
READING = Reading(
    outcome=Read.PARSED,
    reason="because",
    container="arf",
    reporter="abuse@cert.example",
    reporter_name="CERT \x00",
    title="Blåbær \ud800",
    sent_at=NOW,
    message_id="<1@cert.example>",
    reply_to="K7QF-2M9X",
    authentication=Authentication(dkim=Verdict.PASS, identity="cert.example"),
    findings=(FINDING,),
    dead=(RejectedRow(row=3, reason="no time"),),
    parts=("a text", "with \x00 and \ud800"),
    headers={"auto-submitted": "no"},
    profile="example-cert",
    quoted=(Offset(1, 2, 4),),
    signed=(Offset(1, 5, 8),),
    failures=(
        DeliveryFailure(
            recipient="gone@customer.example",
            reason=FailureReason.MAILBOX_FULL,
            status="5.2.2",
            permanent=True,
            why="full \x00",
        ),
    ),
    meaning=MailMeaning.RETRACTION,
)
HELD = Held(customer="c1", resource="vm-1", assignment="a1", start=NOW, end=LATER)

CUSTOMER = Customer(
    id="c1",
    name="Ann",
    contacts=(Contact(address="abuse@customer.example", role="owner", language="nb"),),
    brand="blue",
    tier="gold",
    parent="c0",
    external_id="77",
    tags=frozenset({"protected", "vip"}),
    since=NOW,
    bare=True,
    zone="Europe/Oslo",
    opted_out=frozenset({"vulnerability/cve"}),
)
ASSIGNMENT = Assignment(
    id="a1",
    site="main",
    prefix=ip_network("2001:db8::/64"),
    port_from=1,
    port_to=1023,
    customer="c1",
    resource="vm-1",
    start=NOW,
    end=LATER,
    known_from=NOW,
    known_until=LATER,
    source="api",
    router=True,
    precedence=-3,
)
RAW = Raw(
    id="r1",
    digest="d" * 64,
    size=4,
    channel=Channel.LMTP,
    received_at=NOW,
    peer="192.0.2.9",
    helo="mx.example",
    sender="a@mx.example",
    recipients=("abuse@provider.example",),
    key="k1",
    token="t1",
    site="oslo",
)
REPORT = Report(
    id="p1",
    raw="r1",
    at=NOW,
    reading=READING,
    inbox_reason="unattributed",
    done_at=LATER,
    source="mail:cert.example",
    judged=ClaimVerdict.UNFOUNDED,
    judged_at=LATER,
)
SOURCE = Source(
    id="s1",
    key="mail:cert.example",
    first_at=NOW,
    address="abuse@cert.example",
    lane=Lane.SLOW,
    until=LATER,
    step_at=NOW,
    by="ann@provider.example",
    reasons="eleven of twelve",
    warned_at=NOW,
    warning="n1",
    trusted_until=LATER,
    trusted_by="bob@provider.example",
    trusted_reasons="a national body",
)
CASE = Case(
    id="k1",
    reference="K7QF-2M9X",
    customer="c1",
    resource="vm-1",
    clause="intrusion",
    kind="connection/login_attack",
    state=CaseState.CLOSED,
    level=Evidence.E2,
    opened_at=NOW,
    changed_at=LATER,
    deadline_at=LATER,
    events=7,
    cause=Cause.CARELESS,
    outcome=Outcome.FIXED,
    strikes=1,
    confirms=False,
    assignee="kari@desk.example",
    snoozed_until=LATER,
    handled_at=NOW,
)
INCIDENT = Incident(
    id="i1",
    case="k1",
    kind="connection/login_attack",
    customer="c1",
    resource="vm-1",
    first_at=NOW,
    last_at=LATER,
    events=7,
    sources=("detector:ssh", "mail:cert.example"),
    level=Evidence.E2,
)
CLAIM = Claim(
    id="f1",
    report="p1",
    finding=FINDING,
    held=HELD,
    at=NOW,
    incident="i1",
    marks=("line:00ff", "id:\ud800"),
)
ANSWER = Answer(
    id="w1", case="k1", kind=AnswerKind.APPEAL, text="No", at=NOW, read_at=LATER, read_by="kari",
    assigned_to="kari", judged_at=LATER, judged=Judgement.GRANTED,
    reseller="grove",
)  # fmt: skip
DECISION = Decision(
    id="e1",
    case="k1",
    clause="intrusion",
    clause_text="You must not.",
    document="AUP",
    document_version="3",
    standard=Standard.PLAIN_CONDUCT,
    evidence=Evidence.E2,
    level=Level.L3,
    measure=Measure.BLOCK_PORT,
    scope=SCOPE,
    starts=NOW,
    ends=LATER,
    author=KARI,
    approvers=(SYSTEM,),
    reasons="logins",
    facts=Facts({"a.flag": True, "a.list": ("x", "y"), "a.number": 1.5, "a.count": 3}),
    trace=(
        TraceStep(rule="r", part="when", text="a", result=None, read=(("a", ("x",)), ("b", None))),
    ),
    versions=VERSIONS,
    cause=Cause.OWN_ACT,
    reverses="e0",
    break_glass=True,
    runbook="flood",
    judges="e00",
    under=UnderGrant(
        grant="g1",
        before=1,
        question=GrantQuestion(
            kind=GrantKind.ACT, case="k1", rule="intrusion-block-port", targets=("edge-1",),
            addresses=(ip_address("192.0.2.7"),), tier="gold", tags=frozenset({"friend"}),
        ),
    ), answer_hours=36.5,
)  # fmt: skip
ACTION = Action(
    id="x1",
    decision="e1",
    case="k1",
    reference="K7QF-2M9X",
    driver="nftables",
    target="main",
    level=Level.L3,
    measure=Measure.BLOCK_PORT,
    scope=SCOPE,
    starts=NOW,
    until=LATER,
    versions=VERSIONS,
    automatic=True,
    state=ActionState.APPLIED,
    proof="seen",
    changed_at=LATER,
    clause="intrusion",
    effect="its system stopped packets",
)
NOTICE = Notice(
    id="n1",
    kind=NoticeKind.CUSTOMER,
    party=Party.CUSTOMER,
    case="k1",
    decision="e1",
    recipient="abuse@customer.example",
    language="nb",
    title="Sak",
    text="Hei",
    message_id="<n1@aupkeep.example>",
    made_at=NOW,
    headers={"Auto-Submitted": "auto-generated"},
    sent_at=LATER,
    failure="451",
    attached='{"xarf_version": "4.2.0"}',
    facts={"why": ("a", "b"), "until": None, "scope": {"port": 22}, "events": 3, "read": True},
    within="n1",
    brand="blue",
)
LINK = Link(
    id="l1", kind=LinkKind.ANSWER, digest="d1", case="k1", report="p1",
    party="abuse@customer.example", made_at=NOW, expires_at=LATER, single_use=True, used_at=NOW,
    revoked_at=LATER, made_by="s1",
)  # fmt: skip
PERMISSION = Permission(
    id="q1", customer="c1", resource="vm-1", kind="connection/port_scan", until=LATER,
    by=KARI.id, reasons="a contract", granted_at=NOW, revoked_at=LATER, revoked_by="ola",
)  # fmt: skip
STRIKE = Strike(
    id="st1", customer="c1", case="k1", reference="K7QF-2M9X", decision="d1", clause="spam",
    cause=Cause.CARELESS, tier=StrikeTier.SERIOUS, by=KARI.id, at=NOW, until=LATER,
    removed_at=LATER, removed_by="ola", why="the appeal was granted",
)  # fmt: skip
APPROVAL = Approval(
    id="v1", case="k1", measure=Measure.SUSPEND_RESOURCE, hours=24, reasons="third time",
    cause=Cause.CARELESS, by=KARI.id, at=NOW, given_by="ola", given_at=LATER, decision="d1",
    choice='{"port": 22}', ratifies="e1", behind=("eve",),
)  # fmt: skip
EXPORT_REQUEST = ExportRequest(
    id="x1", by=KARI.id, at=NOW, behind=("eve",), given_by="ola", given_at=LATER, used_at=LATER
)
STAFF = StaffMember(
    id="s1", address="kari@desk.example", name="Kari", language="nb", active=False,
    made_at=NOW, roles=("senior",), unix_user="kari",
    made_by="s2", set_by="s3", set_at=NOW, second_until=LATER,
    subject="https://id.example 1", left_at=LATER, setters=(RecordSetter(who="s3", at=NOW),),
)  # fmt: skip
TOKEN = Token(
    id="t1",
    name="feed",
    digest="d2",
    scopes=("report",),
    trusted=True,
    made_at=NOW,
    expires_at=LATER,
    revoked_at=LATER,
    person="kari@desk.example",
    decision="a1",
    holder="Kari Lov", target="edge-1", made_by="s1", customer="grove",
)  # fmt: skip
THRESHOLD = Threshold(
    id="h1", detector="udp-flood", threshold="per_second", value=40.5,
    words="accepted by ada", of_class="gold", withdrawn_at=LATER,
)  # fmt: skip
RECORDS = (
    CUSTOMER,
    OwnSpace(prefix=ip_network("192.0.2.0/24"), site="oslo", since=NOW),
    ASSIGNMENT,
    HOSTED_NAME,
    RAW,
    SOURCE,
    REPORT,
    FILING,
    INQUIRY,
    TICKET,
    NameRecord(name="x.example", type=NameType.A, value="192.0.2.7", seen_at=NOW, ttl=60),
    CASE,
    INCIDENT,
    CLAIM,
    ANSWER,
    DECISION,
    reasons.STATEMENT,
    ACTION,
    NOTICE,
    LINK,
    STAFF,
    TOKEN,
    Flag(name="listen", value="on", changed_at=NOW),
    PERMISSION,
    STRIKE,
    Clearance(
        id="e1",
        customer="c1",
        resource="vm-1",
        source=parse_origin("detector:a"),
        until=LATER,
        by=KARI.id,
    ),
    APPROVAL,
    EXPORT_REQUEST,
    GRANT,
    SAVED_VIEW,
    ABSENCE,
    WEBHOOK,
    THRESHOLD,
    IdempotencyKey(id="ab" * 32, digest="d1", at=NOW),
    AdoptedPolicy(id="policy-1", digest="ab" * 32, adopted_at=NOW),
    *reasons.WITHOUT_PARENTS,
)
