"""A report is handed over to the ticket system: what is sent and written, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.conftest import with_settings
from app.deciding.parts import Desk, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import tickets
from aupkeep.config.settings import TicketSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.grant import GrantKind
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.model.ticket import Ticket
from casework.scenes import CASE, KARI, NOW

SYSTEM_MAIL = "queue@tickets.example"
READING = SimpleNamespace(title="Spam from 203.0.113.7", message_id="m1@x.example")


def report(name="r1", minute=0, **more: object):
    """What of a report this act reads."""
    given = {"inbox_reason": None, "done_at": None, "raw": f"raw-{name}", "reading": READING}
    return _Report(id=name, at=NOW + timedelta(minutes=minute), **(given | more))


class _Report(SimpleNamespace):
    """Stands for a report; `replace` of dataclasses is asked of it."""

    __replace__ = lambda self, **more: _Report(**(self.__dict__ | more))  # noqa: E731


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A case with one report, and a ticket system."""
    made = Desk(tickets, monkeypatch, tmp_path)
    system = TicketSettings(address=SYSTEM_MAIL, name="RT")
    made.context = with_settings(
        made.context, tickets=system, provider={"url": "https://desk.example", "language": "nb"}
    )
    made.keep("authorised", KARI)
    made.keep("make_notice", SimpleNamespace(id="n1"))
    made.keep("add_notice")
    made.give("provider_facts", {"brand": "Fjord"})
    made.give("withheld", None)
    made.give("cases.by_reference", CASE)
    made.give("cases.get", None)
    made.give("reports.of_case", [report()])
    made.give("reports.get", None)
    made.give("raws.get", b"raw")
    made.give("tickets.open_of_report", None)
    monkeypatch.setattr(tickets.dataclasses, "replace", replaced)
    return made


def replaced(item, **more: object):
    """As the real one, of what stands for a report too."""
    return item.__replace__(**more) if isinstance(item, _Report) else replace(item, **more)


def opened(desk, name=CASE.reference, note=" please look ", **more: object):
    return tickets.open_ticket(desk.context, name, note, person="kari", **more)


def refused(error, desk, *given: object, **more: object):
    """The words; nothing is written or sent."""
    with pytest.raises(error) as caught:
        opened(desk, *given, **more)
    assert desk.journal.calls == []
    assert desk.calls["add_notice"] == []
    return str(caught.value)


def test_a_report_of_a_case(desk):
    """The ticket, the mail, the entry; the case waits for nobody of the desk."""
    ticket = opened(desk)
    assert ticket == Ticket(
        id=ticket.id, reference=ticket.reference, report="r1", case=CASE.id, notice="n1",
        handed_at=NOW, handed_by=KARI.id,
    )  # fmt: skip
    assert ticket.id
    assert ticket.reference.startswith("T-")
    assert [act for _, act in desk.calls["authorised"]] == [
        StaffAct.DECIDE,
        StaffAct.SEE_REPORTERS,
    ]
    ((given, more),) = desk.calls["make_notice"]
    assert given == (
        desk.context,
        NoticeKind.TICKET,
        (Party.STAFF, SYSTEM_MAIL, "nb"),
        {
            "brand": "Fjord",
            "link": f"https://desk.example/case/{CASE.reference}",
            "reference": ticket.reference,
            "about": CASE.reference,
            "subject": "Spam from 203.0.113.7",
            "note": "please look",
            "form": desk.context.settings.tickets.form,
            "raw": "raw-r1",
        },
    )
    assert more == {
        "case": CASE.id,
        "headers": {"In-Reply-To": "<m1@x.example>", "References": "<m1@x.example>"},
    }
    ((context, notice, changes),) = desk.calls["add_notice"]
    assert (context, notice.id) == (desk.context, "n1")
    assert isinstance(changes, ChangeSet)
    call = desk.journal.one()
    assert call["rows"] == [ticket, replace(CASE, handled_at=NOW, changed_at=NOW)]
    assert call["seen"] == [CASE]
    (entry,) = call["entries"]
    assert said(entry) == {
        "type": EntryType.TICKET_OPENED,
        "case": CASE.id,
        "by": KARI.id,
        "ticket": ticket.id,
        "reference": ticket.reference,
        "report": "r1",
        "to": SYSTEM_MAIL,
        "note": "please look",
    }


