"""Sample pages of the queue and the inbox."""

from datetime import datetime, timedelta

from aupkeep.app.pages.frame.page import FilterChoice, PageFrame, TextPart, Urgency
from aupkeep.app.pages.inbox.page import DeadRow, InboxItemPage, InboxPage, InboxRow
from aupkeep.app.pages.queue.page import IntakeSummary, QueuePage, QueueRow
from aupkeep.model.case import CaseState
from aupkeep.model.ladder import Evidence
from aupkeep.model.raw import Channel

FIELDS = "reference urgency state level age left events customer subject resource"
# those fields; then kind, sentence, next step. Age and time left are in minutes.
ROWS = """\
W4RT-9HKC critical open E2 18 -3 1284 C-2041 203.0.113.24 vm-web-3
Outgoing flood|41,000 packets a second to UDP 53 of 41 addresses|Block UDP 53 out, 24 h
K7QF-2M9X high open E1 74 1366 212 C-1007 192.0.2.7 vm-4
Password guessing|212 SSH logins tried on one host in 9 minutes|Close TCP 22 out, 24 h
9GZM-C3VD high answered E2 102 138 37 C-3311 198.51.100.77:443 vm-7f3a
Phishing page|A bank's sign-in page copied under /id/verify|Read the answer
X2BN-7PQT medium open E1 380 1060 2210 C-1190 2001:db8:4:2::19 mail-1
Unsolicited mail|2,210 complaints from one mailbox provider|Limit mail, 24 h
D6JF-H8WN medium waiting E2 541 2880 98 C-0419 203.0.113.201 vm-99be
Port scan|TCP 445 on a /14 within 6 minutes|Wait for the customer
R3KT-V5ZC low waiting E1 1690 8640 14 C-2011 198.51.100.140:53 fw-edge-with-a-name-as-clouds-do
Open resolver|Answers anyone's DNS questions|Wait for the customer
"""


def _case(fields: str, texts: str, now: datetime) -> QueueRow:
    it = dict(zip(FIELDS.split(), fields.split(), strict=True))
    kind, sentence, step = texts.split("|")
    return QueueRow(
        reference=it["reference"],
        urgency=Urgency(it["urgency"]),
        state=CaseState(it["state"]),
        kind=kind,
        sentence=sentence,
        subject=it["subject"],
        resource=it["resource"],
        customer=it["customer"],
        events=int(it["events"]),
        level=Evidence[it["level"]],
        opened_at=now - timedelta(minutes=int(it["age"])),
        deadline_at=now + timedelta(minutes=int(it["left"])),
        next_step=step,
        unread=it["state"] == "answered",
    )


def queue_page(frame: PageFrame, *, empty: bool, clause: str, cursor: str) -> QueuePage:
    """Six cases, or none."""
    now, lines = frame.now, ROWS.splitlines()
    rows = tuple(_case(*pair, now) for pair in zip(lines[::2], lines[1::2], strict=True))
    first = FilterChoice(
        key="decide", title="Needs decision", count=0 if empty else 6, current=True
    )
    rest = (("answered", "Answered", 1), ("waiting", "Waiting", 23), ("limited", "Limited", 11))
    return QueuePage(
        frame=frame,
        view=first,
        views=(
            first,
            *(FilterChoice(key=k, title=t, count=0 if empty else n) for k, t, n in rest),
            FilterChoice(key="closed", title="Closed", count=0 if empty else 408),
        ),
        clauses=()
        if empty
        else (
            FilterChoice(
                key="intrusion", title="Intrusion", count=2, current=clause == "intrusion"
            ),
            FilterChoice(key="interference", title="Interference", count=1),
            FilterChoice(key="spam", title="Unsolicited mail", count=1),
            FilterChoice(key="deceit", title="Deceit", count=1),
            FilterChoice(key="secure", title="Precautions", count=1),
        ),
        rows=() if empty else rows,
        watch=IntakeSummary(
            last_received_at=now - timedelta(minutes=7),
            received=1841,
            channels=("lmtp", "api"),
            prefixes=("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8:4::/48"),
        ),
        late=0 if empty else 1,
        oldest_at=None if empty else now - timedelta(minutes=1690),
        clause=clause,
        cursor=cursor,
        next_cursor=None if empty else "b2xkZXI",
    )


def _row(key: str, minutes: int, frame: PageFrame, texts: tuple[str, str, str, str]) -> InboxRow:
    sender, title, reason, hint = texts
    return InboxRow(
        id=key,
        received_at=frame.now - timedelta(minutes=minutes),
        channel=Channel.LMTP,
        sender=sender,
        title=title,
        reason=reason,
        hint=hint,
        size=4182,
    )


def inbox_page(frame: PageFrame, *, empty: bool) -> InboxPage:
    """Three things of three kinds, one with a hostile title; or nothing."""
    rows = (
        _row("0193a1", 11, frame, (
            "cert@cert.example", "Attack from 192.0.2.200",
            "192.0.2.200 is our own space, but no record says who held it at 14:02:10.",
            "Import the missing assignment; it is then attributed by itself.",
        )),
        _row("0193a2", 42, frame, (
            "ola@reporter.example", "evil\u202egpj.exe <script>alert(1)</script>",
            "No parser recognises this mail and no log line in it could be read.", "",
        )),
        _row("0193a3", 150, frame, (
            "noc@peer.example", "SSH scan",
            "203.0.113.90 changed hands 40 s from the event: C-1007 or C-2041 may have held it.",
            "Ask the reporter for the time to the second, with its zone.",
        )),
    )  # fmt: skip
    reasons = (
        FilterChoice(key="", title="All", count=0 if empty else 3, current=True),
        FilterChoice(key="unknown", title="No holder on record", count=0 if empty else 1),
        FilterChoice(key="unread", title="Not readable", count=0 if empty else 1),
        FilterChoice(key="disputed", title="Disputed", count=0 if empty else 1),
    )
    return InboxPage(frame=frame, reasons=reasons, rows=() if empty else rows)


def inbox_item(frame: PageFrame, key: str) -> InboxItemPage:
    """The first of them, with its text."""
    row = inbox_page(frame, empty=False).rows[0]
    return InboxItemPage(
        frame=frame,
        row=row,
        digest="9b74c9897bac770ffc029102a200c5de" * 2,
        authentication="DKIM and DMARC pass for cert.example",
        parts=(
            TextPart("From: CERT Example <cert@cert.example>\nSubject: Attack from "),
            TextPart("192.0.2.200", "address"),
            TextPart("\n\nDear colleagues,\n\nthis host of yours tried passwords on ours:\n\n"),
            TextPart("2026-11-24 14:02:10 +0000", "at"),
            TextPart(
                " sshd[811]: Failed password for root from 192.0.2.200 port 40022\x00\x1b[31m\n"
            ),
        ),
        cut=False,
        found=("192.0.2.200 tried SSH logins at 14:02:10 UTC, to the second.",),
        rows=(
            DeadRow(
                number=1,
                row=5002,
                file="list.csv",
                reason="address: expected an IPv4 or IPv6 address, found '192.0.2.300'",
                text='192.0.2.300,"<b>\u202espam"',
            ),
            DeadRow(
                number=2,
                row=5003,
                file="list.csv",
                reason="row: expected 3 cells, found 4",
                text="192.0.2.7,spam,,",
                done_at=frame.now,
                done_by="Kari Nordmann",
            ),
        ),
        more=3,
    )
