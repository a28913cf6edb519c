"""Samples of what people outside write to us: a filed notice, an inquiry."""

from datetime import UTC, datetime, timedelta

from aupkeep.model.filing import Filing, Matter
from aupkeep.model.inquiry import Inquiry, InquiryState

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
)