def test_a_reference_is_drawn_of_eight_bytes(desk):
    sizes: list[int] = []

    def noise(size: int) -> bytes:
        sizes.append(size)
        return bytes(size)

    desk.context = replace(desk.context, noise=noise)
    opened(desk)
    assert sizes[0] == 8


def test_which_report_of_a_case(desk):
    """The newest; of one moment the last by its id; or the one that is named."""
    desk.give("reports.of_case", [report("a", 1), report("c", 2), report("b", 2)])
    assert opened(desk).report == "c"
    assert opened(desk, report="a").report == "a"
    assert refused_words(desk, report="z") == (
        f"report: expected one of case {CASE.reference}, found none"
    )


def refused_words(desk, **more: object):
    desk.journal.calls.clear()
    desk.calls["add_notice"].clear()
    return refused(Missing, desk, **more)


def test_a_case_by_its_id_or_in_small_letters(desk):
    asked = []

    def by_reference(name: str) -> None:
        asked.append(name)

    desk._monkeypatch.setattr(tickets.cases, "by_reference", by_reference)
    desk.give("cases.get", CASE)
    assert opened(desk, "k7qf-2m9x").case == CASE.id
    assert asked == ["K7QF-2M9X"]


@pytest.mark.parametrize(("joined", "about"), [([], None), ([CASE], CASE), ([CASE, CASE], None)])
def test_a_report_of_the_inbox(desk, joined, about):
    """It is dealt with; where it is of one case, the case is too."""
    desk.give("cases.by_reference", None)
    waiting = report(inbox_reason="no address", reading=SimpleNamespace(title="t", message_id=""))
    desk.give("reports.get", waiting)
    desk.give("cases.of_report", joined)
    ticket = opened(desk, "r1")
    assert ticket.case == (about.id if about else None)
    ((given, more),) = desk.calls["make_notice"]
    assert more == {"case": ticket.case, "headers": {}}
    assert given[3]["link"] == "https://desk.example/" + (
        f"case/{about.reference}" if about else "inbox/r1"
    )
    assert given[3]["about"] == (about.reference if about else "")
    call = desk.journal.one()
    done = replaced(waiting, done_at=NOW)
    handled = [replace(about, handled_at=NOW, changed_at=NOW)] if about else []
    assert call["rows"] == [ticket, done, *handled]
    assert call["seen"] == [waiting, *([about] if about else [])]
    entry = call["entries"][1]
    assert (entry.type, entry.actor.id, entry.case) == (EntryType.INBOX_DONE, KARI.id, None)
    assert entry.payload["report"] == "r1"
    assert entry.payload["reason"] == f"handed over to RT as {ticket.reference}"


def test_a_report_that_was_dealt_with_and_a_case_that_is_closed(desk):
    """Stay as they are."""
    desk.give("reports.of_case", [report(inbox_reason="x", done_at=NOW)])
    desk.give("cases.by_reference", replace(CASE, state=CaseState.CLOSED))
    opened(desk)
    call = desk.journal.one()
    assert (len(call["rows"]), call["seen"], len(call["entries"])) == (1, [], 1)


def test_what_nobody_knows(desk):
    desk.give("cases.by_reference", None)
    assert refused(Missing, desk, "x" * 70) == (
        f"case or report: expected a known one, found {'x' * 60!r}"
    )


@pytest.mark.parametrize(
    ("gives", "error", "words"),
    [
        (
            {"tickets.open_of_report": SimpleNamespace(reference="T-1")},
            Conflict,
            "report: handed over already as T-1",
        ),
        (
            {"withheld": "listening"},
            Conflict,
            "ticket: expected to be able to write to them now, found: listening",
        ),
        (
            {"raws.get": None},
            Missing,
            "report: expected the bytes that came, found them erased",
        ),
    ],
)
def test_what_stands_against_it(desk, gives, error, words):
    for name, value in gives.items():
        desk.give(name, value)
    assert refused(error, desk) == words


