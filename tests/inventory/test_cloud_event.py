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


NO_JSON = "expected JSON, found other text"
NO_OBJECT = "expected an object, found another value"
NO_TEXT = "expected a text at oslo.message, found another type"
NO_EVENT = "expected an event_type, found none"
LONG = b'{"event_type": "port.create.end", "a": "' + b"x" * (MOST - 42) + b'"}'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", NO_JSON),
        (b"\xff\xfe", NO_JSON),
        (b"[]", NO_OBJECT),
        (b"7", NO_OBJECT),
        (b"null", NO_OBJECT),
        (b"{}", NO_EVENT),
        (b'{"oslo.version": "2.0"}', NO_EVENT),
        (b'{"oslo.message": {"event_type": "port.create.end"}}', NO_TEXT),
        (b'{"oslo.message": "no JSON", "event_type": "port.create.end"}', NO_JSON),
        (b'{"oslo.message": "[1]"}', NO_OBJECT),
        (b'{"event_type": ["port.create.end"]}', NO_EVENT),
        (enveloped(None), NO_EVENT),
        (enveloped({"port": 1}), NO_EVENT),
        (b'{"a":' * 100_000, NO_JSON),
        (LONG + b" ", f"expected at most {MOST} bytes, found {MOST + 1}"),
        (b'{"n": ' + b"9" * 5000 + b"}", NO_JSON),
    ],
)
def test_what_is_no_notification(body, words):
    with pytest.raises(Unreadable) as raised:
        moves_holders(body)
    assert str(raised.value) == f"notification: {words}"


def test_the_longest_that_is_read():
    assert len(LONG) == MOST
    assert moves_holders(LONG)
