"""The end of a service by a person is signed as any measure is, and no other is."""

import dataclasses
from datetime import timedelta

import pytest

from aupkeep.app.enforcing.desired_state import _plain
from aupkeep.app.signing import set_up
from aupkeep.app.signing.signer import Signer, StateUnfit
from aupkeep.config.home import Home
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, plain_state
from aupkeep.model.action import Action
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import Measure
from aupkeep.store import actions
from stories.held_services import (
    DAY,
    billed,  # noqa: F401 - a fixture
    by,  # noqa: F401 - a fixture
    finish,
    held,
    pass_time,
)

pytestmark = pytest.mark.network


def state_of(context, serial, *wanted: Action):
    """A state of billing, as the worker asks for it."""
    at = context.now()
    state = DesiredState(
        target="billing", serial=serial, made_at=at, valid_until=at + VALID_FOR, actions=wanted
    )
    return canonical(plain_state(state))


def test_the_end_of_a_held_service_is_signed(billed, tmp_path, now, by, receiver):  # noqa: F811 - fixtures
    """With its hold, which stands until the end was seen; one that lasts longer is refused."""
    case = held(billed, now, by, receiver)
    pass_time(billed, now, 31 * DAY)
    assert finish(by, case)[0] == 0
    own = Home(tmp_path / "own")
    set_up.take_keys(billed, own)
    signer = Signer(billed, own)
    signer.sign_new()
    wanted = [_plain(action) for action in actions.wanted("billing")]
    assert {it.measure for it in wanted} == {Measure.TERMINATE, Measure.END_SERVICE}
    first = int(now.at.timestamp() * 1000)
    assert signer.sign_state(state_of(billed, first, *wanted))
    (end,) = [it for it in wanted if it.measure is Measure.END_SERVICE]
    for forged in (
        dataclasses.replace(end, until=end.until + timedelta(days=1)),
        dataclasses.replace(end, scope=dataclasses.replace(end.scope, resource="vm-z")),
        dataclasses.replace(end, decision=wanted[0].decision, id="another"),
    ):
        with pytest.raises(StateUnfit):
            signer.sign_state(state_of(billed, first + 1, forged))
