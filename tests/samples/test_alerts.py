"""Every channel of alerts makes of one alert the request that stands beside its sample.

`AUPKEEP_ACCEPT=1` writes what stands there.
"""

import json
import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.app.notifying.alerts import channels
from aupkeep.model.alert import OnCallAlert, Severity
from aupkeep.model.errors import Invalid

SAMPLES = Path(__file__).parent / "alerts"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINK = "https://abuse.example/case/K7QF-2M9X"
ALERT = OnCallAlert(
    id="019ca945-0a00-70fd-a992-eff114ce3369",
    cause="case:K7QF-2M9X",
    severity=Severity.CRITICAL,
    what="case K7QF-2M9X \u202e <!channel> @here is open and nobody decided",
    raised_at=AT,
)


@pytest.mark.parametrize("name", channels())
def test_a_channel_makes_its_request(name):
    """Its options are all it needs, it is pure, and nobody is mentioned by words of strangers."""
    folder = SAMPLES / name
    assert folder.is_dir(), f"no sample in {folder}"
    options = tomllib.loads((folder / "options.toml").read_text("utf-8"))
    channel = channels()[name]
    assert set(options) <= set(channel.options)
    made = channel.request(ALERT, options, LINK, AT)
    shown = {"url": made.url, "headers": dict(made.headers), "body": json.loads(made.body)}
    text = json.dumps(shown, indent=1, ensure_ascii=True) + "\n"
    expected = folder / "expected.json"
    if os.environ.get("AUPKEEP_ACCEPT"):
        expected.write_text(text, "utf-8")
    assert expected.read_text("utf-8") == text
    assert channel.request(ALERT, options, LINK, AT) == made


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_?", "a" * 40])
def test_a_webhook_without_a_key_is_refused(secret):
    options = {"url": "https://pager.example/hook", "secret": secret}
    with pytest.raises(Invalid, match="secret"):
        channels()["webhook"].request(ALERT, options, LINK, AT)
