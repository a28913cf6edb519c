"""Samples of what people outside write to us, and of a grant to answer them."""

from datetime import UTC, datetime, timedelta

from aupkeep.model.absence import Absence
from aupkeep.model.filing import Filing, Matter
from aupkeep.model.grant import Grant, GrantKind, GrantScope
from aupkeep.model.inquiry import Inquiry, InquiryState
from aupkeep.model.saved_view import SavedView
from aupkeep.model.ticket import Ticket
from aupkeep.model.webhook import Webhook

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FILING = Filing(
    id="f1",
    raw="r1",
    reference="N-7QF2-M9XK",
    matter=Matter.COPYRIGHT,
    language="nb",
    digest="d3",
    made_at=NOW,
    expires_at=LATER,
    content="ab" * 32,
    key="d4",
    email="kari@example.org",
    confirm="d5",
    confirmed_at=LATER,
    token="t1",
    report="p1",
    told_at=LATER,
)
TICKET = Ticket(
    id="t1", reference="T-K7QF-2M9X", report="p1", case="k1", notice="n1", handed_at=NOW,
    handed_by="kari@desk.example", number="7", closed_at=LATER, closed_by="token:rt", why="done",
)  # fmt: skip
INQUIRY = Inquiry(
    id="q1",
    reference="Q-K7QF-2M9X",
    report="p1",
    asked_at=NOW,
    state=InquiryState.ANSWERED,
    notice="n1",
    permission="m1",
    done_at=LATER,
    done_by="kari",
    why="asked twice",
    pressing="urgent",
    needed_by=LATER,
)
ABSENCE = Absence(
    id="b1", staff="s1", start=NOW, until=LATER, set_by="ola", made_at=NOW, ended_at=LATER,
)  # fmt: skip
WEBHOOK = Webhook(
    id="w1", name="billing", url="https://billing.example/hook", events=("case.closed",),
    customer="alder", made_by="ola", made_at=NOW, generation=2, rolled_at=NOW, stopped_at=LATER,
    stopped_why="gone", removed_at=LATER,
)  # fmt: skip
SAVED_VIEW = SavedView(
    id="v1", owner="s1", name="old spam", query="view=all&kind=messaging%2Fspam", shared=True,
    made_at=NOW, removed_at=LATER,
)  # fmt: skip
GRANT = Grant(
    id="g1", kind=GrantKind.ACT, rule="intrusion-block-port", target="edge-1",
    scope=GrantScope.PREFIX, value="192.0.2.0/24", ceiling=2, share=10, starts=NOW, until=LATER,
    asked_by="kari@desk.example", asked_at=NOW, reasons="Two quiet weeks.", behind=("eve",),
    replaces="g0",
    granted_by="ola", granted_at=LATER, revoked_by="eve", revoked_at=LATER, revoked_why="noise",
)  # fmt: skip
