"""What a person may choose: one of several addresses, and a port that no claim names."""

from datetime import timedelta

import pytest

from app.conftest import NOON
from app.steps import follow
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.raw import Channel
from aupkeep.store import actions, decisions

pytestmark = pytest.mark.both

TABLE = b"""ip,port,timestamp,kind
203.0.113.8,40001,2026-03-01T10:00:00Z,brute-force
203.0.113.9,40002,2026-03-01T11:00:00Z,brute-force
"""
WORDS = {"people": ("ada",), "reasons": "It goes on.", "hours": 2}


@pytest.fixture
def case(context):
    """A case about two addresses of one resource; no claim names the port that was attacked."""
    declare_space(context, "203.0.113.0/24", "main")
    held = (
        b"address,customer,resource,from,until\n203.0.113.8/29,alder,net-8,2026-01-01T00:00:00Z,\n"
    )
    import_assignments(context, held, "csv")
    envelope = RawEnvelope(channel=Channel.FILE, media_type="text/csv")
    (found, *_) = follow(context, receive(context, TABLE, envelope).raw)
    context.now.at = NOON + timedelta(hours=1)
    return found.reference


def test_one_of_several_addresses_is_chosen(context, case):
    """The measure is aimed at the address that was named, not at the newest claim's."""
    chosen = decide_case(context, case, measure="isolate", address="203.0.113.8", **WORDS)
    newest = decide_case(context, case, measure="isolate", **WORDS)
    seen = [str(actions.get(one.actions[0]).scope.address) for one in (chosen, newest)]
    assert seen == ["203.0.113.8", "203.0.113.9"]


def test_an_address_without_evidence_is_refused(context, case):
    """No claim of the case names it, and it may be somebody else's."""
    with pytest.raises(Invalid, match=r"in this case's evidence, found 203\.0\.113\.10"):
        decide_case(context, case, measure="isolate", address="203.0.113.10", **WORDS)


def test_a_port_that_no_claim_names_needs_a_note(context, case):
    """The refusal says what is not shown; with a note the person answers for it."""
    wish = {"measure": "block-port", "port": 22, "protocol": "tcp", **WORDS}
    with pytest.raises(Forbidden, match="No evidence of this case shows this port"):
        decide_case(context, case, **wish)
    note = "The source port alone was reported; SSH is what such guessing goes to."
    decided = decide_case(context, case, note=note, **wish)
    scope = decisions.get(decided.decision).scope
    assert (scope.port, str(scope.address), scope.note) == (22, "203.0.113.9", note)


def test_a_port_must_be_named(context, case):
    """Neither a claim nor the person says which: a blank is refused, never filled in."""
    with pytest.raises(Forbidden, match="block-port needs its protocol"):
        decide_case(context, case, measure="block-port", **WORDS)
