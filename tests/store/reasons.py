"""One full record of each kind that explains a decision, and a hold."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aupkeep.model.acceptance import Acceptance
from aupkeep.model.agent_key import AgentKey
from aupkeep.model.clause import Clause
from aupkeep.model.decision import Scope
from aupkeep.model.hold import Hold, HoldScope
from aupkeep.model.ladder import Evidence, Level, Measure, Standard
from aupkeep.model.passkey import Passkey
from aupkeep.model.policy_document import PolicyDocument
from aupkeep.model.statement import (
    Ground,
    Redress,
    SourceKind,
    StatedAcceptance,
    StatedClause,
    StatedFacts,
    Statement,
)

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
STATEMENT = Statement(
    id="e1",
    case="k1",
    reference="K7QF-2M9X",
    made_at=NOW,
    measure=Measure.BLOCK_PORT,
    level=Level.L3,
    scope=Scope(customer="c1", resource="vm-1", address=ip_address("2001:db8::7"), note="no"),
    starts=NOW,
    ends=LATER,
    deadline=LATER,
    territory="worldwide",
    facts=StatedFacts(
        kind="connection/login_attack",
        resource="vm-1",
        subject="192.0.2.7",
        first_at=NOW,
        last_at=LATER,
        events=7,
    ),
    source=SourceKind.BOTH,
    automated_detection=True,
    automated_decision=True,
    ground=Ground.CONTRACTUAL,
    clause=StatedClause(
        id="intrusion",
        title="Access",
        text="Do not.",
        anchor="use/4",
        document="AUP",
        version="2",
        effective_from=NOW,
        in_force=True,
    ),
    standard=Standard.PLAIN_CONDUCT,
    evidence=Evidence.E2,
    why={"en": ("It did.", "It does."), "nb": ("Det gjorde det.",)},
    reasons="It went on.",
    acceptance=StatedAcceptance(
        version="1", digest="ab" * 32, by="Ola \x00", accepted_at=NOW, same=False
    ),
    redress=(Redress.APPEAL, Redress.COURT),
    rule="intrusion-1",
    policy="ab" * 32,
    reverses="e0",
)
DOCUMENT = PolicyDocument(
    id="pd1",
    document="AUP",
    version="2",
    effective_from=NOW,
    digest="ab" * 32,
    clauses=(
        Clause(
            id="intrusion",
            title="Access",
            text="Do not.",
            document="AUP",
            version="2",
            anchor="use/4",
            standard=Standard.PLAIN_CONDUCT,
            effective=NOW,
        ),
    ),
    recorded_at=LATER,
)
ACCEPTANCE = Acceptance(
    id="ac1",
    customer="c1",
    document="AUP",
    version="1",
    digest="ab" * 32,
    by="Ola",
    accepted_at=NOW,
    recorded_at=LATER,
)
HOLD = Hold(
    id="o1", scope=HoldScope.CUSTOMER, key="alder", reasons="a court", by="ada", at=NOW,
    until=LATER, ended_at=LATER, ended_by="bea",
)  # fmt: skip
PASSKEY = Passkey(
    id="p1",
    staff="s1",
    name="phone",
    credential="ab" * 16,
    key="cd" * 40,
    uses=2**32 - 1,
    made_at=NOW,
    made_by="s2",
    used_at=LATER,
    removed_at=LATER,
)
AGENT_KEY = AgentKey(
    target="edge", public="A6EHv/POEL4=", pinned_at=NOW, by="ada", forgotten_at=LATER
)
WITHOUT_PARENTS = (DOCUMENT, ACCEPTANCE, HOLD, PASSKEY, AGENT_KEY)
