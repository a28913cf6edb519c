"""What a filer sees and hears: nothing about whose address it is, and in the end the reasons."""

import dataclasses
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from app.conftest import with_settings
from app.notices_filed import GOOD, PEER, file_one, solve
from app.steps import follow
from app.submissions.test_filing import cheap, confirm_token
from aupkeep.app.access.staff import actor_of
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.pages.notice_form.load import (
    check_notice,
    confirm_notice,
    confirm_page,
    form_page,
    keep_files,
    send_notice,
)
from aupkeep.app.pages.notice_form.page import Caller, PostedNotice
from aupkeep.app.pages.reporter.load import reporter_page
from aupkeep.app.pages.reporter.page import Progress, Result
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.receiving.notice_draft import InvalidNotice
from aupkeep.app.receiving.uploads import MOST_FILES
from aupkeep.app.submissions.confirm import confirm
from aupkeep.app.submissions.notify_submitters import notify_submitters
from aupkeep.model.case import Outcome
from aupkeep.model.errors import Conflict, Gone, Invalid, Missing, TooMany, Unreadable
from aupkeep.model.filing import Matter
from aupkeep.store import drafts, notices, shared_counters

DAY = timedelta(days=1)
ADDRESSES = ["203.0.113.70", "203.0.113.99", "192.0.2.1"]  # held, ours and free, not ours


def posted(matter=Matter.BREAK_IN, handles=(), **more):
    caller = Caller(PEER, "")
    return PostedNotice(
        matter=matter, language="en", fields=GOOD | more, handles=tuple(handles), caller=caller
    )


def send(context, form):
    """Walk the form's last page: the challenge solved, the notice sent."""
    checked = check_notice(context, form)
    return send_notice(context, form, checked.challenge, solve(checked.challenge, checked.bits))


def outcomes(context):
    recent = notices.recent_to(GOOD["email"], context.now() - DAY)
    return [one for one in recent if one.kind == "outcome"]


def closed(context, filed, outcome=Outcome.FIXED):
    """Read it, limit it, close its case; the case."""
    (case,) = follow(context, filed.filing.raw)
    decide_case(
        context,
        case.reference,
        people=("ada@aupkeep.example",),
        reasons="Please.",
        measure="inform",
    )
    found = find_case(case.reference)
    close_case(context, found, actor_of("ada@aupkeep.example"), outcome, "done")
    return case


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_is_the_same_whoever_holds_the_address(furnished, address):
    """Until the filer is known the page holds the receipt and nothing else (A30)."""
    filed = file_one(furnished, where=address)
    follow(furnished, filed.filing.raw)
    page = reporter_page(furnished, filed.token, "")
    assert (page.progress, page.result, page.others) == (Progress.RECEIVED, Result.OPEN, 0)
    assert page.steps == ((Progress.RECEIVED, filed.filing.made_at),)
    assert (page.subject, page.reference) == (address, filed.filing.reference)
    assert (page.filing.asked, page.filing.known, page.filing.ruled) == (True, False, ())


def test_filing_looks_nobody_up(furnished):
    """The same statements run for every address, and none reads who holds what (A30)."""
    shapes = []
    for number, address in enumerate(ADDRESSES):
        with CaptureQueriesContext(connection) as seen:
            file_one(furnished, where=address, email=f"k{number}@reporter.example")
        told = [captured_query["sql"] for captured_query in seen.captured_queries]
        assert not [sql for sql in told if re.search("store_(assignment|space|customer)", sql)]
        shapes.append([re.match(r"\W*(\w+)", sql)[1] for sql in told])
    assert shapes[0] == shapes[1] == shapes[2]


def test_the_accused_learns_nothing_of_who_filed_it(furnished):
    """Neither name nor address nor the filer's own words stand in the letter or on the page."""
    why = "Kari Nordby of reporter.example saw CANARY-WORDS, write to kari@reporter.example."
    filed = file_one(furnished, Matter.BREAK_IN, why=why, lines="CANARY-LINES from 203.0.113.70")
    confirm(furnished, confirm_token(furnished))
    follow(furnished, filed.filing.raw)
    (letter,) = notices.recent_to("abuse@birch.example", furnished.now() - DAY)
    token = re.search(r"/c/([\w-]+)/", letter.text)[1]
    page = customer_page(furnished, token, "")
    assert "203.0.113.70" in letter.text
    for told in (letter.text, repr(dataclasses.asdict(page))):
        assert not re.search("kari|nordby|reporter.example|canary", told.lower())


def test_a_proven_filer_reads_that_it_is_not_ours(furnished):
    """As a reporter by mail does; the address of a stranger's question stays unanswered."""
    filed = file_one(furnished, where="192.0.2.1")
    follow(furnished, filed.filing.raw)
    confirm(furnished, confirm_token(furnished))
    assert reporter_page(furnished, filed.token, "").result is Result.NOT_OURS


def test_the_page_is_there_before_it_was_read(furnished):
    filed = file_one(furnished)
    page = reporter_page(furnished, filed.token, "nb")
    assert (page.language, page.result) == ("nb", Result.OPEN)


def test_a_status_page_ends_with_its_link(furnished, now):
    filed = file_one(furnished)
    now.at += 184 * DAY
    with pytest.raises(Gone):
        reporter_page(furnished, filed.token, "")


