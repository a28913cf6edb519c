"""Sample pages of who claims things."""

from dataclasses import replace
from datetime import timedelta

from aupkeep.app.pages.frame.page import PageFrame
from aupkeep.app.pages.sources.page import (
    SourceEvent,
    SourceOffer,
    SourcePage,
    SourceReport,
    SourcesPage,
    SourceStatus,
    SourceSummary,
)
from aupkeep.model.source import Lane, Said, Step

NOBODY = SourceStatus(confirmed=0, refuted=0, unfounded=0, unanswered=3, least=0.0, weight=0.0)
GOOD = SourceStatus(confirmed=212, refuted=9, unfounded=0, unanswered=40, least=0.91, weight=148.2)
BAD = SourceStatus(confirmed=1, refuted=4, unfounded=14, unanswered=2, least=0.0, weight=17.9)


def _rows(frame: PageFrame) -> tuple[SourceSummary, ...]:
    good = SourceSummary(
        id="s1",
        key="mail:cert.example",
        name="cert.example",
        kind="by mail",
        proven=True,
        lane=Lane.FAST,
        until=None,
        record=GOOD,
        reports=1290,
        last_at=frame.now - timedelta(minutes=4),
    )
    bad = replace(
        good,
        id="s2",
        key="mail:rival-hosting-with-a-long-name.example",
        name="rival-hosting-with-a-long-name.example",
        lane=Lane.SLOW,
        until=frame.now + timedelta(days=20),
        record=BAD,
        reports=21,
        proposed=Step.SUSPEND,
    )
    forged = replace(
        good,
        id="s3",
        key="mail:?cert.example",
        proven=False,
        lane=Lane.NORMAL,
        record=NOBODY,
        reports=3,
    )
    return good, bad, forged


def sources_page(frame: PageFrame, *, empty: bool) -> SourcesPage:
    """Three sources, or none."""
    return SourcesPage(frame=frame, rows=() if empty else _rows(frame))


def source_page(frame: PageFrame, name: str) -> SourcePage:
    """One of them, by id."""
    row = next(one for one in _rows(frame) if one.id == name)
    barred = "The warning is not 7 days old."
    offers = (
        SourceOffer(step=Step.SLOW, title="Slow lane", what="Read last.", days=30, barred=barred),
        SourceOffer(step=Step.SUSPEND, title="Suspend", what="Kept, not processed.", days=30),
        SourceOffer(step=Step.RESTORE, title="Restore", what="Back to normal.", days=0),
    )
    told = SourceReport(
        id="0193a1",
        at=frame.now - timedelta(hours=2),
        title="Your server attacks us",
        findings=1,
        cases=("K7QF-2M9X",),
        judged=Said.UNFOUNDED,
        waits="suspended until 2026-12-14: mail:rival.example",
    )
    turn = SourceEvent(
        at=frame.now - timedelta(days=3),
        index=4711,
        who="Kari Nordby",
        what="Put into the slow lane",
        reasons="Fourteen reports about addresses that were not in use.",
        until=row.until,
    )
    return SourcePage(
        frame=frame,
        row=row,
        first_at=frame.now - timedelta(days=400),
        address="soc@rival.example",
        warned_at=frame.now - timedelta(days=20),
        warning="sent 2026-11-04 09:00:00 UTC",
        trusted_until=None,
        trusted_reasons="",
        counted="14 of 21 reports in 90 days were manifestly unfounded; 4 since the warning.",
        offers=offers if row.proven else (),
        reports=(told, replace(told, id="0193a2", judged=None, waits="", cases=())),
        history=(turn,),
    )
