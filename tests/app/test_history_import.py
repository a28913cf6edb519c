"""History of another system: closed cases that start nothing, whatever else goes on."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.conftest import LINE as LOG
from app.conftest import MAIL, NOON, furnish, report
from app.steps import arrive
from aupkeep.app.history_import import HistoryImport, import_history
from aupkeep.app.pages.statistics.load import desk_figures
from aupkeep.app.proof.verify import verify_home
from aupkeep.intake.history import mbox_mails
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.ladder import Evidence
from aupkeep.store import cases, outbox, reports
from aupkeep.store.models import CaseRow, DecisionRow, NoticeRow, SourceRow

DAY = timedelta(days=1)
LINE = {
    "id": "RT-1",
    "received": "2026-02-20T09:00:00Z",
    "kind": "connection/login_attack",
    "address": "203.0.113.70",
    "at": "2026-02-20T08:00:00Z",
}


@pytest.fixture
def held(context):
    """A desk whose customer alder held 203.0.113.70 until an hour ago, and birch holds now."""
    return furnish(context)


def letter(at: datetime, address: str = "203.0.113.70") -> bytes:
    """A mail of that time about password guessing, with a line that begins with From."""
    log = LOG.format(at=at, n=1, address=address, port=9)
    mail = MAIL.format(domain="cert.example", sent=at, number=f"{at:%d%H%M%S}", lines=log)
    return f"{mail}\r\nFrom here on we watch.\r\n".encode()


def mbox(path: Path, *mails: bytes) -> Path:
    """An mbox, in which a line that begins with From is quoted (RFC 4155)."""
    envelope = b"From soc@cert.example Sun Mar  1 12:00:00 2026\n"
    plain = [mail.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") for mail in mails]
    path.write_bytes(b"".join(envelope + mail + b"\n" for mail in plain))
    return path


def lines(path: Path, *fields: object) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in fields))
    return path


def taken(context, form: str, path: Path, by: Actor = SYSTEM) -> HistoryImport:
    """What the import of one path answers."""
    return import_history(context, form, [path], by=by, progress=lambda _done: None)


def imported() -> list:
    """The imported cases, the oldest first."""
    return [
        cases.get(row.id)
        for row in CaseRow.objects.filter(outcome="imported").order_by("opened_at")
    ]


def test_no_imported_case_is_counted_as_opened_here(held, tmp_path):
    """Nobody was to act on it: on the day of an import the desk's own times stay what they are."""
    taken(held, "mbox", mbox(tmp_path / "old.mbox", letter(NOON - 3 * DAY)))
    assert len(imported()) == 1
    assert desk_figures(held).first_act.opened == 0
    arrive(held, report("203.0.113.10", NOON - timedelta(minutes=5)))
    assert desk_figures(held).first_act.opened == 1


def test_mails_become_closed_cases_and_nothing_else(held, tmp_path):
    """No notice, decision, effect, source or inbox row; a second run finds all of it there."""
    first, last = NOON - 21 * DAY, NOON - 3 * DAY
    file = mbox(
        tmp_path / "a.mbox",
        *(letter(at) for at in (first, first + 2 * DAY, last)),
        letter(NOON - DAY, "198.51.100.7"),
        b"Subject: hello\nDate: Sun, 01 Feb 2026 12:00:00 +0000\n\nWho may help me?\n",
        b"Subject: no time\n\nx\n",
        b"Subject: no year\nDate: Fri, 31 Dec 9999 23:59:59 -0800\n\nx\n",
    )
    waiting = outbox.pending()
    done = taken(held, "mbox", file)
    assert (done.seen, done.new, done.repeated, done.rejected) == (7, 5, 0, 2)
    assert "Received or Date" in done.refused[0].reason
    assert (done.cases, done.unread, done.unheld) == (2, 1, 1)
    known = imported()
    assert [(case.opened_at, case.changed_at) for case in known] == [
        (first, first + 2 * DAY),
        (last, last),
    ]
    for case in known:
        assert (case.state, case.customer, case.strikes) == (CaseState.CLOSED, "alder", 0)
        assert case.level is Evidence.E0
    assert not any(table.objects.exists() for table in (NoticeRow, DecisionRow, SourceRow))
    assert (outbox.pending(), reports.inbox_count()) == (waiting, 0)
    again = taken(held, "mbox", file)
    assert (again.new, again.repeated, again.cases) == (0, 5, 0)
    assert imported() == known
    assert verify_home(held).ok


