"""Programs are told what happens to cases: in order, at least once, nothing not theirs."""

from datetime import timedelta

import pytest

from app.steps import work
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.pages.doctor.load import doctor
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.webhooks.acts import (
    add_webhook,
    desk_owner,
    redeliver,
    remove_webhook,
    resume_webhook,
    roll_secret,
    try_webhook,
)
from aupkeep.app.webhooks.deliver import UNWRITTEN, WAITS, WebhookSender
from aupkeep.app.webhooks.standing import list_webhooks
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.store import log, webhooks
from stories.webhook_receiver import (
    HOST,
    check_signature,
    deliver,
    names,
    opened,
    whole,
)

pytestmark = pytest.mark.network


@pytest.fixture
def desk(webhook_desk):
    """A desk whose webhooks may lie on this machine."""
    return webhook_desk


@pytest.mark.both
def test_what_happens_to_a_case_is_told_in_order_once(desk, hooked, outgoing):
    """From the report to its end, signed; the event names nobody who reported."""
    made = add_webhook(desk, desk_owner("ada"), "billing", hooked.url)
    assert deliver(desk) == 0, "nothing has happened since"
    case = opened(desk)
    work(desk, "mail")
    close_by_reference(desk, case.reference, "no-action", "it is quiet", "ada")
    assert deliver(desk) > 3
    assert deliver(desk) == 0
    told = names(hooked)
    assert told[0] == "case.opened"
    assert told[-1] == "case.closed"
    assert {"decision.made", "notice.sent"} <= set(told)
    ids = [body["id"] for _, body, _ in hooked.got]
    assert ids == [entry.entry.id for entry in log.entries() if entry.entry.id in ids]
    for headers, event, body in hooked.got:
        check_signature(headers, body, made.secret)
        assert headers["webhook-id"] == event["id"]
        assert headers["content-type"] == "application/cloudevents+json"
        assert (event["specversion"], event["subject"]) == ("1.0", case.reference)
        assert event["source"] == desk.settings.provider.url
        assert event["data"]["case"]["reference"] == case.reference
        assert b"cert.example" not in body, "who reported is nobody's to hear"
        assert b"noc@" not in body, "nor is a contact"
        assert b"it is quiet" not in body, "nor are a person's words"
    (line,) = list_webhooks()
    assert (line.state, str(line.told)[:16]) == ("good", "2026-03-01 12:00")
    assert verify_home(desk).ok


def test_only_what_was_asked_for_is_told(desk, hooked):
    add_webhook(desk, desk_owner("ada"), "billing", hooked.url, ["case.closed", "case.opened"])
    case = opened(desk)
    close_by_reference(desk, case.reference, "no-action", "quiet", "ada")
    deliver(desk)
    assert names(hooked) == ["case.opened", "case.closed"]
    (line,) = list_webhooks()
    assert line.events == ("case.opened", "case.closed")


def test_a_receiver_that_is_away_gets_all_of_it_later(desk, hooked, now):
    """Each wait is longer; nothing is left out, nothing comes twice, other webhooks go on."""
    owner = desk_owner("ada")
    add_webhook(desk, owner, "billing", hooked.url, ["case.opened", "case.closed"])
    add_webhook(desk, owner, "away", f"http://{HOST}:1/x", ["case.opened"])
    hooked.answer = 503
    case = opened(desk)
    for wait in WAITS[:3]:
        deliver(desk)
        line = {it.name: it for it in list_webhooks()}["billing"]
        assert line.state == "failing"
        assert whole(line.next_try) == whole(now.at) + timedelta(seconds=wait)
        assert "expected 2xx, found 503" in line.why
        now.at += timedelta(seconds=wait - 1)
        assert deliver(desk) == 0, "not before its time"
        now.at += timedelta(seconds=1)
    close_by_reference(desk, case.reference, "no-action", "quiet", "ada")
    hooked.answer, hooked.says = 429, {"Retry-After": "900"}
    deliver(desk)
    line = {it.name: it for it in list_webhooks()}["billing"]
    assert whole(line.next_try) == whole(now.at) + timedelta(minutes=15), "as it asked"
    hooked.answer = 204
    now.at += timedelta(minutes=15)
    deliver(desk)
    assert names(hooked) == ["case.opened", "case.closed"]
    states = {it.name: it.state for it in list_webhooks()}
    assert states == {"billing": "good", "away": "failing"}


