"""Feeds of every state, one with a hostile name in its list."""

from datetime import timedelta

from aupkeep.app.pages.feeds import FeedPart, FeedRow, FeedsPage
from aupkeep.app.pages.frame import Frame

TERMS = (
    "abuse.ch: free under its terms of use; see https://lists.example/a-very-long-address/of/terms"
)


def feeds_page(frame: Frame, *, empty: bool) -> FeedsPage:
    """One that is well, one that needs a person, one that fails, one that is off; or none."""
    now = frame.now
    well = FeedRow(
        name="feodo",
        title="Feodo Tracker",
        terms=TERMS,
        every=3600,
        on=True,
        outcome="unchanged",
        good_at=now - timedelta(minutes=11),
        tried_at=now - timedelta(minutes=11),
        due_at=now + timedelta(minutes=49),
        seen=1841203,
        foreign=1841201,
        ours=2,
        told=14,
        copies=(FeedPart(name="ipblocklist.json", size=418211, items=1841, at=now),),
        listed=(
            "192.0.2.7",
            "https://evil\u202egpj.exe.example/<script>alert(1)</script>" + "a" * 90,
        ),
    )
    odd = FeedRow(
        name="national-cert",
        title="CSV feed",
        terms="",
        every=3600,
        on=True,
        outcome="too much",
        alarm="it names 4,096 addresses of ours anew, more than 204.8 (5% of 4096 assignments)",
        alarm_at=now - timedelta(hours=2),
        good_at=now - timedelta(hours=2),
        tried_at=now - timedelta(hours=2),
        due_at=now - timedelta(minutes=1),
        seen=5000,
        ours=4096,
    )
    failing = FeedRow(
        name="dataplane",
        title="DataPlane.org",
        terms=TERMS,
        every=3600,
        on=True,
        outcome="failed",
        trouble="https://dataplane.org/sshpwauth.txt: expected 200, found 503 Service Unavailable",
        failures=2,
        tried_at=now,
        due_at=now + timedelta(minutes=2),
    )
    off = FeedRow(
        name="cins", title="CINS Army list", terms=TERMS, every=3600, on=False, outcome="read",
        tried_at=now - timedelta(days=3), good_at=now - timedelta(days=3), seen=15000,
        remark="zen.spamhaus.org refused to answer us (127.255.255.254)",
    )  # fmt: skip
    other = FeedRow(
        name="snds", title="Microsoft SNDS", terms=TERMS, every=3600, on=False,
        outcome="not fetched yet",
    )  # fmt: skip
    return FeedsPage(frame=frame, rows=() if empty else (odd, failing, well, off), others=(other,))
