"""Drafts of letters: in both languages, each with a place that only the writer can fill."""

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.model.notice import Party
from aupkeep.notify.letter_drafts import (
    DRAFTS,
    LetterWords,
    more_time,
    open_place,
    refuse_open,
)


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_is_not_sent_as_it_is(name):
    """Each language has a subject, and a text with one place that is open."""
    draft = DRAFTS[name]
    assert draft.party is (Party.REPORTER if name == "ask-proof" else Party.CUSTOMER)
    assert set(draft.words) == {"en", "nb"}
    for words in draft.words.values():
        place = open_place(words.text)
        assert open_place(words.subject) is None
        assert open_place(words.text.replace(place, "")) is None


def test_more_time_names_the_day_and_the_reasons():
    """In the reader's language, and ready to be sent."""
    assert more_time("Friday", "You asked.", "en") == LetterWords(
        "You have more time to answer",
        "Hello,\n\nYou now have until Friday to answer.\n\nYou asked.",
    )
    assert more_time("fredag", "Du ba om det.", "nb") == LetterWords(
        "Du har fått mer tid til å svare",
        "Hei,\n\nDu har nå frist til fredag med å svare.\n\nDu ba om det.",
    )
    assert open_place(more_time("Friday", "You asked.", "en").text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("until ### day ###, or ### hour ###", "### day ###"),
        ("until ###", "###"),
        ("until ### day", "### day"),
        ("until ## day ##", None),
        ("Hei {name} [[x]]", "{name}"),
        ("Hei {{ customer.name }},", "{{ customer.name }}"),
        ("Hei [[Kundens navn]],", "[[Kundens navn]]"),
        ("Hei <<navn>>,", "<<navn>>"),
        ('set {"port": 22} or server { listen 80; }', None),
        ("if [[ -f x ]]; a{2}; list[0][1]; see [2] and <noc@x.example>", None),
        ("", None),
    ],
)
def test_an_open_place_is_seen(text, place):
    """Also one that was half filled."""
    assert open_place(text) == place


def test_an_open_place_is_refused():
    """The place is named, so that the writer finds it."""
    refuse_open("text", "Hei Kari,")
    with pytest.raises(Invalid) as caught:
        refuse_open("text", "Hei [[navn]],")
    assert str(caught.value) == "text: expected no open place, found [[navn]]"
