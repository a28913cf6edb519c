"""Feeds of every state, one with a hostile name in its list."""

from datetime import datetime, timedelta

from aupkeep.app.pages.feeds.page import FeedCopySummary, FeedsPage, FeedStatus
from aupkeep.app.pages.frame.page import PageFrame

TERMS = (
    "abuse.ch: free under its terms of use; see https://lists.example/a-very-long-address/of/terms"
)
EVIL = "https://evil\u202egpj.exe.example/<script>alert(1)</script>" + "a" * 90


def feeds_page(frame: PageFrame, *, empty: bool) -> FeedsPage:
    """One that needs a person, one that fails, one that is well, one that is off; or none."""
    now = frame.now
    rows = (_odd(now), _failing(now), _well(now), _off(now))
    return FeedsPage(
        frame=frame, rows=() if empty else rows, others=(row("snds", "SNDS", on=False),)
    )


def row(name: str, title: str, *, on: bool = True, **more: object) -> FeedStatus:
    """A feed; what is not said is nothing."""
    told = {"outcome": "not fetched yet", **more}
    return FeedStatus(name=name, title=title, terms=TERMS, every=3600, on=on, **told)


def _odd(now: datetime) -> FeedStatus:
    return row(
        "national-cert",
        "CSV feed",
        outcome="too much",
        alarm="it names 4,096 addresses of ours anew, more than 204.8 (5% of 4096 assignments)",
        alarm_at=now - timedelta(hours=2),
        good_at=now - timedelta(hours=2),
        due_at=now - timedelta(minutes=1),
        seen=5000,
        ours=4096,
    )


def _failing(now: datetime) -> FeedStatus:
    return row(
        "dataplane",
        "DataPlane.org",
        outcome="failed",
        trouble="https://dataplane.org/sshpwauth.txt: expected 200, found 503 Service Unavailable",
        failures=2,
        due_at=now + timedelta(minutes=2),
    )


def _well(now: datetime) -> FeedStatus:
    return row(
        "feodo",
        "Feodo Tracker",
        outcome="unchanged",
        good_at=now - timedelta(minutes=11),
        due_at=now + timedelta(minutes=49),
        seen=1841203,
        ours=2,
        told=14,
        copies=(FeedCopySummary(name="ipblocklist.json", size=418211, items=1841, at=now),),
        listed=("192.0.2.7", EVIL),
    )


def _off(now: datetime) -> FeedStatus:
    return row(
        "cins",
        "CINS Army list",
        on=False,
        outcome="read",
        good_at=now - timedelta(days=3),
        seen=15000,
        remark="zen.spamhaus.org refused to answer us (127.255.255.254)",
    )
