"""A person of the desk writes to the customer and to who reported, and both write back."""

import re
from datetime import timedelta

import pytest

from app.conftest import NOON, STAMP, furnish, report
from app.steps import arrive
from aupkeep.app.access.staff import change_roles, list_people
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.deadlines import pass_deadlines
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.extend_deadline import extend_deadline
from aupkeep.app.journal import record
from aupkeep.app.notifying import notices as held
from aupkeep.app.notifying.letters import Letter, add_letter, preview_letter, send_letter
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import cases, notices, reports
from enrol import signed_in

HELLO = {"to": "customer", "subject": "A question", "text": "Which host runs that job?"}


@pytest.fixture
def desk(pages):
    """Ada decides; Eve is of the network operations and sees no reporter."""
    context = furnish(pages)
    for person in list_people():
        change_roles(context, person.address, ["analyst"])
    change_roles(context, "bea", ["noc"])
    return context


@pytest.fixture
def case(desk):
    """A case of alder's machine, reported by a proven reporter."""
    (found,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    return found


def letters(case):
    """The letters of a case, by time."""
    sent = [one for one in notices.of_case(case.id) if one.kind is NoticeKind.LETTER]
    return sorted(sent, key=lambda notice: notice.made_at)


def test_the_look_before_is_what_is_sent(desk, case):
    """By the page: a draft, the look, the sending; the case's page has it among its notices."""
    ada, path = signed_in(desk, "ada"), f"/case/{case.reference}/write"
    form = ada.get(path).content.decode()
    assert "noc@alder.example" in form
    assert "soc@cert.example" in form
    assert "### " in ada.get(f"{path}?to=customer&draft=help-customer").content.decode()
    look = ada.post(path, {**HELLO, "act": "look"}).content.decode()
    assert "As it would be sent" in look
    assert letters(case) == []
    sent = ada.post(path, {**HELLO, "act": "send"})
    assert (sent.status_code, sent["Location"]) == (303, f"/case/{case.reference}?done=written")
    (letter,) = letters(case)
    assert (letter.recipient, letter.party) == ("noc@alder.example", Party.CUSTOMER)
    assert letter.title == f"A question ({case.reference})"
    assert HELLO["text"] in letter.text
    assert re.search(r"/c/[\w-]{20,}/", letter.text)
    assert "Which host runs that job?" in ada.get(f"/case/{case.reference}").content.decode()
    again = ada.post(path, {**HELLO, "act": "send"})
    assert again.status_code == 409
    assert len(letters(case)) == 1
    assert verify_home(desk).ok


def test_neither_reads_of_the_other(desk, case):
    """Whatever the writer pastes: the reporter's names from the mail, the customer's to them."""
    (known,) = reports.of_case(case.id)
    told = (
        "soc@cert.example wrote from cert.example: Night shift saw it at gate, "
        f"<{known.reading.message_id}>. Please look at 203.0.113.10."
    )
    send_letter(
        desk, case.reference, Letter(party=Party.CUSTOMER, subject="Look", text=told), "ada"
    )
    to_us = "Alder (noc@alder.example) runs vm-a in alder; 203.0.113.10 is theirs."
    send_letter(
        desk, case.reference, Letter(party=Party.REPORTER, subject="More", text=to_us), "ada"
    )
    theirs, reporters = letters(case)
    for word in ("cert.example", "Night shift", str(known.reading.message_id)):
        assert word not in theirs.text, theirs.text
    assert "203.0.113.10" in theirs.text
    for word in ("alder", "Alder", "vm-a", case.reference):
        assert word not in reporters.text + reporters.title, reporters.text
    assert "203.0.113.10" in reporters.text
    assert reporters.recipient == "soc@cert.example"
    assert case.reference not in reporters.message_id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "until ### day ###"}, "no open place"),
        ({"subject": "### what ###"}, "no open place"),
        ({"text": " "}, "text: expected"),
        ({"subject": ""}, "subject: expected"),
        ({"subject": "x" * 151}, "150"),
        ({"to": "0198e2f0-0000-7000-8000-000000000000"}, "one of this case"),
    ],
)
def test_what_cannot_be_sent_says_why_and_keeps_the_words(desk, case, changes, said):
    words = {**HELLO, **changes, "act": "send"}
    answer = signed_in(desk, "ada").post(f"/case/{case.reference}/write", words)
    assert answer.status_code in {404, 422}
    assert said in answer.content.decode()
    assert words["text"].strip() in answer.content.decode()
    assert letters(case) == []


def test_who_sees_no_reporter_writes_to_nobody(desk, case):
    """The network operations are shown no reporter's address, and their letter is refused."""
    bea = signed_in(desk, "bea")
    assert "soc@cert.example" not in bea.get(f"/case/{case.reference}/write").content.decode()
    with pytest.raises(Forbidden):
        send_letter(
            desk, case.reference, Letter(party=Party.REPORTER, subject="x", text="y"), "bea"
        )
    assert letters(case) == []


