"""Signed JSON to any program, by Standard Webhooks 1.0.0: an id, a time, an HMAC-SHA256 over both.

The id is the alert's: who gets it twice does it once.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aupkeep.model.alert import OnCallAlert
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import show_moment
from aupkeep.model.standard_webhook import keys_of, signature_headers
from aupkeep.notify.alert_channel import AlertChannel, AlertRequest


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
    keys = keys_of(str(options.get("secret", "")))
    if not keys:
        raise Invalid("option secret: expected whsec_ and base64 of 24 bytes or more")
    headers = {"Content-Type": "application/json", **signature_headers(keys, alert.id, at, body)}
    return AlertRequest(url=str(options.get("url", "")), body=body, headers=headers)


CHANNEL = AlertChannel(
    name="webhook", title="signed JSON to any program", options=("url", "secret"), request=request
)
