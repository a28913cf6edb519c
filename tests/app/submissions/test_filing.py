"""A notice on its way from the form to a case: durable, once, unproven until confirmed."""

import dataclasses
import re
from datetime import timedelta

import pytest

from app.conftest import with_settings
from app.notices_filed import COPYRIGHT, PEER, draft_of, file_one, ticket_of
from app.steps import follow
from aupkeep.app.receiving.notice_draft import InvalidNotice, Upload
from aupkeep.app.receiving.rate_limits import priced_challenge, submission_load
from aupkeep.app.submissions.confirm import confirm, to_confirm
from aupkeep.app.submissions.filing import FilingTicket, TooSoon, file_notice
from aupkeep.model.errors import Conflict, Gone, Invalid, Missing, TooMany
from aupkeep.model.filing import Matter
from aupkeep.model.ladder import Evidence
from aupkeep.model.raw import Channel
from aupkeep.store import cases, drafts, filings, notices, outbox, raws, reports
from databases import in_threads

DAY = timedelta(days=1)
MAIL = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: win\r\n\r\nReceived from 203.0.113.10\r\n"


def letters(context, address="kari@reporter.example"):
    return notices.recent_to(address, context.now() - DAY)


def confirm_token(context):
    return re.search(r"/report/confirm/([\w-]+)/", letters(context)[0].text)[1]


def read(context, filed):
    """Read it as the worker does; the cases it joined."""
    return follow(context, filed.filing.raw)


def cheap(context, **limits):
    """The desk with other limits."""
    return with_settings(context, notices=limits)


def test_a_notice_is_durable_before_the_answer(furnished):
    """Bytes, raw, filing, the effect that reads it and the mail are all there."""
    filed = file_one(furnished)
    raw = raws.get(filed.filing.raw)
    assert b"guessed passwords" in raws.read(raw.digest)
    assert (raw.channel, raw.peer) == (Channel.FORM, PEER)
    assert filings.by_raw(raw.id) == filed.filing
    due = outbox.lease(("read", "mail"), furnished.now(), 9, 9, "w")
    assert sorted(one.effect.kind for one in due) == ["mail", "read"]
    assert [letter.kind for letter in letters(furnished)] == ["filed"]


def test_what_was_filled_in_is_what_counts(furnished):
    """One claim a location, each value with its offset; words and lines are hints at most."""
    more = {"lines": "2026-03-01T11:50:00Z sshd[1]: Failed password for x from 203.0.113.10 port 9"}
    filed = file_one(furnished, where="203.0.113.70:40022\nhttps://vm-b.example/x", **more)
    read(furnished, filed)
    (report,) = reports.by_raw(filed.filing.raw)
    text = report.reading.parts[0]
    for finding, place in zip(
        report.reading.findings, ("203.0.113.70:40022", "https://vm-b.example/x"), strict=True
    ):
        spans = {text[at.start : at.end] for at in finding.offsets.values()}
        assert spans == {place, "2026-03-01T11:50:00Z"}
        assert str(finding.source) == "form:?reporter.example"
    assert "203.0.113.10" in report.reading.parts[-1]
    assert "not claimed" in report.reading.parts[-1]
    assert filings.by_raw(filed.filing.raw).report == report.id


def test_name_and_address_stand_in_no_part(furnished):
    """What may be shown to the accused holds nothing of who filed it."""
    filed = file_one(furnished)
    read(furnished, filed)
    (report,) = reports.by_raw(filed.filing.raw)
    assert not re.search("kari|nordby|reporter.example", "\n".join(report.reading.parts).lower())
    assert report.reading.reporter == "kari@reporter.example"


def test_an_unconfirmed_notice_is_an_allegation(furnished):
    """E0: a case for a person, and nobody is written to but the filer."""
    (case,) = read(furnished, file_one(furnished))
    assert case.level is Evidence.E0
    assert letters(furnished, "abuse@birch.example") == []


def test_confirming_makes_it_the_word_of_a_known_sender(furnished):
    """E1 from then on, whether it was read before or is read after."""
    filed = file_one(furnished)
    (case,) = read(furnished, filed)
    confirm(furnished, confirm_token(furnished))
    (claim,) = cases.claims(case.id)
    assert str(claim.finding.source) == "form:reporter.example"
    assert "from:mail:reporter.example" in claim.marks
    assert reports.get(claim.report).source == "mail:reporter.example"
    after = follow(furnished, filed.filing.raw)[0]
    assert (after.level, after.events) == (Evidence.E1, case.events)
    assert cases.incidents(case.id)[0].sources == ("mail:reporter.example",)