def test_a_proven_filer_hears_the_end_once_with_rule_and_redress(furnished):
    """DSA Article 16(5): by mail, in the filer's language; the page says the same."""
    filed = file_one(furnished)
    confirm(furnished, confirm_token(furnished))
    closed(furnished, filed)
    assert [notify_submitters(furnished), notify_submitters(furnished)] == [1, 0]
    assert verify_home(furnished).ok, "the journal names every row as it is"
    (letter,) = outcomes(furnished)
    assert filed.filing.reference in letter.title
    for words in (
        "It was fixed.",
        "Access without permission",
        "go to court",
        "took the first decision",
    ):
        assert words in letter.text
    page = reporter_page(furnished, filed.token, "")
    (rule,) = page.filing.ruled
    assert (page.result, rule.title) == (Result.FIXED, "Access without permission")
    for told in (letter.text, repr(dataclasses.asdict(page))):
        assert not re.search("birch|vm-b|alder", told.lower())


def test_who_is_not_proven_hears_nothing_by_mail(furnished):
    """Whoever typed that address does not decide what its owner receives."""
    filed = file_one(furnished)
    closed(furnished, filed)
    assert (notify_submitters(furnished), outcomes(furnished)) == (0, [])


def test_an_open_case_is_not_over(furnished):
    filed = file_one(furnished)
    confirm(furnished, confirm_token(furnished))
    follow(furnished, filed.filing.raw)
    assert notify_submitters(furnished) == 0


def test_nobody_is_told_in_listen_mode(furnished):
    """And everybody is when it ends."""
    filed = file_one(furnished)
    confirm(furnished, confirm_token(furnished))
    closed(furnished, filed)
    assert notify_submitters(with_settings(furnished, provider={"listen": True})) == 0
    assert notify_submitters(furnished) == 1


def test_the_form_is_walked_to_its_end(furnished):
    token = send(furnished, posted())
    assert reporter_page(furnished, token, "").kind == "Password guessing"
    page = confirm_page(furnished, confirm_token(furnished), "")
    assert (page.email, page.language) == (GOOD["email"], "en")
    assert confirm_notice(furnished, confirm_token(furnished)) == token


def test_a_challenge_that_was_given_is_kept(furnished, now):
    """So a wait that has begun is not begun anew; of what is no challenge nothing is kept."""
    first = check_notice(furnished, posted())
    now.at += timedelta(seconds=2)
    again = check_notice(furnished, posted(), first.challenge)
    assert (again.challenge, again.wait) == (first.challenge, first.wait - 2)
    with pytest.raises(Invalid):
        check_notice(furnished, posted(), "forged")


def test_the_price_rises_with_each_try_of_a_place(furnished):
    bits = [check_notice(furnished, posted()).bits for _ in range(25)]
    assert bits == sorted(bits)
    assert bits[-1] > bits[0]


def test_files_wait_with_the_form_and_go_along(furnished):
    """A handle is as good as the file, and nobody but us makes one."""
    caller = Caller(PEER, "")
    handles = keep_files(furnished, [b"From: a\r\n", b""], (), caller)
    assert len(handles) == 1
    assert keep_files(furnished, [], handles, caller) == handles
    checked = check_notice(furnished, posted(Matter.SPAM, handles))
    assert checked.draft.uploads[0].size == 9
    forged = handles[0][:-1] + ("0" if handles[0][-1] != "0" else "1")
    for handle in (forged, "", "x" * 500, "\ud800", "a.b.c"):
        with pytest.raises(Unreadable):
            check_notice(furnished, posted(Matter.SPAM, [handle]))


def test_files_have_limits(furnished):
    context = cheap(furnished, uploads_an_hour=2, upload_bytes=100)
    caller = Caller(PEER, "")
    with pytest.raises(InvalidNotice, match="at most 100 bytes"):
        keep_files(context, [bytes(101)], (), caller)
    with pytest.raises(InvalidNotice, match=f"at most {MOST_FILES} files"):
        keep_files(context, [b"x"] * 6, (), caller)
    keep_files(context, [b"1", b"2"], (), caller)
    with pytest.raises(TooMany):
        keep_files(context, [b"3"], (), caller)
    assert drafts.total() == 2


def test_a_closed_form_takes_nothing(furnished):
    """Also not from a page that was open before."""
    closed = cheap(furnished, open=False)
    for ask in (lambda: form_page(closed), lambda: check_notice(closed, posted()),
                lambda: keep_files(closed, [b"x"], (), Caller(PEER, "")),
                lambda: send(closed, posted())):  # fmt: skip
        with pytest.raises(Missing):
            ask()


def test_a_proxy_of_ours_is_not_the_caller(furnished):
    """Behind it each visitor is a place of their own."""
    context = with_settings(furnished, web={"proxies": ("127.0.0.1",)})
    context = cheap(context, an_hour=1)
    for number in (1, 2):
        caller = Caller("127.0.0.1", f"198.51.{number}.9")
        form = dataclasses.replace(posted(email=f"k{number}@reporter.example"), caller=caller)
        assert send(context, form)


def test_two_desks_share_the_limits(furnished):
    """Two web processes are two desks on one store: what one counts the other sees."""
    one, two = cheap(furnished, an_hour=1), cheap(furnished, an_hour=1)
    send(one, posted())
    with pytest.raises(TooMany):
        send(two, posted(email="other@reporter.example"))
    form = posted()
    checked = check_notice(one, form)
    solution = solve(checked.challenge, checked.bits)
    shared_counters.spend(f"spent:{checked.challenge.split('.')[3]}", furnished.now() + DAY)
    with pytest.raises((Conflict, TooMany)):
        send_notice(two, form, checked.challenge, solution)