def test_a_note_has_an_end(desk):
    assert refused(Invalid, desk, note="x" * 5001) == (
        "note: expected at most 5000 characters, found 5001"
    )
    assert opened(desk, note="x" * 5000).report == "r1"


def test_no_ticket_system(desk):
    desk.context = with_settings(desk.context, tickets=TicketSettings())
    assert refused(Invalid, desk) == (
        "tickets.address: expected the ticket system's, found none; set it first"
    )
    desk.give("allowance_of", Allowance.YES)
    assert tickets.ticket_system(desk.context, "kari") == ""


def test_what_is_looked_for(desk):
    """Each by its own id; whether one may write to people of the desk."""
    asked = []

    def keeping(what, answer) -> Callable[..., object]:
        def call(*given: object) -> object:
            asked.append((what, given[-1]))
            return answer

        return call

    for name, answer in (("open_of_report", None), ("of_report", [])):
        where = tickets.tickets if name == "open_of_report" else tickets.cases
        desk._monkeypatch.setattr(where, name, keeping(name, answer))
    desk._monkeypatch.setattr(tickets.raws, "get", keeping("raw", b"x"))
    desk._monkeypatch.setattr(tickets, "withheld", keeping("withheld", None))
    desk._monkeypatch.setattr(tickets.reports, "of_case", keeping("of_case", [report()]))
    opened(desk)
    assert asked == [
        ("of_case", CASE.id),
        ("open_of_report", "r1"),
        ("withheld", GrantKind.STAFF),
        ("raw", "raw-r1"),
    ]


@pytest.mark.parametrize("missing", [None, StaffAct.DECIDE, StaffAct.SEE_REPORTERS])
def test_who_may_hand_over(desk, missing):
    """Whoever decides and may know who reported."""

    def allowed(person: str, act: StaffAct) -> Allowance:
        assert person == "kari"
        return Allowance.NO if act is missing else Allowance.YES

    desk._monkeypatch.setattr(tickets, "allowance_of", allowed)
    assert tickets.ticket_system(desk.context, "kari") == ("" if missing else "RT")


TICKET = Ticket(
    id="t1", reference="T-1", report="r1", case=CASE.id, notice="n1", handed_at=NOW,
    handed_by=KARI.id,
)  # fmt: skip


@pytest.mark.parametrize(
    ("who", "by", "actor"),
    [({"person": "kari"}, "kari", KARI), ({"token": "rt"}, "token:rt", SYSTEM)],
)
def test_a_ticket_is_closed(desk, who, by, actor):
    """By a person or by a token of the ticket system; of their words as many as fit."""
    desk.give("tickets.named", TICKET)
    closed = replace(TICKET, closed_at=NOW)
    desk.keep("closing", ChangeSet(rows=[CASE, closed], seen=[TICKET]))
    assert tickets.close_ticket(desk.context, "T-1", "x" * 5001, **who) == closed
    assert desk.calls["closing"] == [(desk.context, TICKET, by, "x" * 5000, actor)]
    assert desk.journal.one()["rows"] == [CASE, closed]
    acts = [("kari", StaffAct.DECIDE)] if "person" in who else []
    assert desk.calls["authorised"] == acts


def test_a_ticket_that_nobody_knows(desk):
    desk.give("tickets.named", None)
    with pytest.raises(Missing) as caught:
        tickets.close_ticket(desk.context, "x" * 50, "", person="kari")
    assert str(caught.value) == f"ticket: expected a known one, found {'x' * 40!r}"


def test_a_page_of_tickets(desk):
    """What is asked for is asked of the store."""
    asked = []

    def listed(limit, after, *, closed) -> list[Ticket]:
        asked.append((limit, after, closed))
        return [TICKET]

    desk._monkeypatch.setattr(tickets.tickets, "listed", listed)
    assert tickets.list_tickets(5) == tickets.list_tickets(6, "t0", closed=True) == [TICKET]
    assert asked == [(5, None, False), (6, "t0", True)]
