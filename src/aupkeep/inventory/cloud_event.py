"""Whether a notification of OpenStack says that who holds what may have changed.

The bytes are an envelope of oslo.messaging, version 2 (`{"oslo.version", "oslo.message"}`, the
message as text within it) or the message alone, as version 1 sent it. Nothing of them is kept but
the answer: anybody who may publish at the broker can write what they like.

>>> moves_holders(b'{"event_type": "port.delete.end"}')
True
>>> moves_holders(b'{"event_type": "compute.instance.exists"}')
False
"""

import json

from aupkeep.model.errors import Unreadable

MOST = 1 << 20  # bytes of a message that is read
ABOUT = ("floatingip.", "port.", "router.", "network.", "subnet.", "compute.instance.", "instance.")
PROJECT = "identity.project."  # Keystone tells what happened, without beginning and end


def moves_holders(body: bytes) -> bool:
    """Whether it is the end of such a change. Raises `Unreadable` for what is no notification."""
    if len(body) > MOST:
        raise Unreadable(f"notification: expected at most {MOST} bytes, found {len(body)}")
    message = _object(body)
    if "oslo.message" in message:
        inner = message["oslo.message"]
        if not isinstance(inner, str):
            raise Unreadable("notification: expected a text at oslo.message, found another type")
        message = _object(inner)
    event = message.get("event_type")
    if not isinstance(event, str):
        raise Unreadable("notification: expected an event_type, found none")
    return event.startswith(PROJECT) or (event.startswith(ABOUT) and event.endswith(".end"))


def _object(text: bytes | str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("notification: expected JSON, found other text") from error
    if not isinstance(value, dict):
        raise Unreadable("notification: expected an object, found another value")
    return value