def said_by_doctor(desk):
    (check,) = (it for it in doctor(desk, lambda _: "") if it.check == "webhooks")
    return check.ok, check.found


def test_after_three_days_it_is_stopped_until_a_person_lets_it_go_on(desk, hooked, now):
    owner = desk_owner("ada")
    add_webhook(desk, owner, "billing", hooked.url, ["case.opened", "case.closed"])
    hooked.answer = 500
    case = opened(desk)
    deliver(desk)
    assert said_by_doctor(desk)[0], "a receiver may be restarted"
    now.at += timedelta(minutes=20)
    assert said_by_doctor(desk) == (
        False,
        f"billing: 1 try in a row failed: {list_webhooks()[0].why}",
    )
    now.at += timedelta(days=3) - timedelta(minutes=20)
    deliver(desk)
    (line,) = list_webhooks()
    assert (line.state, str(line.since)[:16]) == ("stopped", "2026-03-04 12:00")
    assert said_by_doctor(desk) == (False, f"billing: stopped: {line.why}")
    assert "found 500" in line.why
    with pytest.raises(Conflict, match="is stopped"):
        try_webhook(desk, owner, "billing")
    hooked.answer = 200
    now.at += timedelta(days=1)
    assert deliver(desk) == 0
    assert resume_webhook(desk, owner, "billing").state == "good"
    assert deliver(desk) == 1
    hooked.answer = 410
    close_by_reference(desk, case.reference, "no-action", "quiet", "ada")
    deliver(desk)
    (line,) = list_webhooks()
    assert (line.state, line.why) == ("stopped", "the receiver says that it is gone (410)")
    hooked.answer = 200
    resume_webhook(desk, owner, "billing", skip=True)
    assert deliver(desk) == 0
    assert names(hooked) == ["case.opened"], "what happened meanwhile was left out"
    said = [
        it.entry.payload["change"] for it in log.entries() if it.entry.type == "webhook-changed"
    ]
    assert said == ["made", "stopped", "resumed", "stopped", "resumed"]
    assert verify_home(desk).ok


def test_it_is_tried_rolled_told_again_and_removed(desk, hooked, now):
    """Two secrets sign for a day; what is told again has the ids of the first time."""
    owner = desk_owner("ada")
    first = add_webhook(desk, owner, "billing", hooked.url)
    before = now.at
    opened(desk)
    deliver(desk)
    told = names(hooked)
    try_webhook(desk, owner, "billing")
    second = roll_secret(desk, owner, "billing")
    assert second.secret != first.secret
    with pytest.raises(Conflict, match="within a day"):
        roll_secret(desk, owner, "billing")
    deliver(desk)
    headers, event, body = hooked.got[-1]
    assert (event["type"], event["data"]) == ("webhook.test", {"webhook": "billing"})
    check_signature(headers, body, first.secret)
    check_signature(headers, body, second.secret)
    now.at += timedelta(days=1)
    redeliver(desk, owner, "billing", before.isoformat())
    deliver(desk)
    again = hooked.got[len(told) + 1 :]
    assert [body["id"] for _, body, _ in again[:-1]] == [
        body["id"] for _, body, _ in hooked.got[: len(told)]
    ]
    headers, event, body = again[-1]
    check_signature(headers, body, second.secret)
    with pytest.raises(AssertionError):
        check_signature(headers, body, first.secret)
    with pytest.raises(Invalid, match="a moment that has been"):
        redeliver(desk, owner, "billing", (now.at + timedelta(hours=1)).isoformat())
    remove_webhook(desk, owner, "billing")
    opened(desk, 4)
    assert deliver(desk) == 0
    assert list_webhooks() == []
    with pytest.raises(Missing):
        try_webhook(desk, owner, "billing")
    assert add_webhook(desk, owner, "billing", hooked.url).secret != second.secret


