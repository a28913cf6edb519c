"""A feed about many servers of many customers: one mail a customer, and every case says which."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection
from django.test import Client

from app.conftest import NOON, STAMP, report
from app.notifying.test_notices import letter
from app.reading.test_case_mail import back, bounce
from app.steps import arrive, told, vouch, work
from aupkeep.app.access.links import token_beside
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.retell import retell
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.notifying.opt_outs import customer_mail, send_digest_now, set_opt_out
from aupkeep.app.pages.customers.record import customer_record
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.notice import NEXT_DIGEST, NoticeKind, NoticeState
from aupkeep.store import actions, cases, log, notices, outbox, reports

FEED = """\
From: Scans <scans@cert.example>\r
To: abuse@aupkeep.example\r
Subject: Daily list\r
Date: Sun, 01 Mar 2026 11:58:00 +0000\r
Message-ID: <{name}@cert.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=edge\r
\r
--edge\r
Content-Type: text/plain\r
\r
The list of today.\r
--edge\r
Content-Type: text/csv; charset=utf-8\r
Content-Disposition: attachment; filename="2026-03-01-scan_dns-asn.csv"\r
\r
{rows}\r
--edge--\r
"""
ROW = "udp,53,openresolver,64512,ZZ,4.6,9.18"
HEAD = "timestamp,ip,protocol,port,tag,asn,geo,min_amplification,dns_version"
OPEN_SERVICE = "vulnerability/open_service"
SPACE = "2001:db8::/32"
SOON = timedelta(minutes=16)
MOST_QUERIES = 88  # a row, its share of the mail too, and the sources that name its case


def address(number: int) -> str:
    """The address of one server."""
    return f"2001:db8::{number + 1:x}"


def provide(context, customers: int, servers: int) -> None:
    """Customers with two contacts each, and servers dealt out to them in turn."""
    declare_space(context, SPACE, "main")
    vouch(context, "mail:cert.example")  # of a newcomer a customer is told once a week
    rows = [f"c{n},C{n},noc@c{n}.example,abuse,en\nc{n},C{n},boss@c{n}.example,owner,nb"
            for n in range(customers)]  # fmt: skip
    head = "customer,name,contact,role,language\n"
    assert import_customers(context, (head + "\n".join(rows)).encode()).dead == ()
    held = [f"{address(n)},c{n % customers},vm-{n},2026-01-01T00:00:00Z," for n in range(servers)]
    head = "address,customer,resource,from,until\n"
    assert import_assignments(context, (head + "\n".join(held)).encode(), "csv").dead == ()


def feed(servers: int, name: str = "f1", *, broken: bool = True) -> bytes:
    """A list of open resolvers, one of its rows broken."""
    at = NOON - timedelta(minutes=5)
    rows = [
        f"{at - timedelta(seconds=n % 600):%Y-%m-%d %H:%M:%S},{address(n)},{ROW}"
        for n in range(servers)
    ]
    if broken:
        rows[servers // 2] = f"yesterday,no address,{ROW}"
    text = FEED.format(name=name, rows="\r\n".join([HEAD, *rows]))
    return (STAMP.format(domain="cert.example") + text).encode()


def pass_time(context, now, after=SOON):
    """Some time later all mail that is due leaves."""
    now.at += after
    while outbox.pending(["digest"]) and work_due(context, "digest"):
        pass
    while work_due(context, "mail"):
        pass


def work_due(context, kind):
    """Do a hundred of what is due; whether there was any."""
    before = outbox.pending([kind])
    work(context, kind)
    return outbox.pending([kind]) < before


def mails(outgoing, domain="c"):
    """How many mails each customer's contact got."""
    return {
        to: len(sent) for to, sent in outgoing.items() if f"@{domain}" in to and "cert" not in to
    }


