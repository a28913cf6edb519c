"""Real samples that nobody of this project wrote, beside the checkout: each ends in an outcome."""

import json
from pathlib import Path

import pytest

from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.model.report import ReadingOutcome

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not here"),
]


def files(family: str) -> list[Path]:
    """All samples of a family."""
    notes = {"MANIFEST.md", "expected.jsonl", "README.md"}
    found = (CORPORA / family).rglob("*")
    return sorted(path for path in found if path.is_file() and path.name not in notes)


@pytest.mark.parametrize(
    ("family", "least"),
    [
        ("abuseio-notifier-samples", 58),
        ("sisimai-set-of-emails", 400),
        ("cpython-test-email", 60),
        ("talon-replies", 40),
        pytest.param("github-dmca", 100, marks=pytest.mark.nightly("fuzz")),
        ("fail2ban-logs", 10),
        ("xarf-v0-v3-abusix", 200),
        ("intelmq-shadowserver", 40),
    ],
)
def test_invariant_12_every_sample_ends_in_an_outcome(family: str, least: int) -> None:
    paths = files(family)
    assert len(paths) >= least
    for path in paths:
        for _, reading in read(path.read_bytes(), path.name):
            assert reading.reason or reading.findings, path
            assert "could not be read to its end" not in (reading.reason or ""), path
            assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading, (
                path
            )


def test_xarf_version_4_samples_are_parsed_without_a_dead_row() -> None:
    paths = files("xarf-spec/samples/v4")
    assert len(paths) == 32
    for path in paths:
        [(_, reading)] = read(path.read_bytes(), path.name)
        assert (reading.outcome, reading.dead, reading.reason) == (
            ReadingOutcome.PARSED,
            (),
            None,
        ), path


def test_feedback_reports_give_the_source_they_state() -> None:
    seen = 0
    for path in files("abuseio-notifier-samples"):
        mail = read_mail(path.read_bytes())
        if "source-ip" not in mail.feedback:
            continue
        seen += 1
        [(_, reading)] = read(path.read_bytes(), path.name)
        stated = mail.feedback["source-ip"][0].value
        assert [str(finding.subject.address) for finding in reading.findings] == [stated], path
    assert seen >= 20


@pytest.mark.slow
def test_most_bounces_are_told_from_reports() -> None:
    paths = [path for path in files("sisimai-set-of-emails") if "lhost" in path.name]
    outcomes = [read(path.read_bytes(), path.name)[0][1].outcome for path in paths]
    assert outcomes.count(ReadingOutcome.PARSED) == 0
    assert outcomes.count(ReadingOutcome.BOUNCE) >= 0.9 * len(paths)
