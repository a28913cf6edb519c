"""The `detectors:` of a pack: modes and thresholds with the lines they stand in."""

import pytest

from aupkeep.app.policies import sample_files
from aupkeep.model.finding import Mode
from aupkeep.policy import packs

POLICY = sample_files()

TEXT = """\
detectors:
  syn-flood:
    mode: propose
    thresholds:
      packets: 2000
      share: 0.9
  login-guessing:
    mode: act
"""


def test_modes_and_thresholds_are_read_with_their_lines():
    """What is left out stays at the detector's own default."""
    pack = packs.load({**POLICY, "detectors.yaml": TEXT})
    flood, guessing = pack.detectors["syn-flood"], pack.detectors["login-guessing"]
    assert (flood.mode, dict(flood.thresholds)) == (Mode.PROPOSE, {"packets": 2000, "share": 0.9})
    assert flood.lines == {"": 2, "packets": 5, "share": 6}
    assert (guessing.mode, dict(guessing.thresholds)) == (Mode.ACT, {})


def test_a_version_holds_its_detectors():
    """The content of a version loads to the same version, and other thresholds are another one."""
    pack = packs.load({**POLICY, "detectors.yaml": TEXT})
    again = packs.load({"version.yaml": pack.content})
    assert (again.digest, again.detectors) == (pack.digest, pack.detectors)
    other = packs.load({**POLICY, "detectors.yaml": TEXT.replace("2000", "2001")})
    assert other.digest != pack.digest


def test_a_version_without_detectors_says_nothing_of_them():
    """So its digest is the one of before packs had any."""
    plain = {name: text for name, text in POLICY.items() if "detectors" not in name}
    assert b'"detectors":' not in packs.load(plain).content
    told = packs.load({**plain, "detectors.yaml": TEXT}).content
    assert b'"detectors":{"login-guessing":{' in told


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("detectors: [a]", 1, "expected a mapping"),
        ("detectors:\n  syn-flood:\n    mode: alarm", 3, "expected one of observe, notify"),
        ("detectors:\n  syn-flood:\n    modus: act", 3, "expected one of mode, thresholds"),
        ("detectors:\n  SYN: {mode: act}", 2, "lower-case words"),
        ("detectors:\n  a:\n    thresholds:\n      x: many", 4, "x: expected a number from 0"),
        ("detectors:\n  a:\n    thresholds:\n      x: -1", 4, "x: expected a number from 0"),
        ("detectors:\n  a:\n    thresholds:\n      x: true", 4, "x: expected a number from 0"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, words):
    """A misspelt mode or threshold is never taken for a default."""
    found = packs.check({"detectors.yaml": text})
    assert [(problem.line, words in problem.reason) for problem in found] == [(line, True)]
    assert found[0].rule == next(
        (name for name in ("syn-flood", "a") if f"  {name}:" in text), None
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            f"detectors:\n  {'A' * 61}: {{mode: act}}",
            f"{'A' * 60}: expected lower-case words joined by -, found {'A' * 60!r}",
        ),
        (
            f"detectors:\n  a:\n    thresholds: {{{'x' * 61}: many}}",
            f"{'x' * 60}: expected a number from 0 on, found 'many'",
        ),
    ],
)
def test_a_long_name_is_shown_in_sixty_characters(text, reason):
    assert [problem.reason for problem in packs.check({"detectors.yaml": text})] == [reason]


def test_one_detector_stands_once():
    """Of two places that speak of one detector, the second is a problem."""
    texts = {"a.yaml": TEXT, "b.yaml": "detectors:\n  syn-flood: {mode: act}"}
    (found,) = packs.check(texts)
    assert found.reason == "expected it once, found it in a.yaml:2 already"


def test_thresholds_alone_leave_the_mode():
    """Nought is a threshold; a version's content names the mode only where the pack does."""
    text = "detectors:\n  a:\n    thresholds: {x: 0}\n  b: {mode: act}"
    pack = packs.load({"detectors.yaml": text}, whole=False)
    assert pack.detectors["b"].lines == {"": 4}
    assert {name: settings.plain() for name, settings in pack.detectors.items()} == {
        "a": {"thresholds": {"x": 0.0}},
        "b": {"mode": "act", "thresholds": {}},
    }
