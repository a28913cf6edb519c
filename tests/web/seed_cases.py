"""The cases of the seeded home: each one is reached by mails, findings and people's acts.

open      two proven reporters, an unproven one and one who takes it back; the rule was refused
acted     a block read back, answers by page and by mail, a measure that waits for two people
closed    closed as fixed
flood     a flood in the flow records, blocked and lifted
unseen    a detector's case whose flows are not on record
attacked  a flood at a customer, slowed
"""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

from app.conftest import NOON, STAMP, Clock, report
from app.reading.test_case_mail import back
from app.steps import agent_of, arrive, enforce, follow, vouch
from app.telemetry.made import HIT, written
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import actor_of
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case import acts
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, Case, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.link import LinkKind
from aupkeep.model.raw import Channel
from aupkeep.store import actions, approvals, cases, notices, reports
from web.flooded import flood

KARI = Person(id="kari@aupkeep.example", name="Kari Nordby")
OLA = Person(id="ola@aupkeep.example", name="Ola Dal")
UNSEEN = ip_address("203.0.113.15")  # of no flow on record
HOSTILE = "invalid user \u202enimda from 203.0.113.70 port 40010"
BANNER = "<b>SSH-2.0</b> \u202eelpmaxe"
HEAD = "timestamp,src_ip,src_port,src_asn,src_geo,infection,start_time,end_time,client_version"
TABLE = "2026-03-01-event4_honeypot_brute_force-asn.csv"
REPLY = """\
From: abuse@birch.example
To: abuse@aupkeep.example
Subject: Re: {title}
Message-ID: <q1@birch.example>
In-Reply-To: {parent}
Content-Type: text/plain; charset=utf-8

Which key was it?

--\x20
Ola <b>Dal</b>

On 1 March 2026, Abuse desk wrote:
> a key \u202eyek
"""


def seed_cases(context: AppContext, clock: Clock) -> dict[str, str]:
    """Make them; the answer names what stands in an address."""
    opened, acted = _open(context), _acted(context, clock)
    closed = _closed(context)
    (unseen,) = _hand_over(context, written(replace(HIT, address=UNSEEN)))
    attacked = _flood(context, clock, into=True)
    flooded = _flood(context, clock, into=False)
    expired, link = make_link(
        context, LinkKind.CUSTOMER, "abuse@birch.example", case=acted.id, life=timedelta(0)
    )
    made = entry(context, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=acted.id)
    record(context, made, rows=[link])
    (action,) = [one for one in actions.of_case(acted.id) if one.measure is Measure.BLOCK_PORT]
    (flows,) = reports.of_case(flooded.id)
    (letter,) = [
        answer for answer in cases.answers(acted.id) if answer.kind is not AnswerKind.FIXED
    ]
    return {
        "case": opened.reference,
        "acted": acted.reference,
        "unseen": unseen.reference,
        "flooded": flooded.reference,
        "attacked_case": attacked.reference,
        "flows": flows.id,
        "action": action.id,
        "pending": approvals.waiting(acted.id)[0].id,
        "answer": letter.id,
        "customer": _token(acted),
        "quiet": _token(opened),
        "attacked": _token(attacked),
        "closed": _token(closed),
        "expired": expired,
        "reporter": _token_to("soc@cert.example"),
        "solved": _token_to("soc@solved.example"),
    }


def seen_of(context: AppContext, reference: str) -> str:
    """The mark of the case's page as it is now."""
    return case_page(context, KARI, reference).seen


def chosen(
    context: AppContext, reference: str, measure: Measure, hours: int | None
) -> DecisionForm:
    """A decision as the page sends it."""
    return DecisionForm(
        measure=measure,
        hours=hours,
        reasons="212 failed logins, and it goes on.",
        cause=Cause.UNKNOWN,
        seen=seen_of(context, reference),
    )


