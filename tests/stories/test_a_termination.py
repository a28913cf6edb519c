"""A termination runs its thirty days on a moved clock; by commands, mail, a page and a webhook."""

import dataclasses

import pytest
from django.test import Client

from app.notifying.test_notices import letter
from app.reading.test_case_mail import bounce
from app.steps import arrive
from aupkeep.app import context as bound_context
from aupkeep.app.context import bind
from aupkeep.app.enforcing.off_boarding import off_boardings
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.pages.doctor.load import doctor
from aupkeep.app.proof.verify import verify_home
from aupkeep.cli import acting, enforcement
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.case import AnswerKind
from aupkeep.model.moments import parse_moment
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, cases, notices
from enrol import signed_in
from stories.held_services import (
    CAUSE,
    DAY,
    HOUR,
    TERMINATE,
    answer,
    begin,
    finish,
    held,
    kinds,
    last,
    page_link,
    pass_time,
    state,
)

pytestmark = pytest.mark.network


def doctor_says(billed):
    """What the doctor finds about held services; all is well where there is none past its hold."""
    (check,) = [it for it in doctor(billed, lambda _: "") if it.check == "terminations"]
    return "" if check.ok else check.found


def decided_after_a_bounce(billed, now, by, receiver):
    """The first contact fails, the second is written to; five days later two people decide."""
    case = begin(billed, now)
    arrive(billed, bounce(last(case)))
    pass_time(billed, now, HOUR)
    assert last(case).recipient == "boss@alder.example"
    code, refused = by("ada", "decide", case.reference, *TERMINATE, *CAUSE)
    assert (code, "counts from" in refused) == (6, True)
    pass_time(billed, now, 5 * DAY)
    code, refused = by("ada", "decide", case.reference, *TERMINATE)
    assert (code, "finding of cause" in refused) == (6, True)
    code, asked = by("ada", "decide", case.reference, *TERMINATE, *CAUSE)
    assert (code, asked["state"]) == (0, "waits for a second person")
    assert by("ada", "approve", asked["decision"])[0] == 6
    assert by("ann", "approve", asked["decision"])[0] == 6
    assert by("bea", "approve", asked["decision"], "--reasons", "I looked too")[0] == 0
    pass_time(billed, now, HOUR)
    (event,) = receiver.events.values()
    assert event["data"]["clause"] == case.clause
    assert event["data"]["hold_until"] < event["data"]["until"]
    assert (event["data"]["sla_exclusion"], event["data"]["delete_nothing"]) == (True, True)
    assert f"{now.at + 30 * DAY - 2 * HOUR:%Y-%m-%d}" in last(case).text
    assert "You can have your data" in last(case).text
    return case


def hindered(billed, now, by, case):
    """Too early, unproven, under an appeal that two others refuse, and under a legal hold."""
    code, refused = finish(by, case)
    assert (code, "not proven" in refused, state(by, case)) == (6, True, "held")
    pass_time(billed, now, 16 * DAY)
    assert "nobody ends it" in last(case, NoticeKind.ENDING).text
    code, refused = finish(by, case)
    assert (code, "The hold runs until" in refused) == (6, True)
    answer(billed, case, AnswerKind.APPEAL, "It was not us.")
    judge = cases.answers(case.id)[-1].assigned_to
    assert judge not in {"ada", "bea", None}
    no = ("case", "appeal", case.reference, "refused", "--reasons", "it was you")
    code, waits = by(judge, *no)
    assert (code, finish(by, case)[0]) == (0, 6)
    second = next(name for name in ("cid", "bob") if name != judge)
    assert by(second, "approve", waits["waits"], "--reasons", "I agree")[0] == 0
    pass_time(billed, now, 14 * DAY)
    assert state(by, case) == "ready"
    until = f"{now.at + DAY:%Y-%m-%dT%H:%M:%SZ}"
    _, hold = by("ada", "retention", "hold", "add", case.reference, "--until", until,
                 "--reasons", "the court asks")  # fmt: skip
    code, refused = finish(by, case)
    assert (code, "A legal hold stands" in refused) == (6, True)
    assert by("ada", "retention", "hold", "end", hold["hold"], "--reasons", "over")[0] == 0


