"""An inquiry answered, permitted or closed: what is written of each."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.conftest import with_settings
from app.deciding.parts import Desk, said
from app.deciding.test_work_written import refusal
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import inquiries
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.inquiry import Inquiry, InquiryState
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.roles import StaffAct
from casework.scenes import KARI, NOW

DAY = timedelta(days=1)
ASKED = Inquiry(id="q1", reference="Q-R2QF-2M9X", report="r1", asked_at=NOW - DAY)


@pytest.fixture
def asking(tmp_path, monkeypatch):
    """A report by mail asks, and nothing is withheld."""
    desk = Desk(inquiries, monkeypatch, tmp_path)
    desk.keep("authorised", KARI)
    desk.give("inquiries.named", ASKED)
    desk.report = report = FakeReport()
    desk.give("reports.get", report)
    desk.keep("withheld", "")
    desk.give("provider_facts", {"provider": "P"})
    desk.keep("make_notice", SimpleNamespace(id="n1"))
    desk.keep("add_notice")
    monkeypatch.setattr(inquiries, "without_holders", lambda _, text, **more: text)
    monkeypatch.setattr(inquiries.dataclasses, "replace", changed)
    return desk


class FakeReport(SimpleNamespace):
    """Of a report only what is read here."""

    def __init__(self, **given: object) -> None:
        reading = SimpleNamespace(message_id="m@x.example", reporter="eva@x.example", parts=())
        super().__init__(**({"reading": reading, "done_at": None} | given))


def changed(record, **changes):
    """`dataclasses.replace`, for what is no record too."""
    if isinstance(record, FakeReport):
        return FakeReport(**(vars(record) | changes))
    return replace(record, **changes)


ENTRY = {"type": EntryType.INQUIRY_CHANGED, "case": None, "by": "kari", "inquiry": "q1"}


def test_an_answer_leaves_by_a_letter(asking):
    """It threads with the mail that asked, which waits for nobody any more."""
    done = inquiries.answer_inquiry(asking.context, "q1", " Yes. ", person="kari")
    assert done == replace(
        ASKED, state=InquiryState.ANSWERED, notice="n1", done_at=NOW, done_by="kari"
    )
    ((given, headers),) = asking.calls["make_notice"]
    assert given[1:3] == (NoticeKind.INQUIRY, (Party.REPORTER, "eva@x.example", "en"))
    assert given[3] == {
        "provider": "P",
        "reference": ASKED.reference,
        "asked_at": ASKED.asked_at,
        "answer": "Yes.",
    }
    assert headers == {"headers": {"In-Reply-To": "<m@x.example>"}}
    call = asking.journal.one()
    assert call["rows"] == [FakeReport(done_at=NOW), done]
    assert call["seen"] == [asking.report, ASKED]
    assert said(call["entries"][0]) == {
        **ENTRY, "what": "answered", "notice": "n1", "permission": None, "reason": "",
    }  # fmt: skip
    assert asking.calls["authorised"] == [("kari", StaffAct.DECIDE)]
    ((_, notice, _),) = asking.calls["add_notice"]
    assert notice.id == "n1"


def test_an_answer_in_another_language_to_a_form(asking):
    """A form has no Message-ID to answer to; what was handled stays so."""
    reading = SimpleNamespace(message_id="", reporter="eva@x.example", parts=())
    asking.give("reports.get", FakeReport(reading=reading, done_at=NOW))
    done = inquiries.answer_inquiry(asking.context, "q1", "Ja.", person="kari", language="nb")
    ((given, headers),) = asking.calls["make_notice"]
    assert (given[2][2], headers) == ("nb", {"headers": {}})
    assert asking.journal.one()["rows"] == [done]


def test_an_answer_is_framed_in_the_providers_language(asking):
    context = with_settings(asking.context, provider={"language": "nb"})
    inquiries.answer_inquiry(context, "q1", "Ja.", person="kari")
    ((given, _),) = asking.calls["make_notice"]
    assert given[2][2] == "nb"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" ", "answer: expected 1 to 10000 characters, found 0"),
        ("x" * 10_001, "answer: expected 1 to 10000 characters, found 10001"),
        ("Until ### day ###.", "answer: expected no open place, found ### day ###"),
    ],
)
def test_an_answer_is_whole(asking, text, words):
    answer = inquiries.answer_inquiry
    assert refusal(Invalid, answer, asking.context, "q1", text, person="kari") == words
    assert asking.journal.calls == []


def test_nothing_is_answered_while_mail_is_withheld(asking):
    asking.keep("withheld", "listen mode")
    answer = inquiries.answer_inquiry
    words = refusal(Conflict, answer, asking.context, "q1", "x" * 10_000, person="kari")
    assert words == "answer: expected that mail leaves, found listen mode"
    asking.keep("withheld", "")
    asking.give("reports.get", None)
    words = refusal(Missing, answer, asking.context, "q1", "Yes.", person="kari")
    assert words == "inquiry Q-R2QF-2M9X: what asked was erased"


@pytest.mark.parametrize("act", ["answer_inquiry", "close_inquiry"])
def test_what_is_unknown_or_done_is_told(asking, act):
    does = getattr(inquiries, act)
    asking.give("inquiries.named", None)
    words = refusal(Missing, does, asking.context, "q" * 99, "so", person="kari")
    assert words == f"inquiry: expected a known one, found {'q' * 60!r}"
    asking.give("inquiries.named", replace(ASKED, state=InquiryState.CLOSED))
    words = refusal(Conflict, does, asking.context, "q1", "so", person="kari")
    assert words == "inquiry Q-R2QF-2M9X: expected it open, found it closed"


@pytest.mark.parametrize("inbox", [False, True])
def test_a_close_has_a_reason(asking, inbox):
    """As a report after all it stands in the inbox, which is not done."""
    more = {"inbox": True} if inbox else {}
    done = inquiries.close_inquiry(asking.context, "q1", "spam", person="kari", **more)
    assert done == replace(
        ASKED, state=InquiryState.CLOSED, done_at=NOW, done_by="kari", why="spam"
    )
    call = asking.journal.one()
    handled = [] if inbox else [FakeReport(done_at=NOW)]
    assert call["rows"] == [*handled, done]
    assert call["seen"] == [*([] if inbox else [asking.report]), ASKED]
    assert said(call["entries"][0]) == {
        **ENTRY,
        "what": "to the inbox" if inbox else "closed",
        "notice": None,
        "permission": None,
        "reason": "spam",
    }
    words = refusal(Invalid, inquiries.close_inquiry, asking.context, "q1", " ", person="kari")
    assert words == "reason: expected why, found nothing"


def test_a_close_needs_no_report(asking):
    """It may have been erased."""
    asking.give("reports.get", None)
    done = inquiries.close_inquiry(asking.context, "q1", "old", person="kari")
    assert asking.journal.one()["rows"] == [done]


def test_a_permission_is_granted_with_it(asking):
    """In one set of changes; the inquiry stays open for its answer."""
    permission = SimpleNamespace(id="p1")
    changes = ChangeSet(rows=[permission])
    asking.keep("granted_changes", (permission, changes))
    given = ("kari", "vulnerability/scan", NOW + DAY)
    made = inquiries.permit_inquiry(
        asking.context, "q1", *given, person="kari", reasons="a customer's own"
    )
    assert made is permission
    assert asking.calls["granted_changes"] == [
        ((asking.context, *given), {"person": "kari", "reasons": "a customer's own"})
    ]
    call = asking.journal.one()
    assert call["rows"] == [permission, replace(ASKED, permission="p1")]
    assert call["seen"] == [ASKED]
    assert said(call["entries"][0]) == {
        **ENTRY, "what": "permitted", "notice": None, "permission": "p1", "reason": "",
    }  # fmt: skip
