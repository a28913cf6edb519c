"""What is asked, confirmed and written of an export: computed without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.deciding.parts import Desk, said
from aupkeep.app.deciding import approvals
from aupkeep.app.deciding import export_requests as room
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.export_request import ExportRequest
from aupkeep.model.roles import StaffAct
from casework.scenes import KARI, NOW, OLA

DAY = timedelta(days=1)
ASKED = ExportRequest(id="e1", by="kari", at=NOW, behind=("eve",))
GIVEN = replace(ASKED, given_by="ola", given_at=NOW)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Kari may export, and has a colleague."""
    made = Desk(room, monkeypatch, tmp_path)
    made.keep("authorised", KARI)
    made.keep("with_makers", KARI)
    made.give("export_requests.unused", [])
    made.keep("is_alone", value=False)
    made.give("log.size", 7)
    return made


def taken(desk, request, second):
    """The entry, and the request that is used up."""
    call = desk.journal.one()
    assert said(call["entries"][0]) == {
        "type": EntryType.JOURNAL_EXPORTED, "case": None, "by": "kari",
        "export": request and request.id, "second": second, "to": "j.jsonl", "entries": 7,
    }  # fmt: skip
    assert call["rows"] == ([replace(request, used_at=NOW)] if request else [])
    assert call["seen"] == ([request] if request else [])


def test_the_first_time_it_waits(desk):
    """What is asked for is kept with who may have asked; the answer says what a colleague does."""
    desk.keep("with_makers", replace(KARI, behind=("eve",)))
    shown = room.take_journal(desk.context, "kari", "j.jsonl")
    assert desk.calls["authorised"] == [("kari", StaffAct.JOURNAL)]
    assert desk.calls["with_makers"] == [(desk.context, KARI)]
    assert desk.calls["is_alone"] == [(desk.context, "kari")]
    call = desk.journal.one()
    assert call["rows"] == [replace(ASKED, id=shown.export)]
    assert said(call["entries"][0]) == {
        "type": EntryType.EXPORT_ASKED, "case": None, "by": "kari", "export": shown.export,
        "why": "an export waits for a second person",
    }  # fmt: skip
    assert shown.state == "waits for a second person"
    assert shown.next == (
        "the journal holds who reported, so nothing is written yet: a colleague confirms, from "
        f"their own session or token: aupkeep approve {shown.export}; then give this again"
    )


@pytest.mark.parametrize(
    ("unused", "waits"),
    [
        ([replace(ASKED, at=NOW - DAY + timedelta(seconds=1))], "e1"),
        ([replace(ASKED, at=NOW - DAY)], None),
        ([replace(GIVEN, at=NOW, given_at=NOW - DAY)], None),
        ([replace(GIVEN, given_at=NOW - DAY), replace(ASKED, id="e2")], "e2"),
    ],
)
def test_it_is_asked_once_a_day(desk, unused, waits):
    desk.give("export_requests.unused", unused)
    shown = room.take_journal(desk.context, "kari", "j.jsonl")
    assert (shown.export == waits) == (waits is not None)
    assert len(desk.journal.calls) == (waits is None)


def test_what_was_confirmed_is_taken_once(desk):
    """Within a day of the second person's word; also where the desk has shrunk meanwhile."""
    ready = replace(GIVEN, at=NOW - DAY, given_at=NOW - DAY + timedelta(seconds=1))
    desk.give("export_requests.unused", [ASKED, ready])
    assert room.take_journal(desk.context, "kari", "j.jsonl") is None
    taken(desk, ready, "ola")
    assert desk.calls["is_alone"] == []


def test_alone_it_is_written_that_nobody_was_with_them(desk):
    desk.keep("is_alone", value=True)
    assert room.take_journal(desk.context, "kari", "j.jsonl") is None
    taken(desk, None, None)


def test_a_colleague_confirms(desk, monkeypatch):
    """Who they are is looked at with who made their token, and so is who asked."""
    people = {"ola": OLA, "kari": KARI}
    monkeypatch.setattr(room, "authorised", lambda who, act: replace(people[who], name=act.value))
    known = []

    def makers(context, actor, maker=None) -> object:
        known.append((context, actor.id, actor.name, maker))
        return actor

    monkeypatch.setattr(room, "with_makers", makers)

    def second(context, actor, asked_at, maker) -> object:
        assert asked_at == ASKED.at
        return makers(context, actor, maker)

    monkeypatch.setattr(room, "second_person", second)
    shown = room.confirm_export(desk.context, ASKED, "ola", "s1")
    assert known == [
        (desk.context, "ola", StaffAct.APPROVE.value, "s1"),
        (desk.context, "kari", StaffAct.JOURNAL.value, None),
    ]
    assert (shown.export, shown.by, shown.approver, shown.until) == ("e1", "kari", "ola", NOW + DAY)
    assert shown.next == "kari gives the command `aupkeep export` again, once"
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([GIVEN], [ASKED])
    assert said(call["entries"][0]) == {
        "type": EntryType.EXPORT_ASKED, "case": None, "by": "kari", "export": "e1",
        "why": "an export was confirmed",
    }  # fmt: skip
    assert call["entries"][0].actor.id == "ola"


@pytest.mark.parametrize(
    ("request_", "second", "error", "words"),
    [
        (GIVEN, OLA, Conflict, "export e1: expected one that waits, found that ola confirmed it"),
        (
            replace(ASKED, at=NOW - DAY),
            OLA,
            Conflict,
            "export e1: expected one that waits, found that its day is over",
        ),
        (
            ASKED,
            KARI,
            Forbidden,
            "refused (invariant 2): who asked for an export does not confirm it",
        ),
        (ASKED, replace(OLA, behind=("kari",)), Forbidden, "refused (invariant 15): One acts here"),
        (ASKED, replace(OLA, behind=("eve",)), Forbidden, "that eve made, so both may be one"),
    ],
)
def test_who_confirms_nothing(desk, monkeypatch, request_, second, error, words):
    monkeypatch.setattr(room, "authorised", lambda who, _: second if who == "x" else KARI)
    for name in ("with_makers", "second_person"):
        monkeypatch.setattr(room, name, lambda _, actor, *_more: actor)
    with pytest.raises(error) as refused:
        room.confirm_export(desk.context, request_, "x", None)
    assert words in str(refused.value)
    assert words.startswith("that") or str(refused.value).startswith(words)
    assert str(refused.value).endswith(words) or "may be one" in str(refused.value)
    assert desk.journal.calls == []


def test_the_door_of_approvals_leads_to_it(tmp_path, monkeypatch):
    desk = Desk(approvals, monkeypatch, tmp_path)
    monkeypatch.setattr(approvals.export_requests, "get", {"e1": ASKED}.get)
    desk.keep("confirm_export", "confirmed")
    given = approvals.approve(desk.context, "e1", person="ola", maker="s1")
    assert given == "confirmed"
    assert desk.calls["confirm_export"] == [(desk.context, ASKED, "ola", "s1")]