def test_a_service_is_ended_by_people_after_its_hold(billed, now, by, receiver):
    """A bounce, five days, two people, thirty days, an appeal, a legal hold, then one person."""
    case = decided_after_a_bounce(billed, now, by, receiver)
    hindered(billed, now, by, case)
    assert finish(by, case, customer="birch")[0] == 2
    assert finish(by, case, "ann")[0] == 6
    code, refused = finish(by, case, reasons=" ")
    assert (code, "written reasons" in refused) == (6, True)
    code, made = finish(by, case)
    assert (code, made["level"], state(by, case)) == (0, "L7", "ended")
    pass_time(billed, now, HOUR)
    assert kinds(receiver) == ["service.held", "service.terminated"]
    final = list(receiver.events.values())[-1]["data"]
    assert (final["clause"], final["sla_exclusion"], final["delete_nothing"]) == (
        case.clause, True, True,
    )  # fmt: skip
    assert receiver.holds == {final["id"]: "terminated"}
    assert "was told to keep your data until" in last(case).text
    code, refused = finish(by, case, "bob")
    assert (code, "was ended at" in refused) == (6, True)
    closing = ("case", "close", case.reference, "--outcome", "fixed", "--reasons", "x")
    assert by("ada", *closing)[0] == 0
    for length in (HOUR, 31 * DAY):
        pass_time(billed, now, length)
    assert kinds(receiver) == ["service.held", "service.terminated"]
    assert {action.state for action in actions.of_case(case.id)} <= {"lifted", "expired"}
    assert not [it for it in notices.of_case(case.id) if it.kind is NoticeKind.LIFTED]
    assert verify_home(billed).ok


def test_the_page_shows_the_hold_and_ends_the_service(billed, now, by, receiver, monkeypatch):
    """A blank and another customer's id change nothing; whoever may not is told so."""
    monkeypatch.setattr(bound_context, "_bound", [billed])
    case = held(billed, now, by, receiver)
    page, own = f"/case/{case.reference}", f"/c/{page_link(billed, case)}/"
    assert "nobody ends it before" in Client().get(own, {"lang": "en"}).content.decode()
    assert "on hold before its end" in signed_in(billed, "cid").get(page).content.decode()
    pass_time(billed, now, 31 * DAY)
    cid, good = signed_in(billed, "cid"), {"whose": "alder", "ending": "nothing was mended"}
    assert "End the service" in cid.get(page).content.decode()
    for words, status in (({}, 422), ({**good, "whose": "birch"}, 422), ({"whose": "alder"}, 422)):
        assert cid.post(f"{page}/finish", words).status_code == status
    assert signed_in(billed, "ann").post(f"{page}/finish", good).status_code == 403
    assert cid.post(f"{page}/finish", good).status_code == 303
    assert "The service has ended" in cid.get(page).content.decode()
    pass_time(billed, now, HOUR)
    assert "it can be taken back" in Client().get(own, {"lang": "en"}).content.decode()
    told = " ".join(last(case).text.split())
    assert "det kan gjøres om til" in told
    assert "av seg selv" not in told


def test_what_nobody_ends_is_back(billed, now, by, receiver):
    """Seven days after the hold the service is back by itself, and the customer is told so."""
    case = held(billed, now, by, receiver)
    pass_time(billed, now, 30 * DAY)
    assert state(by, case) == "ready"
    assert "may be ended until" in doctor_says(billed)
    assert [row["state"] for row in by("ada", "termination", "list")[1]] == ["ready"]
    (measure,) = by("ada", "why", case.reference)[1]["measures"]
    assert measure["termination"]["next"].startswith("aupkeep termination finish")
    assert by("ada", "case", "show", case.reference)[1]["termination"]["state"] == "ready"
    pass_time(billed, now, 8 * DAY)
    assert kinds(receiver) == ["service.held", "service.released"]
    assert (receiver.holds, doctor_says(billed)) == ({}, "")
    assert last(case, NoticeKind.LIFTED).sent_at
    code, refused = finish(by, case)
    assert (code, "no termination stands" in refused) == (6, True)
    assert by("ada", "termination", "show", case.reference)[0] == 4


