"""A sample case page: one authenticated reporter, an address that has changed hands since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aupkeep.app.pages.case.page import (
    CaseAction,
    CaseAnswer,
    CaseNotice,
    CasePage,
    CustomerSummary,
    EvidenceItem,
    Holder,
    MeasureOffer,
    PendingDecision,
    RefusalEntry,
    RuleProposal,
    Rung,
    RungState,
    TimelineEntry,
)
from aupkeep.app.pages.frame.page import PageFrame, TextPart, Urgency
from aupkeep.model.action import ActionState
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.ladder import Evidence, Level, Measure
from web.sample_letters import CLAUSE
from web.sample_traffic import picture, unseen

THEN = datetime(2026, 11, 24, 14, 2, 10, tzinfo=UTC)
LOG = (
    TextPart("Hello,\n\nyour host tries passwords on our gateway. Please stop it.\n\n"),
    TextPart("2026-11-24 14:02:10 +0000", "at"),
    TextPart(" gw sshd[811]: Failed password for root from "),
    TextPart("192.0.2.7", "address"),
    TextPart(" port 40022 ssh2\n2026-11-24 14:02:13 +0000 gw sshd[811]: Failed password for "),
    TextPart("invalid user \u202enimda from 192.0.2.7 port 40031 ssh2\n"),
)
EVIDENCE = (
    EvidenceItem(
        id="0193f0a1",
        at=THEN,
        exact=1,
        received_at=THEN + timedelta(minutes=4),
        source="cert.example",
        authentication="DKIM and DMARC pass for cert.example",
        proven=True,
        says="212 failed SSH logins at 198.51.100.20, from 192.0.2.7",
        confidence=0.9,
        parts=LOG,
        cut=True,
        digest="5f70bf18a086007016e948b04aed3b82" * 2,
        details=(("transport", "tcp"), ("banner", "<b>SSH-2.0</b> \u202eelpmaxe")),
    ),
    EvidenceItem(
        id="0193f0b7",
        at=None,
        exact=0,
        received_at=THEN + timedelta(minutes=9),
        source="ola@reporter.example",
        authentication="no proof: neither DKIM nor SPF passes",
        proven=False,
        says="“Someone at 192.0.2.7 attacks us”",
        confidence=0.3,
        parts=(
            TextPart("Someone at "),
            TextPart("192.0.2.7", "address"),
            TextPart(" attacks us!!!\n"),
        ),
        cut=False,
        digest="0cc175b9c0f1b6a831c399e269772661" * 2,
        withdrawn="the reporter takes the report back",
    ),
)
RUNGS = (
    (Level.L0, "record", RungState.PAST),
    (Level.L1, "inform", RungState.NOW),
    (Level.L2, "with deadline", RungState.OPEN),
    (Level.L3, "narrow block", RungState.PROPOSED),
    (Level.L4, "isolate", RungState.OPEN),
    (Level.L5, "suspend", RungState.OPEN),
    (Level.L6, "account", RungState.OPEN),
    (Level.L7, "terminate", RungState.OPEN),
)
OFFERS = (
    MeasureOffer(
        measure=Measure.BLOCK_PORT,
        level=Level.L3,
        title="Close TCP 22 out",
        touches="One rule on edge-1 for 192.0.2.7. Nobody else is touched.",
        hours=24,
        most=168,
    ),
    MeasureOffer(
        measure=Measure.INFORM_DEADLINE,
        level=Level.L2,
        title="Ask the customer first",
        touches="A notice in Norwegian with 24 h to answer.",
    ),
    MeasureOffer(
        measure=Measure.RECORD, level=Level.L0, title="Record only", touches="Nothing is touched."
    ),
    MeasureOffer(
        measure=Measure.LIMIT_RATE,
        rate=125_000,
        level=Level.L3,
        title="Limit the rate",
        touches="All traffic of 192.0.2.7 out, to 1 Mbit/s: it cannot go narrower.",
        hours=24,
        most=168,
    ),
    MeasureOffer(
        measure=Measure.ISOLATE,
        level=Level.L4,
        title="Isolate vm-4",
        touches="Everything on vm-4 stops.",
        hours=4,
        most=24,
        barred="the evidence names one port, not the whole machine",
    ),
    MeasureOffer(
        measure=Measure.SUSPEND_ACCOUNT,
        level=Level.L6,
        title="Suspend the account",
        touches="11 machines of C-1007 and its API credentials.",
        hours=24,
        most=72,
        people=2,
    ),
)


MOVED = THEN + timedelta(minutes=3)
HOLDER_THEN = Holder(
    asked_at=THEN,
    answer="held",
    customer="C-1007",
    name="Nordlys Drift",
    resource="vm-4",
    assignment="0192b6d4-7c11-7d20-9a51-6f0f4a1c2e3b",
    site="oslo-1",
    start=datetime(2025, 2, 11, 9, 0, tzinfo=UTC),
    end=MOVED,
)
CLIENT = CustomerSummary(
    id="C-1007",
    name="Nordlys Drift",
    since=datetime(2023, 4, 1, tzinfo=UTC),
    contact="k•••@n•••.example",
    language="Norwegian",
    earlier="1 earlier, solved in 5 h",
)
PROPOSAL = RuleProposal(
    measure=Measure.BLOCK_PORT,
    title="Close TCP 22 out",
    touches=OFFERS[0].touches,
    hours=24,
    rule="intrusion-ssh",
    policy="7c41d0a9be02f3",
    why=(
        "The kind is a login attack: yes.",
        "At least 50 events in the window: yes, 212.",
        "Unless the customer has a permission for it: none known.",
    ),
    draft="212 failed SSH logins at one host of someone else in nine minutes, proven by an "
    "authenticated report with log lines.",
    alone="It may not act alone at E1.",
)
DENIALS = (
    RefusalEntry(
        at=THEN + timedelta(minutes=4),
        what="Rule intrusion-ssh, close TCP 22 out.",
        reason="A rule alone needs E2, found E1.",
    ),
)
TIMELINE = (
    TimelineEntry(
        at=THEN + timedelta(minutes=9),
        index=212,
        who="system",
        what="Report joined",
        detail="same resource, same kind, 5 min apart",
    ),
    TimelineEntry(
        at=THEN + timedelta(minutes=4),
        index=207,
        who="rule intrusion-ssh",
        what="Decision refused",
        detail="a rule alone needs E2, found E1",
    ),
    TimelineEntry(
        at=THEN + timedelta(minutes=4),
        index=205,
        who="system",
        what="Case opened",
        detail="attributed to vm-4 by assignment 0192b6d4",
    ),
)
TOLD = CaseNotice(
    party="reporter",
    title="We have your report R-7KQ2-93TC",
    text="Thank you. We have your report about 192.0.2.7 …\n",
    language="en",
    made_at=THEN + timedelta(minutes=5),
    sent_at=THEN + timedelta(minutes=5),
)


def case_page(frame: PageFrame) -> CasePage:
    """The case as it stands before a person decides."""
    return CasePage(
        frame=frame,
        reference="K7QF-2M9X",
        title="Password guessing by SSH from 192.0.2.7",
        urgency=Urgency.HIGH,
        state=CaseState.OPEN,
        outcome=None,
        sentence="vm-4 tried 212 SSH logins on one host between 14:02 and 14:11.",
        sure="Nordlys Drift held the address from 2025-02-11 until 14:05 today: one holder, three "
        "minutes clear of the change.",
        opened_at=THEN + timedelta(minutes=4),
        deadline_at=THEN + timedelta(hours=24),
        level=Evidence.E1,
        level_why="One credible, authenticated source. A rule may inform, not limit; a person may.",
        clause=CLAUSE,
        holder_then=HOLDER_THEN,
        holder_now=Holder(
            asked_at=frame.now,
            answer="held",
            customer="C-2041",
            name="Fjordkode",
            resource="vm-web-9",
            assignment="0193f0a0-11aa-7b52-8c02-0d8a9d0c5e77",
            site="oslo-1",
            start=MOVED,
        ),
        client=CLIENT,
        evidence=EVIDENCE,
        ladder=tuple(Rung(level=level, title=title, state=state) for level, title, state in RUNGS),
        offers=OFFERS,
        seen="v-17",
        proposal=PROPOSAL,
        notices=(TOLD,),
        denials=DENIALS,
        timeline=TIMELINE,
    )


def in_traffic(frame: PageFrame) -> CasePage:
    """The case as one that a detector is a witness in."""
    return replace(case_page(frame), picture=picture())


def not_in_traffic(frame: PageFrame) -> CasePage:
    """The same where no flow record is left."""
    return replace(case_page(frame), picture=unseen("No flow record is left of that time."))


def acted(frame: PageFrame) -> CasePage:
    """The same case later: a port closed and seen, an unread answer, a second person needed."""
    page = case_page(frame)
    return replace(
        page,
        state=CaseState.ANSWERED,
        deeds=(
            CaseAction(
                id="0193f0c9",
                title="Close TCP 22 out",
                touches="192.0.2.7 to anywhere, TCP 22.",
                level=Level.L3,
                driver="nftables",
                target="edge-1",
                state=ActionState.APPLIED,
                starts=THEN + timedelta(minutes=12),
                until=THEN + timedelta(hours=24, minutes=12),
                by="Kari Nordby",
                reasons="212 failed SSH logins, proven by an authenticated report.",
                proof="ip saddr . tcp dport { 192.0.2.7 . 22 timeout 1d comment K7QF-2M9X }",
                undoable=True,
            ),
        ),
        replies=(
            CaseAnswer(
                id="0193f0d2",
                kind=AnswerKind.FIXED,
                text="Removed a stolen key and changed all passwords.",
                at=THEN + timedelta(minutes=16),
            ),
            CaseAnswer(
                id="0193f0d3",
                kind=AnswerKind.NEED_HELP,
                text="Which key was it?\n\n-- \nOla\n\nOn 1 March, Desk wrote:\n> a key",
                at=THEN + timedelta(minutes=18),
                parts=(
                    TextPart("Which key was it?"),
                    TextPart("-- \nOla <b>Dal</b>", "signed"),
                    TextPart("On 1 March, Desk wrote:\n> a key \u202eyek", "quoted"),
                ),
            ),
        ),
        pending=(
            PendingDecision(
                id="0193f0e0",
                title="Suspend the account",
                touches=OFFERS[-1].touches,
                level=Level.L6,
                hours=24,
                by="Ola Dal",
                at=THEN + timedelta(minutes=15),
                reasons="The same key is used on all machines.",
                mine=False,
            ),
        ),
    )
