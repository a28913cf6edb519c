"""A desk whose suspensions go to billing, its commands on a moved clock, and a held service."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner

from app.conftest import NOON, PEOPLE, furnish, report, with_settings
from app.steps import arrive, enforce_at, look_at_clocks, work
from aupkeep.app.access import shell
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import map_person
from aupkeep.app.context import bind
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.retell import retell
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying import delivery
from aupkeep.cli import acting, enforcement
from aupkeep.cli.group import main
from aupkeep.config.targets import EnforcementSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import NoticeKind
from aupkeep.notify.channels.smtp import Delivered
from aupkeep.store import notices
from enforcement.receiver import Receiver
from enrol import enrol

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TWO = (
    b"customer,name,contact,role,language\n"
    b"alder,Alder,noc@alder.example,abuse,nb\n"
    b"alder,Alder,boss@alder.example,owner,en\n"
)
TERMINATE = ("--measure", "terminate", "--hours", "720", "--reasons", "it goes on and on")
CAUSE = ("--cause", "own-act")
Command = Callable[..., tuple[int, object]]


@pytest.fixture
def billed(context, receiver, monkeypatch):
    """A desk whose suspensions go to billing; alder has two contacts, and what is sent leaves."""
    monkeypatch.setattr(delivery, "send", lambda *_: Delivered(encrypted=True))
    billing = receiver.target(monkeypatch)
    made = furnish(with_settings(context, enforcement=EnforcementSettings(targets=(billing,))))
    enrol(made, "ann", roles=["analyst"])
    assert import_customers(made, TWO).dead == ()
    bind(made)
    for module in (acting, enforcement):
        monkeypatch.setattr(module, "open_context", lambda: made)
    return made


@pytest.fixture
def by(billed, now, monkeypatch) -> Command:
    """Give a command as one of the desk: the exit code, and its JSON or its error."""
    (boss,) = enrol(billed, "ops", roles=["operator"])
    now.at -= 30 * DAY  # who was mapped lately may be who mapped them
    for name in (*PEOPLE, "ann"):
        map_person(billed, name, user_of(name), by=boss)
    now.at = NOON

    def run(person: str, *words: object) -> tuple[int, object]:
        monkeypatch.setattr(shell, "unix_user", lambda: user_of(person))
        with CliRunner().isolation() as (out, err, _):
            with pytest.raises(SystemExit) as ended:
                main([*map(str, words), "-o", "json"])
            said, wrong = out.getvalue().decode(), err.getvalue().decode()
        code = int(ended.value.code or 0)
        return code, json.loads(said) if code == 0 else wrong

    return run


def user_of(name: str) -> str:
    """The user of the machine who is that person."""
    return name.partition("@")[0] + "-2" * ("@" in name)


def pass_time(desk, now, length: timedelta) -> None:
    """Time passes: what is due is done, by a worker that starts anew, and by the agent."""
    now.at += length
    for _ in range(2):
        work(desk, "mail", "remind", "recheck", "enforce")
        enforce_at(desk, "billing")
        look_at_clocks(desk)
        retell(desk, lambda _: True)


def kinds(receiver: Receiver) -> list[str]:
    """What billing was told, in order."""
    return [event["type"] for event in receiver.events.values()]


def last(case, kind=NoticeKind.CUSTOMER):
    """The newest notice of a kind."""
    return [notice for notice in notices.of_case(case.id) if notice.kind is kind][-1]


def begin(desk, now):
    """A case whose customer was told, and that nobody has answered."""
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    pass_time(desk, now, HOUR)
    return case


def held(desk, now, by, receiver):
    """A case whose service two people hold before its end, seen and told."""
    case = begin(desk, now)
    pass_time(desk, now, 6 * DAY)
    code, asked = by("ada", "decide", case.reference, *TERMINATE, *CAUSE)
    assert code == 0
    assert by("bea", "approve", asked["decision"], "--reasons", "I looked too")[0] == 0
    pass_time(desk, now, HOUR)
    assert kinds(receiver) == ["service.held"]
    return case


def finish(by, case, person="cid", *, customer="alder", reasons="nothing was mended"):
    """A person ends the service."""
    given = ("--customer", customer, "--reasons", reasons)
    return by(person, "termination", "finish", case.reference, *given)


def state(by, case):
    """Where the termination stands."""
    return by("ada", "termination", "show", case.reference)[1]["state"]


def page_link(desk, case):
    """The token of the customer's page."""
    token, link = make_link(desk, LinkKind.CUSTOMER, "boss@alder.example", case=case.id)
    made = entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case.id)
    record(desk, made, rows=[link])
    return token


def answer(desk, case, kind, text):
    """The customer fills in the form of their page."""
    give_answer(desk, page_link(desk, case), kind, text, next_once(desk, find_case(case.id)))