def _open(context: AppContext) -> Case:
    """The address moved after the event; the switch was on when the rule wanted to block."""
    at = NOON - timedelta(minutes=90)
    vouch(context, "mail:cert.example")
    log = report("203.0.113.70", at, lines=12).decode()
    hostile = log.replace("root from 203.0.113.70 port 40010", HOSTILE)
    (case,) = arrive(context, hostile.encode())
    freeze("a feed reports our own monitoring", KARI.id, context.home)
    arrive(context, _table(at - timedelta(minutes=2)))
    for minutes, domain, proven in ((4, "shop.example", True), (6, "reporter.example", False)):
        earlier = at - timedelta(minutes=minutes)
        arrive(context, report("203.0.113.70", earlier, domain=domain, proven=proven))
    (last,) = [
        one for one in reports.of_case(case.id) if one.reading.reporter == "soc@shop.example"
    ]
    arrive(context, back(last.reading.message_id, "soc@shop.example"))
    thaw("over", KARI.id, context.home)
    with suppress(Forbidden):  # refused: the page shows it
        acts.submit_decision(
            context, KARI, case.reference, chosen(context, case.reference, Measure.BLOCK_PORT, 700)
        )
    return find_case(case.reference)


def _table(at) -> bytes:
    """A proven mail with a table whose row has a hostile banner."""
    when = f"{at:%Y-%m-%d %H:%M:%S}"
    row = f'{when},203.0.113.70,4000,64512,ZZ,ssh-brute-force,{when},{when},"{BANNER}"'
    mail = (
        f"{STAMP.format(domain='feed.example')}From: Feed <soc@feed.example>\r\n"
        f"To: abuse@aupkeep.example\r\nMessage-ID: <7@feed.example>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/csv; charset=utf-8; name={TABLE}\r\n"
        f"Content-Disposition: attachment; filename={TABLE}\r\n\r\n{HEAD}\r\n{row}\r\n"
    )
    return mail.encode()


def _acted(context: AppContext, clock: Clock) -> Case:
    """A block read back, a second person needed, an answer by page and one by mail."""
    (case,) = arrive(context, report("203.0.113.12", NOON - timedelta(minutes=18)))
    where = case.reference
    acts.submit_decision(context, KARI, where, chosen(context, where, Measure.BLOCK_PORT, 24))
    clock.at += timedelta(seconds=2)
    enforce(context)
    wanted = chosen(context, where, Measure.SUSPEND_ACCOUNT, 24)
    acts.submit_decision(context, OLA, where, wanted)
    token, once = _token(case), next_once(context, find_case(where))
    give_answer(context, token, AnswerKind.FIXED, "Removed a stolen key and changed it all.", once)
    notice = notices.of_case(case.id)[0]
    mail = REPLY.format(title=notice.title, parent=notice.message_id).replace("\n", "\r\n")
    arrive(context, (STAMP.format(domain="birch.example") + mail).encode())
    return find_case(where)


def _closed(context: AppContext) -> Case:
    """A case that a person blocked and closed as fixed."""
    data = report("203.0.113.13", NOON - timedelta(minutes=70), domain="solved.example")
    (case,) = arrive(context, data)
    words = {"people": (KARI.id,), "reasons": "it goes on", "measure": "block-port", "hours": 4}
    decide_case(context, case.reference, **words)
    enforce(context)
    close_case(context, find_case(case.reference), actor_of(KARI.id), Outcome.FIXED, "it is quiet")
    enforce(context)
    return find_case(case.reference)


def _flood(context: AppContext, clock: Clock, *, into: bool) -> Case:
    """Two minutes of flow records with a flood in them; what stops it is lifted after a while."""
    start = int(clock.at.timestamp() * 1000) - 62_000
    (case,) = _hand_over(context, flood(context, start, into=into))
    agent = agent_of(context)
    if into:
        words = {"people": (KARI.id,), "reasons": "our own flow records show it", "hours": 4}
        decide_case(context, case.reference, measure="limit-inbound", **words)
    enforce(context, agent)
    if not into:  # a rule has blocked it
        clock.at += timedelta(seconds=40)
        (action,) = actions.of_case(case.id)
        undo_action(context, action.id, person=KARI.id, reason="it is over")
        enforce(context, agent)
    clock.at += timedelta(seconds=30)
    return find_case(case.reference)


def _hand_over(context: AppContext, data: bytes) -> list[Case]:
    envelope = RawEnvelope(
        channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:sample"
    )
    return follow(context, receive(context, data, envelope).raw)


def _token(case: Case) -> str:
    """The token of the newest customer's link in a letter about the case."""
    texts = [one.text for one in notices.of_case(case.id)]
    return re.findall(r"/c/([\w-]+)/", "\n".join(texts))[-1]


def _token_to(address: str) -> str:
    """The token of the first reporter's link in a letter to that address."""
    letters = notices.recent_to(address, NOON - timedelta(days=9))
    return re.findall(r"/r/([\w-]+)/", "\n".join(letter.text for letter in letters))[-1]