def test_in_listen_mode_it_can_be_looked_at_and_not_sent(desk, case, monkeypatch):
    """The look says why; nothing is written, so nothing leaves later by surprise."""
    letter = Letter(party=Party.CUSTOMER, subject="x", text="y")
    assert preview_letter(desk, case.reference, letter, "ada").refused == ""
    monkeypatch.setattr(held, "withheld", lambda *_: "listen mode: no grant allows it")
    assert "listen mode" in preview_letter(desk, case.reference, letter, "ada").refused
    with pytest.raises(Conflict, match="listen mode"):
        send_letter(desk, case.reference, letter, "ada")
    assert letters(case) == []


def reply(to, sender, text, *, domain):
    """A mail that answers one of ours."""
    head = (
        f"From: {sender}\r\nTo: abuse@aupkeep.example\r\nSubject: Re: {to.title}\r\n"
        f"Date: Sun, 01 Mar 2026 12:30:00 +0000\r\nMessage-ID: <answer-{domain}@{domain}>\r\n"
        f"In-Reply-To: {to.message_id}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (STAMP.format(domain=domain) + head + text + "\r\n").encode()


def test_both_write_back(desk, case):
    """The customer's reply is an answer; the reporter's stands in the inbox and on the case."""
    for party in (Party.CUSTOMER, Party.REPORTER):
        send_letter(
            desk, case.reference, Letter(party=party, subject="Tell us", text="More?"), "ada"
        )
    theirs, reporters = letters(case)
    arrive(desk, reply(theirs, "noc@alder.example", "It is mended.", domain="alder.example"))
    (answer,) = cases.answers(case.id)
    assert (answer.kind, "It is mended." in answer.text) == (AnswerKind.NEED_HELP, True)
    assert reports.inbox_count() == 0
    arrive(desk, reply(reporters, "soc@cert.example", "Here it is.", domain="cert.example"))
    (waits,) = reports.inbox()
    assert waits.inbox_reason == (
        f"case {case.reference}: who reported it answers our letter: read it"
    )
    arrive(desk, reply(reporters, "x@other.example", "Me too.", domain="other.example"))
    assert {one.inbox_reason.split(": ")[1] for one in reports.inbox()} == {
        "who reported it answers our letter",
        "somebody else answers our letter",
    }
    assert find_case(case.id).state is CaseState.ANSWERED
    assert verify_home(desk).ok


def test_more_time_is_given_and_told(desk, case, now):
    """The customer reads the new deadline; the case comes back then, and not before."""
    decide_case(
        desk, case.reference, people=("ada",), measure="inform-deadline", reasons="please look"
    )
    waiting = find_case(case.id)
    assert waiting.state is CaseState.WAITING
    given = extend_deadline(desk, case.reference, 400, "You asked for a technician.", "ada")
    assert given.untold == ""
    assert find_case(case.id).deadline_at == given.deadline > waiting.deadline_at
    (letter,) = letters(case)
    assert "Du har nå frist til" in letter.text
    assert "technician" in letter.text
    for hours, error in ((1, Invalid), (721, Invalid)):
        with pytest.raises(error):
            extend_deadline(desk, case.reference, hours, "again", "ada")
    with pytest.raises(Forbidden):
        extend_deadline(desk, case.reference, 500, "again", "bea")
    now.at = waiting.deadline_at + timedelta(hours=1)
    pass_deadlines(desk)
    assert find_case(case.id).state is CaseState.WAITING
    now.at = given.deadline + timedelta(hours=1)
    pass_deadlines(desk)
    assert find_case(case.id).state is CaseState.OPEN
    with pytest.raises(Conflict, match="waits for an answer"):
        extend_deadline(desk, case.reference, 48, "too late", "ada")


@pytest.mark.parametrize(
    ("party", "text", "gone"),
    [
        (Party.CUSTOMER, "so\u0301c@cert . example, n i g h t shift", ["shift"]),
        (Party.CUSTOMER, "ask cert[.]example or c e r t . e x a m p l e", ["cert", "e x a m"]),
        (Party.CUSTOMER, "their host 198[.]51[.]100[.]77", ["198", "77"]),
        (Party.REPORTER, "the case is {spaced}, or {under}", ["{spaced}", "{under}"]),
        (Party.REPORTER, "it is a-l-d-e-r's, A\ufe0flder's", ["a-l-d", "lder"]),
        (Party.REPORTER, "write to noc at alder[.]example", ["alder"]),
    ],
)
def test_names_are_hidden_however_they_are_spelled(desk, case, party, text, gone):
    """Taken apart, defanged, with signs that nobody sees between the letters."""
    forms = {
        "spaced": case.reference.replace("-", " "),
        "under": case.reference.lower().replace("-", "_"),
    }
    letter = Letter(party=party, subject="Look", text=text.format(**forms))
    shown = preview_letter(desk, case.reference, letter, "ada")
    assert shown.hidden
    body = shown.text.partition("https://")[0]
    for word in gone:
        assert word.format(**forms) not in body, body


def test_of_two_at_once_one_goes_out(desk, case):
    """The journal takes the entry of the same words once, whoever looked before."""
    letter = Letter(party=Party.CUSTOMER, subject="Race", text="The very same words.")
    send_letter(desk, case.reference, letter, "ada")
    changes = ChangeSet()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aupkeep.app.notifying.letters._refuse_twice", lambda *_: None)
        add_letter(desk, case.reference, letter, SYSTEM, changes)
    with pytest.raises(Conflict):
        record(desk, changes.entries, rows=changes.rows, effects=changes.effects)
    assert len(letters(case)) == 1