def test_an_end_is_taken_back(billed, now, by, receiver):
    """Within thirty days an undo tells billing to release it, and the customer that it is back."""
    case = held(billed, now, by, receiver)
    pass_time(billed, now, 31 * DAY)
    assert finish(by, case)[0] == 0
    pass_time(billed, now, HOUR)
    (end,) = [it for it in actions.of_case(case.id) if it.measure == "end-service"]
    assert end.state == "applied"
    assert by("ada", "undo", end.id, "--reason", "the wrong service", "--our-error")[0] == 0
    pass_time(billed, now, HOUR)
    assert kinds(receiver) == ["service.held", "service.terminated", "service.released"]
    assert receiver.holds == {}
    assert last(case, NoticeKind.LIFTED).sent_at
    assert verify_home(billed).ok


@pytest.mark.parametrize("answers", [503, 410])
def test_a_receiver_that_does_not_take_the_end_holds_on(billed, now, by, receiver, answers):
    """Without its acknowledgement nothing has ended: the hold stands, and is not released."""
    case = held(billed, now, by, receiver)
    pass_time(billed, now, 31 * DAY)
    receiver.answers = answers
    assert finish(by, case)[0] == 0
    pass_time(billed, now, HOUR)
    assert kinds(receiver) == ["service.held"]
    assert "held" in receiver.holds.values()
    (hold,) = [it for it in actions.of_case(case.id) if it.measure == "terminate"]
    assert hold.state == "applied"
    if answers == 503:
        receiver.answers = 200
        pass_time(billed, now, HOUR)
        assert kinds(receiver) == ["service.held", "service.terminated"]


def test_a_notice_of_the_hold_that_came_back_ends_nothing(billed, now, by, receiver):
    """Both contacts fail: what is not proven is said, and no service is ended on it."""
    case = held(billed, now, by, receiver)
    for recipient in ("noc@alder.example", "boss@alder.example"):
        assert last(case).recipient == recipient
        arrive(billed, bounce(last(case), recipient=recipient))
        pass_time(billed, now, HOUR)
    pass_time(billed, now, 31 * DAY)
    assert state(by, case) == "hindered"
    assert "may not be ended: The notice" in doctor_says(billed)
    code, refused = finish(by, case)
    assert (code, "came back" in refused) == (6, True)


def test_an_answer_by_mail_proves_the_notice_and_is_read_first(billed, now, by, receiver):
    """It threads to the notice of the hold; a person reads it before the service is ended."""
    case = held(billed, now, by, receiver)
    arrive(billed, letter(last(case), "noc@alder.example"))
    pass_time(billed, now, 31 * DAY)
    shown = by("ada", "termination", "show", case.reference)[1]
    assert "by an answer" in shown["told"]
    code, refused = finish(by, case)
    assert (code, "a person reads it first" in refused) == (6, True)
    assert by("cid", "answer-read", case.reference)[0] == 0
    assert finish(by, case)[0] == 0


def test_what_no_driver_carries_is_ended_by_hand(billed, now, by, monkeypatch):
    """A person holds it and ends it, each with what they saw; the hold asks for nothing more."""
    bare = dataclasses.replace(billed, settings=dataclasses.replace(
        billed.settings, enforcement=EnforcementSettings(targets=(
            TargetSettings(name="edge", driver="nftables"),)),
    ))  # fmt: skip
    bind(bare)
    for module in (acting, enforcement):
        monkeypatch.setattr(module, "open_context", lambda: bare)
    case = begin(bare, now)
    pass_time(bare, now, 6 * DAY)
    code, asked = by("ada", "decide", case.reference, *TERMINATE, *CAUSE)
    assert code == 0, asked
    code, made = by("bea", "approve", asked["decision"])
    assert code == 0, made
    (hold,) = made["actions"]
    assert "read back nowhere" in finish(by, case)[1]
    assert by("ada", "done", hold, "--proof", "the panel shows it suspended")[0] == 0
    for length in (HOUR, 31 * DAY):
        pass_time(bare, now, length)
    code, made = finish(by, case)
    assert code == 0, made
    (end,) = made["actions"]
    assert state(by, case) == "ended"
    assert by("ada", "done", end, "--proof", "the contract is closed")[0] == 0
    assert actions.get(hold).state == "expired"
    gaps = by("ada", "services", "alder")[1]
    assert gaps["gaps"] > 0
    pass_time(bare, now, 31 * DAY)
    assert {action.state for action in actions.of_case(case.id)} == {"expired"}
    assert verify_home(bare).ok


