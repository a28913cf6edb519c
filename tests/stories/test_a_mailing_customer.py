"""A customer's mail is held in a real Postfix while others' flows, and leaves when it is lifted."""

import shutil
from collections.abc import Iterator

import pytest

from app.conftest import furnish, with_settings
from app.reading.test_name_lookup import letter
from app.steps import arrive, enforce_at
from aupkeep.app.context import bind
from aupkeep.app.proof.verify import verify_home
from aupkeep.cli import acting, enforcement
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices
from daemon.processes import until
from enforcement.maps.mail_relay import MailRelay, mail_relay
from enrol import enrol

pytestmark = [pytest.mark.network, pytest.mark.root, pytest.mark.nightly("content")]
WORDS = ("--hours", 4, "--reasons", "a thousand letters to strangers")
NOTE = ("--note", "the login that sent them, by the relay's log")


@pytest.fixture
def relay() -> Iterator[MailRelay]:
    """A real Postfix that alder and birch send through."""
    if shutil.which("postfix") is None:
        pytest.skip("postfix is not installed")
    with mail_relay() as running:
        yield running


@pytest.fixture
def billed(context, relay, monkeypatch):
    """A desk whose mail measures go to that relay; the name is the one of the fixture `by`."""
    target = TargetSettings(name="relay", driver="postfix", options=relay.options)
    chosen = EnforcementSettings(targets=(target,))
    desk = with_settings(context, enforcement=chosen)
    furnish(desk)
    enrol(desk, "ann", roles=["analyst"])
    bind(desk)
    for module in (acting, enforcement):
        monkeypatch.setattr(module, "open_context", lambda: desk)
    return desk


def spam() -> bytes:
    """A report about unsolicited mail from alder's machine."""
    text = letter("shop.example").decode()
    text = text.replace(
        '"category": "content", "type": "phishing"', '"category": "messaging", "type": "spam"'
    )
    text = text.replace(
        '"url": "https://shop.example/login", ',
        '"smtp_from": "news@shop.example", "protocol": "smtp", ',
    )
    return text.replace(
        '"source_identifier": "shop.example"', '"source_identifier": "203.0.113.10"'
    ).encode()


def test_a_mailing_customer_waits_while_others_flow(billed, by, relay):
    """From the report to the mail that leaves after all; nobody else's waits."""
    (case,) = arrive(billed, spam())
    assert (case.customer, case.kind) == ("alder", "messaging/spam")
    decide = ("decide", case.reference, "--measure", "hold-mail", *WORDS)
    for wrong, why in (
        ((), "hold-mail needs its account"),
        (("--account", "alder"), "No evidence of this case shows this account"),
        (("--account", "birch", *NOTE), "expected one that alder has, found customer 'birch'"),
    ):
        code, said = by("ada", *decide, *wrong)
        assert code != 0
        assert why in said
    code, said = by("ada", *decide, "--account", "cedar", *NOTE)
    assert code == 0
    enforce_at(billed, "relay")
    (action,) = actions.of_case(case.id)
    assert (action.state, action.proof) == (
        "failed",
        "account cedar: expected alder's, found nobody's",
    )

    code, said = by("ada", *decide, "--account", "alder", *NOTE)
    assert code == 0, said
    enforce_at(billed, "relay")
    held = next(x for x in actions.of_case(case.id) if x.scope.account == "alder")
    assert held.state == "applied"
    assert relay.send("alder", "one@world.example")[0] == 250
    assert relay.send("birch", "two@world.example")[0] == 250
    until(lambda: relay.sink.to("two@world.example"), "the other customer's mail")
    assert (relay.held(), relay.sink.to("one@world.example")) == (["one@world.example"], [])
    told = [notice for notice in notices.of_case(case.id) if notice.kind is NoticeKind.CUSTOMER]
    assert "Det alder sender gjennom e-posttjeneren vår, er holdt tilbake der" in told[-1].text

    code, rows = by("ada", "enforcement", "list")
    assert [row["subject"] for row in rows if row["state"] == "applied"] == ["alder"]
    code, said = by("ada", "undo", held.id, "--reason", "it was their newsletter, with consent")
    assert code == 0, said
    enforce_at(billed, "relay")
    assert actions.get(held.id).state == "lifted"
    until(lambda: relay.sink.to("one@world.example"), "the mail that was held")
    assert relay.held() == []
    assert verify_home(billed).ok
