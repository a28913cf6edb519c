"""Evidence lines that nobody of this project wrote: who acted, line by line."""

import json
from ipaddress import ip_address
from pathlib import Path

import pytest

from intake.extract.acted import offender

FILE = Path(__file__).parents[4] / "shared" / "corpora" / "fail2ban-logs" / "expected.jsonl"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not FILE.exists(), reason="../shared/corpora/fail2ban-logs is absent"),
]


def rows(*, match):
    for row in map(json.loads, FILE.read_text("utf-8").splitlines()):
        if row["expect"].get("match") is match:
            yield row["line"], row["expect"].get("host")


def same(spot, host):
    try:
        return spot is not None and spot.address == ip_address(host)
    except ValueError:
        return False  # a host name: we take addresses only


def test_the_offender_is_right_on_95_percent_of_the_lines():
    """Of the lines a filter of the source matches, at least 95 % give its offender."""
    found = [same(offender(line), host) for line, host in rows(match=True)]
    assert len(found) >= 100
    assert sum(found) / len(found) >= 0.95


def test_no_wrong_host_on_the_lines_that_must_not_match():
    """Where the source names a host although its filter does not match, no other is named."""
    for line, host in rows(match=False):
        spot = offender(line)
        assert spot is None or host in {None, str(spot.address)}