def test_an_account_is_suspended_by_two_people_and_restored(billed, now, by, receiver):
    """With its API credentials, under its clause; the customer is told so, and that it is back."""
    case = begin(billed, now)
    words = ("--measure", "suspend-account", "--hours", "240", "--reasons", "stolen keys")
    code, asked = by("ada", "decide", case.reference, *words)
    assert (code, asked["state"]) == (0, "waits for a second person")
    assert by("ada", "approve", asked["decision"])[0] == 6
    code, made = by("bea", "approve", asked["decision"])
    assert code == 0
    pass_time(billed, now, HOUR)
    (event,) = receiver.events.values()
    assert event["data"]["covers"] == ["account", "api-credentials"]
    assert "API" in last(case).text
    (action,) = made["actions"]
    assert by("cid", "undo", action, "--reason", "the keys were changed")[0] == 0
    pass_time(billed, now, HOUR)
    assert kinds(receiver) == ["service.held", "service.released"]
    assert last(case, NoticeKind.LIFTED).sent_at


def test_bad_words_are_refused(billed, now, by, receiver):
    """No case, no termination, another measure's road, no reasons, no customer."""
    case = begin(billed, now)
    given = ("--customer", "alder", "--reasons", "so")
    assert by("ada", "termination", "finish", "NONE-SUCH", *given)[0] == 4
    assert finish(by, case)[0] == 6
    code, refused = by(
        "ada", "decide", case.reference, "--measure", "end-service", "--reasons", "x"
    )
    assert (code, "aupkeep termination finish" in refused) == (2, True)
    assert by("ada", "termination", "finish", case.reference, "--reasons", "x")[0] == 2
    assert by("ada", "termination", "list")[1] == []


def test_a_critical_customer_is_off_boarded_by_people_with_a_day(billed, now, by, receiver):
    """Never without a day, by one person, or at once; after the day it is held like any other."""
    import_customers(
        billed, b"customer,name,contact,tags\nalder,Alder,boss@alder.example,critical\n"
    )
    case = begin(billed, now)
    pass_time(billed, now, 6 * DAY)
    code, refused = by("ada", "decide", case.reference, *TERMINATE, *CAUSE)
    assert (code, "two people set a day first" in refused) == (6, True)
    off = ("decide", case.reference, "--measure", "off-board", "--reasons", "not for us")
    for day, code, words in (
        ((), 6, "none is given"),
        (("--on", "soon"), 2, "expected RFC 3339"),
        (("--on", f"{now.at + 5 * DAY:%Y-%m-%d}"), 6, "The day is from"),
        (("--on", "2036-01-01"), 6, "The day is from"),
    ):
        ended, refused = by("ada", *off, *day)
        assert (ended, words in refused) == (code, True), refused
    day = f"{now.at + 40 * DAY:%Y-%m-%d}"
    code, asked = by("ada", *off, "--on", day)
    assert (code, asked["state"]) == (0, "waits for a second person")
    assert by("ada", "approve", asked["decision"])[0] == 6
    assert by("bea", "approve", asked["decision"])[0] == 0
    assert [(x.until, x.passed, x.case) for x in off_boardings(billed, "alder")] == [
        (parse_moment(f"{day}T00:00:00Z"), False, case.reference)
    ]
    assert off_boardings(billed, "birch") == ()
    pass_time(billed, now, HOUR)
    assert kinds(receiver) == []
    assert day in last(case).text
    assert "moved by" in last(case).text
    code, refused = by("ada", "decide", case.reference, *TERMINATE, *CAUSE)
    assert (code, "to move" in refused) == (6, True)
    pass_time(billed, now, 41 * DAY)
    assert [x.passed for x in off_boardings(billed, "alder")] == [True]
    assert by("ada", "decide", case.reference, *TERMINATE, *CAUSE)[0] == 0
