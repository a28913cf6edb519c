"""A line of text to a chat room, as the incoming webhooks of Mattermost, Slack and Rocket.Chat."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aupkeep.model.alert import OnCallAlert
from aupkeep.notify.alert_channel import AlertChannel, AlertRequest
from aupkeep.notify.visible import visible


def request(
    alert: OnCallAlert, options: Mapping[str, Any], link: str, at: datetime
) -> AlertRequest:
    """`{"text": …}`: severity, words, link, and how to acknowledge; nobody is mentioned by it."""
    del at
    words = visible(alert.what).replace("@", "(at)").replace("<", "(").replace(">", ")")
    text = f"{alert.severity.value.upper()}: {words}\n{link}\naupkeep alert ack {alert.id}"
    body = json.dumps({"text": text}).encode()
    headers = {"Content-Type": "application/json"}
    return AlertRequest(url=str(options.get("url", "")), body=body, headers=headers)


CHANNEL = AlertChannel(
    name="chat", title="a line in a chat room", options=("url",), request=request
)
