"""Two packs compared: the samples differ in words alone, and a rule that does more is named."""

import pytest

from aupkeep.app.policies import SAMPLES, sample_files
from aupkeep.policy import packs
from aupkeep.policy.alike import differences


def pack(language: str = "en", **changed: tuple[bytes, bytes]):
    files = sample_files(language)
    for name, (old, new) in changed.items():
        assert old in files[f"{name}.yaml"]
        files[f"{name}.yaml"] = files[f"{name}.yaml"].replace(old, new, 1)
    return packs.load(files)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_the_samples_do_the_same(language: str):
    assert list(differences(pack(language), pack())) == []


def test_no_words_of_the_bokmal_pack_are_english():
    """Clauses, titles, reasons and names of tests are each another text, or a name of a thing."""
    one, other = pack(), pack("nb")
    for rule, english in zip(other.rules, one.rules, strict=True):
        assert rule.title != english.title
        assert rule.rationale != english.rationale
        assert not set(rule.false_positives) & set(english.false_positives)
        assert not {x.name for x in rule.trials} & {x.name for x in english.trials}
    assert all(clause.text != one.clauses[name].text for name, clause in other.clauses.items())


@pytest.mark.parametrize(
    ("changed", "name", "says"),
    [
        ({"spam": (b"hours: 24", b"hours: 23")}, "spam-deadline", "hours: expected 24, found 23"),
        ({"spam": (b"status: live", b"status: draft")}, "spam-inform", "status: expected live"),
        ({"spam": (b"id: spam-inform", b"id: spam-tell")}, "spam-tell", "expected the rule in"),
        ({"clauses": (b'"use/3"', b'"use/9"')}, "spam", "anchor: expected use/3, found use/9"),
        ({"detectors": (b"beacon: {mode: observe}", b"beacon: {mode: notify}")}, "beacon", "mode"),
        ({"retention": (b"days: 366", b"days: 365")}, "retention", "expected the same periods"),
    ],
)  # fmt: skip
def test_what_differs_is_named(changed, name: str, says: str):
    found = list(differences(pack("nb", **changed), pack()))
    assert any(what == name and says in why for what, why in found), found
