"""Every reporter has a sample that its profile alone claims, and that reads as expected."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.parse_output import parsed_file
from aupkeep.intake.profiles.matching import matching_profiles
from aupkeep.intake.profiles.registry import SHIPPED, load_registry, shipped
from aupkeep.intake.reading import read
from aupkeep.model.as_json import as_json

HERE = Path(__file__).parent / "reporters"
SAMPLES = sorted(HERE.glob("*/*.eml"))
OTHERS = sorted((Path(__file__).parent / "intake").glob("*/*.eml"))
REGISTRY = load_registry([shipped()])
ACCEPT = os.environ.get("AUPKEEP_ACCEPT") == "1"


def told(path: Path) -> list[dict[str, Any]]:
    """What a sample says, the profile's name beside it."""
    readings = read(path.read_bytes(), path.name, registry=REGISTRY)
    return [{**as_json(parsed_file(name, one)), "profile": one.profile} for name, one in readings]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(HERE)))
def test_sample_reads_as_expected(path: Path) -> None:
    found = told(path)
    expected = path.with_name(path.name + ".expected.json")
    if ACCEPT:
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(HERE)))
def test_sample_is_claimed_by_its_profile_alone(path: Path) -> None:
    claimed = [
        one.profile.name for one in matching_profiles(read_mail(path.read_bytes()), REGISTRY)
    ]
    assert claimed == [path.parent.name]


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_mail_is_claimed_by_two(path: Path) -> None:
    assert len(matching_profiles(read_mail(path.read_bytes()), REGISTRY)) <= 1


@pytest.mark.parametrize("name", REGISTRY.profiles)
def test_reporter_has_a_sample(name: str) -> None:
    assert any(path.parent.name == name for path in SAMPLES), f"no sample in {HERE / name}"


def test_each_shipped_file_is_sound() -> None:
    """A broken file would be left out in silence: the mail must not stop for it."""
    assert not REGISTRY.broken
    assert len(list(shipped().glob("*.yaml"))) == len(REGISTRY.profiles)
    assert shipped().name == SHIPPED


def test_a_reporter_is_one_file_and_one_sample(tmp_path: Path) -> None:
    """A new file in a folder, and its mails are read: no line of code."""
    (tmp_path / "honeynet.yaml").write_text(
        "name: honeynet\ntitle: Example Honeynet\nfrom: [alerts@honeynet.example]\n"
        "zone: Europe/Oslo\nkind: connection/port_scan\n"
        'read:\n  - lines: ["{time} probe {address}:{port} -> {target}:{target_port}"]\n',
        "utf-8",
    )
    mail = (
        b"From: Alerts <alerts@honeynet.example>\nTo: abuse@hoster.example\nSubject: probes\n"
        b"Date: Sun, 01 Mar 2026 12:00:00 +0000\n\n"
        b"2026-03-01 12:30:00 probe 192.0.2.9:4711 -> 198.51.100.1:22\n"
    )
    assert read(mail, "1.eml", registry=load_registry([shipped()]))[0][1].profile is None
    ((_, reading),) = read(mail, "1.eml", registry=load_registry([shipped(), tmp_path]))
    (finding,) = reading.findings
    assert (reading.profile, reading.container) == ("honeynet", "reporter")
    assert str(finding.subject) == "192.0.2.9:4711"
    assert finding.at is not None
    assert finding.at.isoformat() == "2026-03-01T11:30:00+00:00"
    assert (finding.exact, finding.target.port if finding.target else None) == (1.0, 22)
