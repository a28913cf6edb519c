"""Who sets a detector's mode and thresholds, and what is told of names that there are not."""

from ipaddress import ip_address, ip_network

import pytest

from app.telemetry.made import detector
from aupkeep.app.policies import policy_in_force, sample_files
from aupkeep.app.telemetry.collector.controller_snapshot import (
    ControllerSnapshot,
    load_snapshot,
    save_snapshot,
    saved_snapshot,
)
from aupkeep.app.telemetry.collector.detection_config import (
    PackCheck,
    all_detectors,
    check_with_detectors,
    detection_config,
)
from aupkeep.app.telemetry.tuning.effective_rules import (
    effective_rules,
    problems,
)
from aupkeep.app.telemetry.tuning.thresholds import accept, accepted, withdraw
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.finding import Mode
from aupkeep.model.threshold import Threshold
from aupkeep.policy import packs
from aupkeep.store import log
from aupkeep.telemetry.detect.network_context import ListedContact

ONE = {"login-guessing": detector()}
SAMPLE = {name: text for name, text in sample_files().items() if name != "detectors.yaml"}


def pack(text):
    """The sample pack with these detectors."""
    return packs.load({**SAMPLE, "detectors.yaml": text})


def test_default_then_pack_then_person():
    """The pack overrides the default, what a person accepted overrides the pack; each is named."""
    (plain,) = effective_rules(ONE, pack("detectors: {}")).values()
    assert (plain.rule.mode, plain.rule.thresholds["attempts"]) == (Mode.PROPOSE, 10)
    assert plain.sources == {"mode": "default", "attempts": "default"}
    text = "detectors:\n  login-guessing:\n    mode: act\n    thresholds:\n      attempts: 20\n"
    (said,) = effective_rules(ONE, pack(text)).values()
    assert (said.rule.mode, said.rule.thresholds["attempts"]) == (Mode.ACT, 20)
    assert said.sources == {"mode": "detectors.yaml:2", "attempts": "detectors.yaml:5"}
    one = Threshold(
        id="h1", detector="login-guessing", threshold="attempts", value=35, words="by ada"
    )
    (taken,) = effective_rules(ONE, pack(text), [one]).values()
    assert (taken.rule.thresholds["attempts"], taken.sources["attempts"]) == (35, "by ada")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("detectors:\n  login-guesing: {mode: act}", 2, "expected one of login-guessing"),
        (
            "detectors:\n  login-guessing:\n    thresholds:\n      tries: 3",
            4,
            "expected one of attempts",
        ),
    ],
)
def test_unknown_names_are_told_with_their_line(text, line, words):
    """A misspelt detector or threshold is told, and changes nothing."""
    (found,) = problems(ONE, pack(text))
    assert (found.file, found.line) == ("detectors.yaml", line)
    assert words in found.reason


def test_the_sample_names_detectors_that_there_are(sqlite_home):
    """The sample pack speaks of shipped detectors and of no others."""
    assert problems(all_detectors(), policy_in_force(sqlite_home)) == []


def test_a_person_accepts_and_withdraws(context):
    """Each change is in the journal, with who and why; the collector asks for what stands."""
    accept(
        context, ONE["login-guessing"], "attempts", 40, person="ada", reasons="a week of watching"
    )
    (one,) = accepted()
    assert (one.detector, one.threshold, one.value) == ("login-guessing", "attempts", 40)
    assert one.words.startswith("accepted by ada on 2026-03-01")
    assert load_snapshot(context) == ControllerSnapshot(own=(), accepted=(one,))
    withdraw(context, "login-guessing", "attempts", person="ada", reasons="too high")
    assert accepted() == []
    told = [entry.entry.payload for entry in log.entries(types=(EntryType.THRESHOLD_CHANGED,))]
    assert [(one["accepted"], one["reasons"]) for one in told] == [
        (True, "a week of watching"),
        (False, "too high"),
    ]


def test_what_cannot_be_accepted(context):
    """An unknown threshold, nothing, no reason, and what was never accepted."""
    for threshold, value, reasons in (("x", 1, "y"), ("attempts", 0, "y"), ("attempts", 1, " ")):
        with pytest.raises(Invalid):
            accept(context, ONE["login-guessing"], threshold, value, person="ada", reasons=reasons)
    with pytest.raises(Missing):
        withdraw(context, "login-guessing", "attempts", person="ada", reasons="y")


def test_remembered_over_a_restart(tmp_path):
    """What the desk said last is there while it is away; a broken file is as none."""
    one = Threshold(id="h1", detector="a", threshold="b", value=1.5, words="c")
    own = (ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))
    listed = ListedContact(ip_address("2001:db8::66"), "c2", "feodo", 443)
    known = ControllerSnapshot(own=own, accepted=(one,), contacts=(listed,))
    assert saved_snapshot(tmp_path) is None
    assert save_snapshot(tmp_path, known)
    assert saved_snapshot(tmp_path) == known
    (tmp_path / "known.json").write_text('{"own": 5}')
    assert saved_snapshot(tmp_path) is None


def test_orders_name_every_detector(sqlite_home):
    """Fast and slow detectors stand in the orders, each with a rule."""
    config = detection_config(sqlite_home, ControllerSnapshot())
    assert set(config.rules) == set(all_detectors())
    assert config.trouble == ()


def test_policy_check_knows_the_detectors(tmp_path):
    """`aupkeep policy check` tells a detector that there is not, with file and line."""
    path = tmp_path / "detectors.yaml"
    path.write_text("detectors:\n  syn-flod: {mode: act}\n")
    checked = check_with_detectors(path)
    assert checked.ok is False
    assert [(error.file, error.line) for error in checked.errors] == [("detectors.yaml", 2)]
    path.write_text("detectors:\n  syn-flood: {mode: act}\n")
    assert check_with_detectors(path) == PackCheck(ok=True, errors=[])