def test_it_may_be_confirmed_before_it_is_read(furnished):
    filed = file_one(furnished)
    confirm(furnished, confirm_token(furnished))
    (case,) = read(furnished, filed)
    assert case.level is Evidence.E1


def test_a_confirming_link_works_once_and_for_two_weeks(furnished, now):
    file_one(furnished)
    token = confirm_token(furnished)
    assert to_confirm(furnished, token)
    now.at += 14 * DAY
    with pytest.raises(Gone):
        confirm(furnished, token)
    now.at -= DAY
    confirm(furnished, token)
    with pytest.raises(Gone):
        confirm(furnished, token)
    with pytest.raises(Missing):
        confirm(furnished, "x" * 32)


def test_about_children_no_name_is_needed_and_no_address_is_kept(furnished):
    """DSA Article 16(2)(c): no mail, no peer, and a case all the same."""
    more = {"name": "", "email": "", "where": "http://203.0.113.200/x", "zone": "", "at": ""}
    filed = file_one(furnished, Matter.CHILD, **more)
    assert (filed.filing.confirm, raws.get(filed.filing.raw).peer) == (None, None)
    (case,) = read(furnished, filed)
    assert (case.kind, case.level) == ("content/csam", Evidence.E0)


def test_the_same_notice_with_the_same_challenge_is_one(furnished):
    """A double click is one notice with one status page; another notice needs another challenge."""
    draft, ticket = draft_of(furnished), ticket_of(furnished)
    first, again = file_notice(furnished, draft, ticket), file_notice(furnished, draft, ticket)
    assert (first.repeated, again.repeated) == (False, True)
    assert (first.filing, first.token) == (again.filing, again.token)
    with pytest.raises(Conflict):
        file_notice(furnished, draft_of(furnished, why="Something else than before."), ticket)
    assert len(letters(furnished)) == 1


def test_of_many_clicks_at_once_one_is_filed(furnished):
    """Six threads send the same page: all are led to the one filing, and one mail is made."""
    draft, ticket = draft_of(furnished), ticket_of(furnished)
    found: list[object] = []

    def click() -> None:
        try:
            found.append(file_notice(furnished, draft, ticket).filing.reference)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            found.append(error)

    in_threads([click] * 6)
    assert (len(found), len(set(map(str, found)))) == (6, 1), found
    assert len(letters(furnished)) == 1


def test_a_challenge_spent_with_a_key_is_spent(furnished):
    """In both orders: one proof of work is one notice."""
    for first, then in (({"key": "k" * 16}, {}), ({}, {"key": "x" * 16})):
        ticket = ticket_of(furnished)
        file_notice(furnished, draft_of(furnished), dataclasses.replace(ticket, **first))
        with pytest.raises(Conflict):
            file_notice(
                furnished,
                draft_of(furnished, why="Another notice altogether."),
                dataclasses.replace(ticket, **then),
            )


def test_a_key_is_one_notice_for_its_owner(furnished):
    """With an Idempotency-Key a retry may bring a fresh challenge; others' keys are other keys."""
    draft = draft_of(furnished)
    first = file_notice(furnished, draft, ticket_of(furnished, key="k" * 16))
    again = file_notice(furnished, draft, ticket_of(furnished, key="k" * 16))
    assert (again.repeated, again.token) == (True, first.token)
    with pytest.raises(Conflict):
        file_notice(furnished, draft_of(furnished, name="Ola"), ticket_of(furnished, key="k" * 16))
    assert not file_notice(furnished, draft, FilingTicket(token="feed", key="k" * 16)).repeated


def test_a_token_needs_no_challenge_and_no_confirming(furnished):
    """Its name is the source; the same bytes again are the same filing."""
    draft = draft_of(furnished)
    filed = file_notice(furnished, draft, FilingTicket(token="feed"))
    assert (filed.filing.known, letters(furnished)) == (True, [])
    assert file_notice(furnished, draft, FilingTicket(token="feed")).filing == filed.filing
    (case,) = read(furnished, filed)
    assert case.level is Evidence.E1