@pytest.mark.parametrize(
    ("customers", "servers"),
    [(3, 10), pytest.param(300, 2000, marks=pytest.mark.nightly("processes"))],
)
def test_a_feed_is_one_mail_a_customer(context, now, outgoing, customers, servers):
    """No customer gets two mails about one thing; the broken row is shown; the journal holds."""
    provide(context, customers, servers)
    found = arrive(context, feed(servers))
    assert len(found) == servers - 1
    (read,) = reports.of_case(found[0].id)
    assert len(read.reading.dead) == 1
    pass_time(context, now, timedelta(0))
    assert mails(outgoing) == {}, "none leaves before its time"
    pass_time(context, now)
    assert mails(outgoing) == {f"noc@c{n}.example": 1 for n in range(customers)}
    for case in found:
        (notice,) = notices.of_case(case.id)
        mail = notices.get(notice.within)
        assert (mail.kind, mail.recipient) == (NoticeKind.DIGEST, notice.recipient)
        assert notice.sent_at == mail.sent_at
        assert case.reference in mail.text
        assert told(case, EntryType.NOTICE_SENT)[-1]["within"] == mail.id
        assert case.deadline_at - mail.made_at >= timedelta(hours=71)
    arrive(context, feed(servers, "f2"))
    pass_time(context, now, timedelta(days=2))
    assert max(mails(outgoing).values()) == 1
    assert verify_home(context).ok


def test_a_row_costs_the_same_however_long_its_list(context, now, outgoing):
    """So many queries a row, and the list itself, a large document, is not read again for each."""
    provide(context, 2, 12)
    asked = []
    arrive(context, feed(2, "f1", broken=False))

    def count(execute, sql: str, *given: object) -> object:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(count):
        arrive(context, feed(12, "f2", broken=False))
        pass_time(context, now)
    assert len(asked) < MOST_QUERIES * 10, "ten are new"
    documents = [sql for sql in asked if '"store_report"."reading"' in sql]
    assert len(documents) <= 2, "once to see that it is new, once when it was read"


def test_what_comes_later_waits_for_the_next_day(context, now, outgoing):
    """A second list names one server more: its customer reads of it a day after the first mail."""
    provide(context, 1, 4)
    arrive(context, feed(3, broken=False))
    pass_time(context, now)
    (fourth,) = [c for c in arrive(context, feed(4, "f2", broken=False)) if c.resource == "vm-3"]
    (notice,) = notices.of_case(fourth.id)
    assert (notice.state, notice.within) == (NoticeState.GATHERED, NEXT_DIGEST)
    pass_time(context, now, timedelta(hours=23))
    assert mails(outgoing) == {"noc@c0.example": 1}
    pass_time(context, now, timedelta(hours=1))
    assert mails(outgoing) == {"noc@c0.example": 2}
    alone = notices.get(notice.id)
    assert (alone.within, alone.state) == (alone.id, NoticeState.SENT)


def test_a_digest_that_comes_back_goes_to_the_next_contact(context, now, outgoing):
    """Every case that it told: no deadline runs until the next mail has left."""
    provide(context, 1, 3)
    found = arrive(context, feed(3, broken=False))
    pass_time(context, now)
    (within,) = {notices.of_case(case.id)[0].within for case in found}
    digest = notices.get(within)
    arrive(context, bounce(digest, recipient="noc@c0.example"))
    assert {find_case(case.id).state for case in found} == {CaseState.OPEN}
    assert retell(context, lambda _: True) == 3
    pass_time(context, now)
    assert mails(outgoing) == {"noc@c0.example": 1, "boss@c0.example": 1}
    assert {find_case(case.id).state for case in found} == {CaseState.WAITING}
    assert notices.of_case(found[0].id)[-1].language == "nb"


def test_what_one_digest_told_is_reminded_of_in_one_mail(context, now, outgoing):
    """Three servers; one is answered for, and one reminder names both others.

    A reply to it is an answer to both.
    """
    provide(context, 1, 3)
    found = arrive(context, feed(3, broken=False))
    token = re.search(r"/c/([^/\s]+)/", notices.of_case(found[0].id)[0].text)[1]
    pass_time(context, now)
    once = next_once(context, find_case(found[0].id))
    give_answer(context, token, AnswerKind.FIXED, "rebuilt", once)
    now.at += timedelta(hours=37)
    work(context, "remind")
    pass_time(context, now, timedelta(0))
    assert mails(outgoing) == {"noc@c0.example": 2}
    assert b"and 1 more" in outgoing["noc@c0.example"][1]
    reminders = [
        notice
        for case in found
        for notice in notices.of_case(case.id)
        if notice.kind is NoticeKind.REMINDER
    ]
    assert [(notice.case in found[0].id, bool(notice.sent_at)) for notice in reminders] == [
        (False, True)
    ] * 2
    (mail,) = (notice for notice in reminders if not notice.within)
    arrive(context, letter(mail, "noc@c0.example"))
    assert {find_case(case.id).state for case in found} == {CaseState.ANSWERED}


