"""Words that somebody typed: what is hidden in them, however it is spelled out."""

import pytest

from aupkeep.evidence.redact import MASK
from aupkeep.evidence.spelled import hide_spelled, parts_of, plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("198[.]51(.)100{dot}7", "198.51.100.7"),
        ("a [DOT] example ( punktum ) com", "a.example.com"),
        ("al\u200bd\u00ader\ufeff", "alder"),
        ("A\u030asgard", "Åsgard"),
        ("a dot b. c", "a dot b. c"),
    ],
)
def test_plain_text_shows_what_was_meant(text, said):
    """Signs that nobody sees go, accents are composed, dots in brackets are dots."""
    assert plain(text) == said


@pytest.mark.parametrize(
    "text",
    ["yd39r6yv", "YD39-R6YV", "Y D 3 9 R 6 Y V", "y.-_d39 - r6yv", "(yd39r6yv)", "yd39___r6yv"],
)
def test_a_name_is_hidden_however_it_is_spelled(text):
    """In any case, with up to three signs between two letters."""
    hidden = hide_spelled(f"see {text} now", ["YD39-R6YV"])
    assert "r6yv" not in hidden.lower().replace(" ", "")
    assert hidden.startswith("see ")
    assert hidden.endswith(" now")
    assert len(hidden) == len(f"see {text} now")
    assert MASK in hidden


@pytest.mark.parametrize(
    "text", ["yd39----r6yv", "ayd39r6yv", "yd39r6yva", "yd39r6y", "7yd39r6yv", "yd39r6yv7"]
)
def test_what_is_another_word_stays(text):
    """Four signs between two letters, more letters around it, or one too few."""
    assert hide_spelled(text, ["YD39-R6YV"]) == text


def test_names_of_four_letters_are_sought_and_shorter_ones_are_not():
    """A longer name is hidden before one that begins it."""
    assert hide_spelled("a-b-c-d a-b-c", ["ab.cd", "abc"]) == f"{MASK * 7} a-b-c"
    assert hide_spelled("alder, alderwood", ["alder", "alderwood"]) == f"{MASK * 5}, {MASK * 9}"
    assert hide_spelled("al-der-wood", ["alder", "alder wood"]) == MASK * 11
    assert hide_spelled("alder wood", ["wood", "alder wood"]) == MASK * 10
    assert hide_spelled("a(b)cd", ["a(b)c"]) == "a(b)cd"


def test_parts_that_lead_to_a_name_alone():
    """Long enough, and no ordinary word, whatever its case."""
    assert parts_of("Bjørk Drift AS, no1e abc", ["drift"]) == {"Bjørk", "no1e"}
    assert parts_of("DRIFT al\u00adder") == {"DRIFT", "alder"}