@pytest.mark.parametrize("solution", ["", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_without_a_proof_one_waits(furnished, now, solution):
    """The form lets a wait stand for the proof, and says how long is left; the API does not."""
    found = priced_challenge(furnished, PEER, add=True)
    ticket = FilingTicket(peer=PEER, challenge=found.text, solution=solution)
    with pytest.raises(Invalid, match="zero bits"):
        file_notice(furnished, draft_of(furnished), ticket)
    patient = dataclasses.replace(ticket, patient=True)
    with pytest.raises(TooSoon) as caught:
        file_notice(furnished, draft_of(furnished), patient)
    assert 1 <= caught.value.wait <= found.wait
    now.at += timedelta(seconds=caught.value.wait)
    assert not file_notice(furnished, draft_of(furnished), patient).repeated


def test_without_an_address_of_the_caller_it_is_taken_all_the_same(furnished):
    """Behind a socket, say: then all callers are one place."""
    filed = file_notice(furnished, draft_of(furnished), ticket_of(furnished, ""))
    assert raws.get(filed.filing.raw).peer is None


def test_one_place_may_file_so_much_an_hour(furnished, now):
    """Its neighbours in the /24 count with it, another place does not; the hour ends."""
    context = cheap(furnished, an_hour=2, bits=4)
    for number in range(2):
        ticket = ticket_of(context, f"198.51.100.{number}")
        file_notice(context, draft_of(context, email=f"k{number}@reporter.example"), ticket)
    with pytest.raises(TooMany) as caught:
        file_notice(context, draft_of(context), ticket_of(context))
    assert 0 < caught.value.wait <= 3601
    assert not file_notice(context, draft_of(context), ticket_of(context, "192.0.2.1")).repeated
    now.at += timedelta(seconds=caught.value.wait)
    assert not file_notice(context, draft_of(context), ticket_of(context)).repeated


def test_one_mail_address_may_file_so_much_a_day(furnished):
    """So nobody's mailbox is filled by others who type its address, in whatever case."""
    context = cheap(furnished, a_day=1, bits=4)
    file_one(context)
    with pytest.raises(TooMany):
        file_notice(
            context,
            draft_of(context, email="KARI@reporter.example"),
            ticket_of(context, "192.0.2.1"),
        )
    assert len(letters(context)) == 1


def test_in_listen_mode_nothing_leaves(furnished):
    """The notice is kept and read; no mail is made."""
    context = with_settings(furnished, provider={"listen": True})
    filed = file_one(context)
    assert (letters(context), filed.filing.confirm) == ([], None)
    assert read(context, filed)


def test_an_upload_is_kept_to_the_byte_and_read_as_a_hint(furnished):
    digest = drafts.keep(MAIL, furnished.now() + DAY)
    filed = file_one(furnished, Matter.SPAM, uploads=[Upload(digest, len(MAIL))])
    assert raws.read(raws.get(filed.filing.raw).digest).endswith(MAIL)
    read(furnished, filed)
    (report,) = reports.by_raw(filed.filing.raw)
    assert "win" in "\n".join(report.reading.parts) or "203.0.113.10" in report.reading.parts[1]


def test_an_upload_that_is_gone_is_asked_for_again(furnished):
    with pytest.raises(InvalidNotice, match="upload: expected the uploaded file"):
        file_one(furnished, Matter.SPAM, uploads=[Upload("ab" * 32, 9)])


def test_a_copyright_notice_becomes_a_case_about_copyright(furnished):
    filed = file_one(furnished, Matter.COPYRIGHT, where="http://203.0.113.200/film.mkv")
    (case,) = read(furnished, filed)
    assert (case.kind, case.clause) == ("copyright/copyright", "rights")
    (report,) = reports.by_raw(filed.filing.raw)
    assert COPYRIGHT["work"] in report.reading.parts[0]


def test_asking_for_a_challenge_counts_nothing(furnished):
    """A GET changes nothing, not even a counter; sending does count."""
    before = submission_load(furnished, PEER, add=False)
    priced_challenge(furnished, PEER, add=False)
    assert submission_load(furnished, PEER, add=False) == before
    priced_challenge(furnished, PEER, add=True)
    assert submission_load(furnished, PEER, add=False).here == before.here + 1