def test_a_removed_one_is_sent_nothing_more_even_in_the_middle(desk, hooked):
    """Whoever removes it while a worker sends takes it out of its hands."""
    owner = desk_owner("ada")
    made = add_webhook(desk, owner, "billing", hooked.url, ["case.opened"])
    opened(desk)
    lease = webhooks.lease(made.webhook, desk.now(), seconds=60)
    assert webhooks.lease(made.webhook, desk.now(), seconds=60) is None, "one worker at a time"
    remove_webhook(desk, owner, "billing")
    with pytest.raises(Conflict, match="found it lost"):
        webhooks.advance(lease, lease.position)


@pytest.mark.both
def test_a_killed_worker_leaves_it_to_the_next(desk, hooked, now):
    made = add_webhook(desk, desk_owner("ada"), "billing", hooked.url, ["case.opened"])
    opened(desk)
    webhooks.lease(made.webhook, desk.now(), seconds=60)
    assert deliver(desk) == 0
    now.at += timedelta(seconds=61)
    assert deliver(desk) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://billing.example/x", "https"),
        ("ftp://billing.example/x", "https"),
        ("https://ada:secret@billing.example/", "an address such as"),
        ("https:///x", "an address such as"),
        ("https://billing.example:0/", "an address such as"),
        ("https://billing.example:99999/", "an address such as"),
        ("https://billing.example/ x", "an address such as"),
        ("https://billing.example/" + "x" * 1_000, "an address such as"),
        ("https://b\u00fccher.example/", "an address such as"),
    ],
)
def test_what_is_no_address_is_refused(desk, url, why):
    with pytest.raises(Invalid, match=why):
        add_webhook(desk, desk_owner("ada"), "billing", url)
    assert list_webhooks() == []


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.2/", "https://169.254.169.254/latest", "https://[::1]/", "https://10.0.0.9/",
     "https://203.0.113.9/"],
)  # fmt: skip
def test_no_event_goes_inside_or_to_our_own_customers(desk, url):
    """The address of a webhook is a door to the network behind us; the settings open it alone."""
    add_webhook(desk, desk_owner("ada"), "billing", url, ["case.opened"])
    opened(desk)
    deliver(desk)
    (line,) = list_webhooks()
    assert line.state == "failing"
    assert "allowed by [webhooks] inside" in line.why


def test_who_may_not_change_settings_makes_none(desk, hooked):
    with pytest.raises(Forbidden):
        desk_owner("nobody")
    owner = desk_owner("ada")
    for name, events, why in (("", [], "1 to 60"), ("a\nb", [], "1 to 60"), ("x", ["y"], "events")):
        with pytest.raises(Invalid, match=why):
            add_webhook(desk, owner, name, hooked.url, events)
    for number in range(20):
        add_webhook(desk, owner, f"n{number}", hooked.url)
    with pytest.raises(Conflict, match="at most 20"):
        add_webhook(desk, owner, "more", hooked.url)
    with pytest.raises(Conflict, match="stands already"):
        add_webhook(desk, owner, "n1", hooked.url)


def test_a_long_journal_without_events_is_passed_and_written_down_seldom(desk, hooked):
    """Looking costs reads alone; the position is written when much was passed, or an event was."""
    made = add_webhook(desk, desk_owner("ada"), "billing", hooked.url, ["case.closed"])
    start = webhooks.positions([made.webhook])[made.webhook].next
    opened(desk)
    sender = WebhookSender(desk)
    assert sender.due() == []
    assert sender.due() == []
    assert webhooks.positions([made.webhook])[made.webhook].next == start
    assert log.size() - start < UNWRITTEN
