"""What of a notification counts: the type of its event, at the end of a change."""

import json

import pytest

from aupkeep.inventory.cloud_event import MOST, moves_holders
from aupkeep.model.errors import Unreadable


def enveloped(event: object, **more: object) -> bytes:
    """A notification as oslo.messaging sends it, version 2."""
    message = {"event_type": event, "publisher_id": "network.ctl", "payload": {}, **more}
    return json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(message)}).encode()


@pytest.mark.parametrize(
    ("event", "moves"),
    [
        ("floatingip.create.end", True),
        ("floatingip.update.end", True),
        ("floatingip.delete.end", True),
        ("floatingip.update.start", False),
        ("port.create.end", True),
        ("port.update.end", True),
        ("port.delete.end", True),
        ("router.interface.delete.end", True),
        ("subnet.create.end", True),
        ("network.update.end", True),
        ("compute.instance.create.end", True),
        ("compute.instance.delete.end", True),
        ("compute.instance.exists", False),
        ("compute.instance.update", False),
        ("instance.delete.end", True),
        ("identity.project.created", True),
        ("identity.project.updated", True),
        ("identity.user.created", False),
        ("security_group_rule.create.end", False),
        ("image.upload", False),
        ("", False),
    ],
)
def test_which_events_bring_a_look(event, moves):
    """In either envelope."""
    assert moves_holders(enveloped(event)) is moves
    assert moves_holders(json.dumps({"event_type": event}).encode()) is moves


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"oslo.version": "2.0"}',
        b'{"oslo.message": {"event_type": "port.create.end"}}',
        b'{"oslo.message": "no JSON", "event_type": "port.create.end"}',
        b'{"oslo.message": "[1]"}',
        b'{"event_type": ["port.create.end"]}',
        enveloped(None),
        enveloped({"port": 1}),
        b'{"a":' * 100_000,
        b'{"event_type": "port.create.end", "a": "' + b"x" * MOST + b'"}',
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_notification(body):
    with pytest.raises(Unreadable):
        moves_holders(body)
