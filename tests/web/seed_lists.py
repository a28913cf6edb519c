"""The lists of the seeded home: inbox, sources, feeds, the collector's words, filed notices."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

from app.conftest import NOON, report
from app.notices_filed import file_one
from app.steps import arrive, follow
from app.test_reprocess import HEAD, ROW, hand_in
from aupkeep.app.access.staff import actor_of
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.grants import WantedGrant, ask_grant
from aupkeep.app.journal import entry, record
from aupkeep.app.reprocess import reprocess_row
from aupkeep.app.sanctions.sanction import find_source, judge_report
from aupkeep.app.submissions.confirm import confirm
from aupkeep.app.telemetry.collector import state_files
from aupkeep.intake.reading import read as reader
from aupkeep.model.case import Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.feed import FeedCopy, FeedItem, FeedOutcome, FeedState
from aupkeep.model.filing import Matter
from aupkeep.model.grant import GrantKind, GrantScope
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.moments import show_moment
from aupkeep.model.source import ClaimVerdict, Lane
from aupkeep.store import feeds, inquiries, notices, reports
from web.seed_cases import KARI, OLA

RIVAL = "rival-hosting-with-a-long-name.example"
EVIL_NAME = "edge\u202e<script>alert(1)</script>"
EVIL_URL = "https://evil\u202egpj.exe.example/<script>alert(1)</script>" + "a" * 90
GOOD_ROW = ROW.replace("203.0.113.10", "203.0.113.14")
BAD_ROW = GOOD_ROW.replace(".14,", ".300,").rpartition(",")[0] + ',"<b>\u202espam"'
MATTERS = {
    "filed": {"email": "filed@filer.example"},
    "confirmed": {"email": "confirmed@filer.example"},
    "decided": {"email": "decided@filer.example"},
}

TITLE = b64encode("A <b>scanner</b>\u202e?".encode()).decode()
QUESTION = (
    "From: Eva <eva@alder.example>\r\nTo: abuse@aupkeep.example\r\n"
    f"Subject: =?utf-8?b?{TITLE}?=\r\nMessage-ID: <q1@alder.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "May we run a research scanner for a study? <b>Is</b> that \u202eallowed?\r\n"
).encode()


def seed_lists(context: AppContext) -> dict[str, str]:
    """Make them; the answer names what stands in an address."""
    _feeds(context)
    _collector(context)
    first = _grant(context) | _inquiry(context) | _inbox(context)
    return first | _sources(context) | _notices(context)


def _grant(context: AppContext) -> dict[str, str]:
    """A colleague asks that a rule may act, for hostile reasons; it waits."""
    wanted = WantedGrant(
        kind=GrantKind.ACT, rule="intrusion-block-port", target="all", scope=GrantScope.PREFIX,
        value="203.0.113.0/24", ceiling=2, share=10, until=context.now() + timedelta(days=30),
        reasons="Two <b>quiet</b> \u202eweeks. " + "W" * 90,
    )  # fmt: skip
    return {"grant": ask_grant(context, wanted, OLA.id).id}


def _inquiry(context: AppContext) -> dict[str, str]:
    """Somebody asks, in hostile words."""
    arrive(context, QUESTION)
    return {"inquiry": inquiries.listed(InquiryState.OPEN, 1)[0].reference}


def _inbox(context: AppContext) -> dict[str, str]:
    """An address nobody is known to hold, a mail no parser reads, rows that cannot be read."""
    arrive(context, report("203.0.113.99", NOON - timedelta(minutes=11)))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "ola@stranger.example", "abuse@aupkeep.example"
    mail["Subject"] = "evil\u202egpj.exe <script>alert(1)</script>"
    hostile = f"Somebody of yours sends evil\u202egpj.exe \x1b[31m to us. {'W' * 300}"
    mail.set_content(hostile, cte="8bit")
    arrive(context, mail.as_bytes())
    (odd,) = [one for one in reports.inbox(50) if "evil" in one.reading.title]
    rows = hand_in(context, GOOD_ROW, BAD_ROW, BAD_ROW.replace("300", "301"), head=HEAD)
    reprocess_row(context, rows.id, 2, GOOD_ROW, person=KARI.id, reader=reader, lookup=None)
    return {"odd": odd.id, "rows": rows.id}


def _sources(context: AppContext) -> dict[str, str]:
    """A trusted one, one in the slow lane whose reports went on being unfounded, an unproven one.

    The rule counts from the warning on, so that a suspension is the next step.
    """
    for number in range(4):
        at = NOON - timedelta(hours=3, minutes=9 * number)
        arrive(context, report("198.51.100.9", at, domain=RIVAL))
    slow = replace(
        find_source(f"mail:{RIVAL}"),
        lane=Lane.SLOW,
        until=context.now() + timedelta(days=20),
        step_at=context.now() - timedelta(days=10),
        by=KARI.id,
        reasons="Fourteen reports about addresses that were not in use.",
        warned_at=context.now() - timedelta(days=20),
    )
    made = entry(context, EntryType.SOURCE_CHANGED, actor_of(KARI.id), {"keys": [slow.key]})
    record(context, made, rows=[slow])
    found = [one for one in reports.inbox(50) if one.reading.reporter == f"soc@{RIVAL}"]
    for one in found[1:]:
        judge_report(
            context, one.id, ClaimVerdict.UNFOUNDED, person=KARI.id, reasons="nothing of ours"
        )
    return {
        "trusted": find_source("mail:cert.example").id,
        "slow": slow.id,
        "unproven": find_source("mail:?reporter.example").id,
        "report": found[0].id,
    }


def _notices(context: AppContext) -> dict[str, str]:
    """One just filed, an anonymous one, a confirmed one, one that was decided."""
    tokens = {"nameless": file_one(context, Matter.CHILD, name="", email="").token}
    for name, more in MATTERS.items():
        filed = file_one(context, where="203.0.113.14:40022", **more)
        tokens[name] = filed.token
        (letter, *_) = notices.recent_to(more["email"], NOON - timedelta(days=1))
        link = re.search(r"/report/confirm/([\w-]+)/", letter.text)[1]
        if name == "filed":
            tokens |= {"confirm": link, "number": filed.filing.reference}
            continue
        confirm(context, link)
        cases = follow(context, filed.filing.raw)
        if name == "decided":
            (case,) = cases
            decide_case(
                context, case.reference, people=(KARI.id,), reasons="Please.", measure="inform"
            )
            case = find_case(case.reference)
            close_case(context, case, actor_of(KARI.id), Outcome.FIXED, "it is quiet")
    return tokens


def _feeds(context: AppContext) -> None:
    """One that needs a person, one that fails, one that is well, one that is off."""
    now = context.now()
    copy = FeedCopy(name="list.json", digest="0" * 64, size=418_211, items=1841, at=now)
    states = (
        FeedState(
            name="dshield", outcome=FeedOutcome.FLOOD, seen=5000, ours=4096, alarm_at=now,
            alarm="too much: it names 4,096 addresses of ours anew, more than 204.8 (5%)",
            good_at=now - timedelta(hours=2), due_at=now - timedelta(minutes=1),
        ),
        FeedState(
            name="dataplane", outcome=FeedOutcome.FAILED, failures=2, tried_at=now,
            due_at=now + timedelta(minutes=2),
            error="https://dataplane.org/sshpwauth.txt: expected 200, found 503",
        ),
        FeedState(
            name="feodo", outcome=FeedOutcome.SAME, seen=1_841_203, ours=2, told=14,
            good_at=now - timedelta(minutes=11), due_at=now + timedelta(minutes=49),
            copies=(copy,), tried_at=now,
        ),
        FeedState(
            name="cins", outcome=FeedOutcome.READ, seen=15_000, tried_at=now - timedelta(days=3),
            error="zen.spamhaus.org refused to answer us (127.255.255.254)",
            good_at=now - timedelta(days=3),
        ),
    )  # fmt: skip
    shown = {f"{number:032x}": text for number, text in enumerate(("203.0.113.10", EVIL_URL))}
    items = [
        FeedItem(feed="feodo", key=key, shown=text, first_seen=now, last_seen=now, told_at=now)
        for key, text in shown.items()
    ]
    for state in states:
        lease = feeds.lease(state.name, now, seconds=60, worker="seed", early=True)
        feeds.finish(lease, state, items if state.name == "feodo" else ())


def _collector(context: AppContext) -> None:
    """An exporter that is well, one that is blind and has a hostile name, one unheard."""
    now = context.now()
    at = show_moment(now - timedelta(minutes=3))
    exporter = {"site": "main", "datagrams": 81_244, "records": 2_030_100, "rate": 12_403.5}
    stats = {
        "at": at,
        "exporters": [
            exporter
            | {"exporter": "edge", "address": "192.0.2.1", "acts": True, "last": at, "lost": 0,
               "templates": 3, "template_age_s": 41, "restarts": 1,
               "sampling": [{"protocol": "netflow9", "domain": 0, "rate": 1000,
                             "source": "options"}]},
            exporter
            | {"exporter": EVIL_NAME, "address": "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
               "lost": 17, "reordered": 2, "last": show_moment(now - timedelta(hours=2)),
               "sampling": [{"protocol": "ipfix", "domain": 2**32 - 1, "rate": None}]},
            {"exporter": "new", "address": "192.0.2.3", "site": "main"},
        ],
        "refused": [{"address": "198.51.100.7", "datagrams": 3021}],
        "windows": {"own": ["203.0.113.0/24"], "lost": {"late": 1}},
        "archive": {"rows": 58, "trouble": "no space left on device"},
        "counts": {"rows": 2_031_300, "hits": 2, "told": 1},
        "dropped": {"no_template": 12},
        "detectors": [
            {"name": "syn-flood", "kind": "connection/ddos", "mode": "act",
             "by": "detectors.yaml:12", "minimum": "1,000 SYN packets within two seconds",
             "says": "One of our addresses sends SYN packets to one peer, without connecting.",
             "thresholds": [{"what": "SYN packets a second", "value": 500, "by": "default"}]},
            {"name": "beacon", "kind": "infrastructure/botnet", "mode": "observe", "by": "default",
             "says": "One of our addresses calls one peer at even intervals for hours."},
        ],
    }  # fmt: skip
    hit = {"at": at, "mode": "act", "rows": 200, "peer": "192.0.2.77", "port": 80}
    hits = [
        hit | {"hit": "h-1", "detector": "horizontal-scan", "address": "2001:db8:a::10",
               "evidence": {"packets": 250, "sampling": None}, "rate_unknown": True},
        hit | {"hit": "h-2", "detector": "syn-flood", "address": "203.0.113.10",
               "evidence": {"packets": 5000, "sampling": 1, "chance": 1.0}},
    ]  # fmt: skip
    state_files.write(context.home.flows, "stats", stats)
    state_files.write(context.home.flows, "hits", hits)
