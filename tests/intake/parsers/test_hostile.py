"""Every container refuses what is made to break its reader: in time, with an outcome, silently."""

import json
import time

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from intake.parsers.hostile_cases import CASES, SOURCE, xml
from timing import cpu_seconds

MB = 1 << 20
MARGIN = 10  # a busy machine; bench/hostile.py holds the budget itself
EACH = 100e-6  # CPU seconds that a claim may take: a third of it on a machine of one's own
FILE = "file:///etc/hostname"
LONG = {"pairs", "records"}  # of a megabyte: at night


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.nightly("fuzz")) if name in LONG else name
        for name in CASES
    ],
)
def test_invariant_12_hostile_containers_end_in_an_outcome_in_time(name: str) -> None:
    data = CASES[name](MB).encode()
    before = time.process_time()
    readings = read(data, "x")
    spent = time.process_time() - before
    assert readings
    for _, reading in readings:
        assert reading.reason or reading.findings
        assert "could not be read to its end" not in (reading.reason or "")
        assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading
    claims = sum(len(reading.findings) + len(reading.dead) for _, reading in readings)
    allowed = MARGIN * (0.05 + 0.05 * len(data) / MB) + EACH * claims
    if spent >= allowed:  # a busy machine, or what is made at first
        spent = cpu_seconds(lambda: read(data, "x"), allowed)
    assert spent < allowed, f"{name}: expected under {allowed:.2f} CPU seconds, found {spent:.2f}"


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE Infringement SYSTEM "{FILE}">{xml("Infringement", SOURCE)}',
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{FILE}">]><Infringement>&x;</Infringement>',
        f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{FILE}"> %x;]>{xml("Infringement", SOURCE)}',
        f'<IODEF-Document xmlns:i="x:XInclude"><i:include href="{FILE}"/></IODEF-Document>',
        f'<!DOCTYPE f [<!ENTITY x SYSTEM "{FILE}">]>{xml("feedback", "<policy_published/>&x;")}',
    ],
)
def test_nothing_is_fetched_and_no_entity_is_expanded(text: str) -> None:
    """The socket guard of the suite is on; the host's name is nowhere in what was read."""
    with open("/etc/hostname", encoding="utf-8") as file:  # noqa: PTH123 - one line
        secret = file.read().strip()
    [(_, reading)] = read(text.encode(), "x.xml")
    assert reading.findings == ()
    assert secret not in (reading.reason or "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "latin-1", "utf-32"])
@pytest.mark.parametrize("name", ["ACNS of sources", "STIX of indicators", "records"])
def test_any_encoding_ends_in_an_outcome(name: str, encoding: str) -> None:
    [(_, reading)] = read(CASES[name](5_000).encode(encoding), "x")
    assert reading.reason or reading.findings
