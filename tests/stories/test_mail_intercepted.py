"""A customer's mail is intercepted: two people, a purpose, a day; it ends by itself and leaves."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aupkeep_intercept.mail_hold import DRIVER

from app.conftest import furnish, with_settings
from app.steps import arrive, enforce_at, look_at_clocks, told
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.interceptions import list_interceptions, look
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.interception import InterceptionSettings
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.store import actions, agent_heard
from daemon.processes import until
from enforcement.maps.mail_relay import MailRelay, mail_relay
from stories.test_a_mailing_customer import spam

pytestmark = [pytest.mark.network, pytest.mark.root, pytest.mark.nightly("content")]
NOTE = "the login that sent them, by the relay's log"
WANTED = {"measure": "intercept-mail", "hours": 2, "reasons": "How much of it goes out, and when."}


@pytest.fixture
def relay() -> Iterator[MailRelay]:
    """A real Postfix that alder and birch send through."""
    if shutil.which("postfix") is None:
        pytest.skip("postfix is not installed")
    with mail_relay() as running:
        yield running


@pytest.fixture
def desk(context, relay, monkeypatch):
    """A desk with the extra, whose machine names alder's account."""
    monkeypatch.setitem(known_drivers(), DRIVER.name, DRIVER)
    target = TargetSettings(
        name="relay", driver=DRIVER.name, options=relay.options, measures=("intercept-mail",)
    )
    folder = context.home.agent / "relay"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bounds").write_text("account alder\n")
    return furnish(
        with_settings(
            context,
            enforcement=EnforcementSettings(targets=(target,)),
            interception=InterceptionSettings(allowed=True),
        )
    )


def test_two_people_hold_it_a_look_counts_it_and_it_leaves(desk, relay, now):
    """Nobody else's mail waits; no number travels before a look; who looked stays written."""
    (case,) = arrive(desk, spam())
    scope = {"account": "alder", "note": NOTE}
    asked = decide_case(desk, case.reference, people=("ada",), **scope, **WANTED)
    with pytest.raises(Forbidden):
        approve(desk, asked.decision, person="ada", reasons="twice myself")
    assert [x for x in actions.of_case(case.id) if x.measure == "intercept-mail"] == []
    approve(desk, asked.decision, person="bea", reasons="I looked too")
    enforce_at(desk, "relay")
    (held,) = list_interceptions(desk, "ada")
    assert (held.account, held.address, held.state) == ("alder", "", ActionState.APPLIED)
    assert (held.people, held.until - held.since) == (("ada", "bea"), timedelta(hours=2))

    assert relay.send("alder", "one@world.example")[0] == 250
    assert relay.send("birch", "two@world.example")[0] == 250
    until(lambda: relay.sink.to("two@world.example"), "the other customer's mail")
    until(lambda: relay.held() == ["one@world.example"], "the mail that waits")
    now.at += timedelta(seconds=10)
    enforce_at(desk, "relay")
    assert held.action not in agent_heard.by_target()["relay"].packets
    (first,) = look(desk, held.action, person="bea", reason="how many are there?").looks
    enforce_at(desk, "relay")
    now.at += timedelta(seconds=10)
    enforce_at(desk, "relay")
    *_, second = look(desk, held.action, person="bea", reason="and by now?").looks
    assert (first.connections, second.connections) == (None, 1)
    assert "one@world.example" not in str(list(told(case, EntryType.INTERCEPTION_VIEWED)))

    now.at += timedelta(hours=2)
    enforce_at(desk, "relay")
    look_at_clocks(desk)
    until(lambda: relay.sink.to("one@world.example"), "the mail that was held")
    (ended,) = list_interceptions(desk, "ada")
    assert (ended.state, len(ended.looks)) == (ActionState.EXPIRED, 2)
    assert relay.held() == []
    assert verify_home(desk).ok
