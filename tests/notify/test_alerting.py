"""What leaves for a chat room and for a program: the whole request, byte for byte."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.model.alert import OnCallAlert, Severity
from aupkeep.model.errors import Invalid
from aupkeep.notify.alert_channel import AlertRequest
from aupkeep.notify.alerting import chat, webhook

AT = datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC)
ALERT = OnCallAlert(
    id="a1",
    cause="case:K7QF-2M9X",
    severity=Severity.HIGH,
    what="case <!channel> of @kjøper\x1b is open",
    raised_at=AT - timedelta(minutes=5),
)
LINK, URL = "https://abuse.example/alerts", "https://chat.example/hook"
KEY = bytes(range(24))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


def test_a_line_in_a_chat_room_mentions_nobody():
    """Signs that call people are words, and what does not print is its escape."""
    made = chat.request(ALERT, {"url": URL}, LINK, AT)
    text = "HIGH: case (!channel) of (at)kjøper\\x1b is open\nhttps://abuse.example/alerts\n"
    assert made == AlertRequest(
        url=URL,
        body=json.dumps({"text": f"{text}aupkeep alert ack a1"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert chat.request(ALERT, {}, LINK, AT).url == ""


def test_signed_json_to_a_program():
    """Standard Webhooks 1.0.0: HMAC-SHA256 over id, seconds and body, joined by dots."""
    made = webhook.request(ALERT, {"url": URL, "secret": SECRET}, LINK, AT)
    assert made.url == URL
    assert json.loads(made.body) == {
        "type": "alert.raised",
        "timestamp": "2026-03-01T09:12:04Z",
        "data": {
            "alert": "a1",
            "cause": "case:K7QF-2M9X",
            "severity": "high",
            "what": ALERT.what,
            "raised_at": "2026-03-01T09:07:04Z",
            "link": LINK,
        },
    }
    assert made.body.isascii()
    signed = b"a1.1772356324." + made.body
    mac = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert made.headers == {
        "Content-Type": "application/json",
        "webhook-id": "a1",
        "webhook-timestamp": "1772356324",
        "webhook-signature": f"v1,{mac}",
    }
    assert webhook.request(ALERT, {"secret": SECRET}, LINK, AT).url == ""


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        SECRET.removeprefix("whsec_"),
        f"whsec_{base64.b64encode(KEY[:23]).decode()}",
        f"{SECRET}!",
        f"whsec_%{base64.b64encode(KEY).decode()}%%%",
        "whsec_AAAAA",
    ],
)
def test_a_key_is_named_so_and_long_enough(secret):
    """Blank, without its prefix, of 23 bytes, or no base64: nothing is signed with it."""
    with pytest.raises(Invalid) as caught:
        webhook.request(ALERT, {"url": URL, "secret": secret}, LINK, AT)
    said = "option secret: expected whsec_ and base64 of 24 bytes or more"
    assert str(caught.value) == said


def test_a_channel_without_its_options_says_so():
    with pytest.raises(Invalid, match="option secret"):
        webhook.request(ALERT, {"url": URL}, LINK, AT)
    assert (chat.CHANNEL.options, webhook.CHANNEL.options) == (("url",), ("url", "secret"))