def test_what_is_reported_now_opens_a_case_of_its_own(held, tmp_path):
    """Also when history that came in later is newer than the open case, or the report is late."""
    (live,) = arrive(held, report("203.0.113.70", NOON - 2 * DAY))
    assert (live.state, live.customer) != (CaseState.CLOSED, None)
    taken(held, "mbox", mbox(tmp_path / "a.mbox", letter(NOON - timedelta(hours=2))))
    (history,) = imported()
    (same,) = arrive(held, report("203.0.113.70", NOON - timedelta(hours=2), lines=3))
    assert same.id == live.id
    assert imported() == [history]
    assert cases.get(live.id).outcome is None


def test_lines_are_judged_one_by_one(held, tmp_path):
    """Each that is wrong is refused with its reason, and the others go in."""
    wrong = {
        "expected one JSON object": [],
        "expected id": {**LINE, "id": ""},
        "expected one of address": {**LINE, "url": "https://a.example/"},
        "kind: expected": {**LINE, "kind": "nonsense"},
        "expected fields among": {**LINE, "more": 1},
        "address: expected str": {**LINE, "address": 7},
        "port: expected int": {**LINE, "port": True},
        "between 1990 and now": {**LINE, "received": "2027-01-01T00:00:00Z"},
        "received": {**LINE, "received": "yesterday"},
        "port": {**LINE, "port": 70000},
        "address": {**LINE, "address": "203.0.113.700"},
        "whole characters": {**LINE, "subject": "half \ud83d"},
        "came before with other fields": {**LINE, "subject": "changed later"},
    }
    file = lines(tmp_path / "a.jsonl", LINE, *wrong.values(), {**LINE, "id": "RT-2"})
    done = taken(held, "jsonl", file)
    assert (done.new, done.rejected) == (2, len(wrong)), done
    for refused, expected in zip(done.refused, wrong, strict=True):
        assert expected in refused.reason, refused
    (case,) = imported()
    assert (case.customer, case.outcome, case.events) == ("alder", Outcome.IMPORTED, 2)
    assert taken(held, "jsonl", file).new == 0


def test_a_maildir_stays_as_it_is(held, tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    (tmp_path / "box" / "new" / "1").write_bytes(letter(NOON - DAY))
    (tmp_path / "box" / "cur" / "2:2,S").write_bytes(letter(NOON - 2 * DAY))
    (tmp_path / "box" / "tmp" / "3").write_bytes(letter(NOON - 3 * DAY))
    assert taken(held, "maildir", tmp_path / "box").new == 2
    assert (tmp_path / "box" / "new" / "1").exists()
    with pytest.raises(Invalid, match="Maildir"):
        taken(held, "maildir", tmp_path)


def test_it_takes_an_inventory_and_the_right(context, tmp_path):
    """Without assignments nobody would be found; a stranger to the settings takes nothing in."""
    file = lines(tmp_path / "a.jsonl", LINE)
    with pytest.raises(Invalid, match="assignments first"):
        taken(context, "jsonl", file)
    furnish(context)
    with pytest.raises(Forbidden):
        taken(context, "jsonl", file, Actor(kind=ActorKind.PERSON, id="nobody@aupkeep.example"))
    assert imported() == []


def test_an_mbox_is_split_where_a_mail_begins(tmp_path):
    """At a line that begins with From after a blank one, whatever ends the lines."""
    file = tmp_path / "a.mbox"
    file.write_bytes(
        b"From a Sun Mar  1 12:00:00 2026\r\nSubject: 1\r\n\r\nFrom b\r\nx\nFrom c\n\n"
        b"From d Sun Mar  1 12:00:00 2026\nSubject: 2\n\ny"
    )
    with file.open("rb") as box:
        assert [mail.count(b"Subject") for mail in mbox_mails(box)] == [1, 1]
    file.write_bytes(b"")
    with file.open("rb") as box:
        assert list(mbox_mails(box)) == []
