"""Signed JSON to any program, by Standard Webhooks 1.0.0: an id, a time, an HMAC-SHA256 over both.

The id is the alert's: who gets it twice does it once.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aupkeep.model.alert import OnCallAlert
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import show_moment
from aupkeep.notify.alert_channel import AlertChannel, AlertRequest

PREFIX = "whsec_"
SHORTEST = 24  # bytes of a key, Standard Webhooks, "Signature scheme"


def request(
    alert: OnCallAlert, options: Mapping[str, Any], link: str, at: datetime
) -> AlertRequest:
    """`{"type": "alert.raised", "timestamp", "data"}`, signed with the option `secret`."""
    data = {
        "alert": alert.id,
        "cause": alert.cause,
        "severity": alert.severity.value,
        "what": alert.what,
        "raised_at": show_moment(alert.raised_at),
        "link": link,
    }
    event = {"type": "alert.raised", "timestamp": show_moment(at), "data": data}
    body = json.dumps(event, ensure_ascii=True).encode()
    stamp = str(int(at.timestamp()))
    signed = b".".join((alert.id.encode(), stamp.encode(), body))
    mac = hmac.new(_key(str(options.get("secret", ""))), signed, "sha256").digest()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": alert.id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
    return AlertRequest(url=str(options.get("url", "")), body=body, headers=headers)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(PREFIX) or len(key) < SHORTEST:
        raise Invalid("option secret: expected whsec_ and base64 of 24 bytes or more")
    return key


CHANNEL = AlertChannel(
    name="webhook", title="signed JSON to any program", options=("url", "secret"), request=request
)