def test_a_reply_to_a_digest_is_an_answer_to_each_case(context, now, outgoing):
    """No rule goes a step up against any of them until a person has read it."""
    provide(context, 2, 6)
    found = arrive(context, feed(6, broken=False))
    pass_time(context, now)
    theirs = [case for case in found if case.customer == "c0"]
    digest = notices.get(notices.of_case(theirs[0].id)[0].within)
    arrive(context, letter(digest, "noc@c0.example"))
    assert {find_case(case.id).state for case in theirs} == {CaseState.ANSWERED}
    assert "rebuilt the machine" in cases.answers(theirs[-1].id)[0].text
    others = {find_case(case.id).state for case in found if case.customer == "c1"}
    assert others == {CaseState.WAITING}


def test_what_was_closed_meanwhile_is_told_to_nobody(context, now, outgoing):
    """One of two cases ends before the digest leaves: the other is told in a mail of its own."""
    provide(context, 1, 2)
    first, second = arrive(context, feed(2, broken=False))
    close_by_reference(context, first.reference, "not-abuse", "a test", "ada")
    pass_time(context, now)
    assert mails(outgoing) == {"noc@c0.example": 1}
    (dropped,), (sent,) = notices.of_case(first.id), notices.of_case(second.id)
    assert (dropped.sent_at, dropped.state) == (None, NoticeState.FAILED)
    assert sent.within == sent.id


def test_old_events_are_told_on_the_page_alone(context, now, outgoing):
    """A list of five weeks ago: no mail, no deadline, and the case is dealt with."""
    provide(context, 1, 2)
    now.at += timedelta(days=35)
    (case, _) = arrive(context, feed(2, broken=False))
    pass_time(context, now)
    assert mails(outgoing) == {}
    (notice,) = notices.of_case(case.id)
    assert notice.state is NoticeState.UNMAILED
    assert "days old" in notice.failure
    assert (case.state, case.deadline_at, bool(case.handled_at)) == (CaseState.OPEN, None, True)
    assert retell(context, lambda _: True) == 0


def test_what_is_urgent_is_not_kept_waiting(furnished, now, outgoing):
    """Guessed passwords are told at once, beside whatever waits."""
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    pass_time(furnished, now, timedelta(0))
    assert mails(outgoing, "alder") == {"noc@alder.example": 1}


SHOWN = "vulnerability/misconfiguration"


def test_what_a_customer_wants_no_mail_about_stands_on_its_page(pages, now, outgoing):
    """Written down by a person with who asked; what asks for an answer is mailed all the same."""
    provide(pages, 1, 1)
    wish = {"wanted": False, "person": "ada", "reasons": "asked by telephone"}
    for kind in (SHOWN, OPEN_SERVICE):
        shown = set_opt_out(pages, "c0", kind, **wish)
    assert shown.opted_out == (SHOWN, OPEN_SERVICE)
    with pytest.raises(Conflict):
        set_opt_out(pages, "c0", SHOWN, **wish)
    import_customers(pages, b"customer,name\nc0,Other\n")
    assert customer_mail(pages, "c0").opted_out == (SHOWN, OPEN_SERVICE), "no file undoes it"
    (case,) = arrive(pages, feed(1, broken=False))
    waits = customer_mail(pages, "c0")
    assert (len(waits.waiting), waits.next_digest > now.at) == (1, True)
    send_digest_now(pages, "c0", "ada")
    pass_time(pages, now, timedelta(0))
    assert mails(outgoing) == {"noc@c0.example": 1}
    assert verify_home(pages).ok
    assert notices.of_case(case.id)[0].state is NoticeState.SENT


def test_what_no_mail_told_is_found_by_an_earlier_link(pages, now, outgoing):
    """Its own contact opens the other page and answers there; nobody else's link does."""
    provide(pages, 2, 4)
    arrive(pages, feed(2, broken=False))
    pass_time(pages, now)
    assert mails(outgoing) == {"noc@c0.example": 1, "noc@c1.example": 1}
    tokens = [
        re.findall(r"/c/([\w-]+)/", message_from_bytes(sent[0], policy=default).get_content())[0]
        for sent in (outgoing["noc@c0.example"], outgoing["noc@c1.example"])
    ]
    now.at += timedelta(days=35)
    told = {case.resource: case for case in arrive(pages, feed(4, "f2", broken=False))}
    pass_time(pages, now)
    assert mails(outgoing) == {"noc@c0.example": 1, "noc@c1.example": 1}
    there, guest = token_beside(tokens[0], told["vm-2"].reference), Client()
    page = guest.get(f"/c/{tokens[0]}/?language=en").content.decode()
    assert f'href="/c/{there}/?language=en"' in page
    assert "Not mailed" in page
    other = guest.get(f"/c/{there}/?language=en").content.decode()
    assert told["vm-2"].reference in other
    assert "vm-2" in other
    for token in (token_beside(tokens[1], told["vm-2"].reference), f"{tokens[0]}-AAAA-0000"):
        assert guest.get(f"/c/{token}/").status_code == 404
    once = next_once(pages, cases.get(told["vm-2"].id))
    give_answer(pages, there, AnswerKind.FIXED, "closed", once)
    assert find_case(told["vm-2"].reference).state is CaseState.ANSWERED
    assert verify_home(pages).ok
    left = b"customer,name,contact,role,language\nc0,C0,boss@c0.example,owner,nb\n"
    assert import_customers(pages, left).dead == ()
    assert guest.get(f"/c/{there}/").status_code == 404, "who is no contact any more"


