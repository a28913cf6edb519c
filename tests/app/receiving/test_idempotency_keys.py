"""An Idempotency-Key belongs to the bytes it first came with, for ever."""

import pytest

from app.conftest import NOON, report
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.model.errors import Conflict
from aupkeep.model.raw import Channel
from aupkeep.store import raws

pytestmark = pytest.mark.both


def post(context, data, key=None):
    """Receive as the API does."""
    return receive(context, data, RawEnvelope(channel=Channel.API, key=key, token="feed"))


@pytest.mark.parametrize("first_key", [None, "other", "k1"])
def test_key_sticks_to_its_bytes(context, first_key):
    """New or known when the key came: other bytes under the key are a conflict."""
    one, two = report("203.0.113.10", NOON), report("203.0.113.70", NOON)
    first = post(context, one, first_key)
    again = post(context, one, "k1")
    assert (again.raw, again.repeated) == (first.raw, True)
    with pytest.raises(Conflict, match="k1"):
        post(context, two, "k1")
    assert raws.count() == 1
