"""AbuseIO's own sample mails: what its parsers read of them, ours read too, at the same time."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.profiles.matching import matching_profiles
from aupkeep.intake.profiles.registry import load_registry, shipped
from aupkeep.intake.reading import read

FAMILY = Path(__file__).parents[4] / "shared" / "corpora" / "abuseio-notifier-samples"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not FAMILY.is_dir(), reason="../shared/corpora is not here"),
]
REGISTRY = load_registry([shipped()])
# Where AbuseIO is wrong; each has its row in docs/divergences.md. Folder → seconds it is off by.
WRITTEN = {"abusehub": 3600.0}
LEAST = 95


def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """File and incidents of each mail, by AbuseIO."""
    for line in (FAMILY / "expected.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        yield one["file"], one.get("incidents") or []


def test_at_least_its_incidents_at_the_same_time() -> None:
    """No address is missed, and no time is another's, but where a written note says why."""
    incidents = missed = 0
    for file, expected in told():
        readings = read((FAMILY / file).read_bytes(), file, registry=REGISTRY)
        left = [finding for _, reading in readings for finding in reading.findings]
        for incident in expected:
            incidents += 1
            away = WRITTEN.get(file.partition("/")[0], 0.0)
            at = datetime.fromtimestamp(incident["timestamp"] - away, UTC)
            same = [one for one in left if one.subject.address == ip_address(incident["ip"])]
            match = next((one for one in same if one.at == at), None)
            missed += match is None
            assert match is not None, (file, incident["ip"], at, [one.at for one in same])
            left.remove(match)
    assert incidents >= LEAST
    assert missed == 0


def test_no_mail_is_claimed_by_two() -> None:
    for path in sorted(FAMILY.rglob("*.eml")):
        assert len(matching_profiles(read_mail(path.read_bytes()), REGISTRY)) <= 1, path


def test_each_of_its_reporters_is_known() -> None:
    """Its samples come from reporters that have a profile here."""
    unknown = [
        path.name
        for path in sorted(FAMILY.rglob("*.eml"))
        if not matching_profiles(read_mail(path.read_bytes()), REGISTRY)
    ]
    assert unknown == []