def test_a_later_notice_of_a_case_takes_what_waits_out_of_the_digest(context, now, outgoing):
    """A person sets a day before the digest leaves: one mail, with that deadline."""
    provide(context, 1, 1)
    (case,) = arrive(context, feed(1, broken=False))
    decide_case(
        context, case.reference, people=("ada",), reasons="at once", measure="inform-deadline"
    )
    pass_time(context, now)
    assert mails(outgoing) == {"noc@c0.example": 1}
    waited, later = notices.of_case(case.id)
    assert (waited.state, later.state) == (NoticeState.FAILED, NoticeState.SENT)
    assert told(case, EntryType.NOTICE_FAILED)[-1]["notice"] == waited.id
    assert find_case(case.id).state is CaseState.WAITING
    assert verify_home(context).ok


def test_the_customer_turns_off_what_asks_nothing_and_reads_of_a_limit(pages, now, outgoing):
    """On its page, by its link: a look changes nothing, what limits is mailed all the same."""
    provide(pages, 1, 2)
    (case,) = arrive(pages, feed(1, broken=False))
    pass_time(pages, now)
    assert mails(outgoing) == {"noc@c0.example": 1}
    mail = message_from_bytes(outgoing["noc@c0.example"][0], policy=default).get_content()
    (token,) = set(re.findall(r"/c/([\w-]+)/", mail))
    path, desk = f"/c/{token}/mail?language=en", Client()
    page = desk.get(f"/c/{token}/?language=en").content.decode()
    assert "You get mail that asks nothing of you about: open service" in page
    assert desk.get(path).status_code == 405
    assert desk.post("/c/unknown/mail", {"kind": case.kind, "mail": "off"}).status_code == 404
    other = {"kind": "messaging/spam", "mail": "off"}
    assert desk.post(path, other).status_code == 422
    for _ in range(2):  # pressed twice
        answer = desk.post(path, {"kind": case.kind, "mail": "off"})
        assert (answer.status_code, answer["Location"]) == (303, f"/c/{token}/?language=en#mail")
    said = log.entries(types=(EntryType.CUSTOMER_CHANGED,))
    assert [(one.entry.actor.kind, one.entry.actor.id) for one in said] == [("customer", "c0")]
    assert customer_record(pages, "c0", reporters=False).opted_out == (case.kind,)
    assert "You get no mail" in desk.get(f"/c/{token}/?language=en").content.decode()
    for measure in ("inform-deadline", "suspend-resource"):
        decide_case(
            pages, case.reference, people=("ada",), reasons="still open", measure=measure, hours=24
        )
    by_hand = next(one for one in actions.of_case(case.id) if one.measure == "suspend-resource")
    confirm_by_hand(pages, by_hand.id, proof="it is off", person="ada")
    pass_time(pages, now)
    assert mails(outgoing) == {"noc@c0.example": 3}
    assert verify_home(pages).ok
    assert desk.post(path, {"kind": case.kind, "mail": "on"}).status_code == 303
    assert customer_mail(pages, "c0").opted_out == ()


def test_what_was_taken_back_is_in_no_digest(context, now, outgoing):
    """A list that its sender takes back before the mail leaves is told to nobody."""
    provide(context, 1, 2)
    found = arrive(context, feed(2, broken=False))
    arrive(context, back("f1@cert.example", "scans@cert.example"))
    pass_time(context, now)
    assert mails(outgoing) == {}
    for case in found:
        assert told(case, EntryType.NOTICE_FAILED)[-1]["why"] == "what it tells of was taken back"
