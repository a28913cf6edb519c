"""Letters of many programs and people: bounces name recipient and reason, and nothing else is one.

`letters.json` holds own mails in the forms mail servers, gateways and people write. `outcome` lists
what may come of one; `meaning` what it takes back, with `!` what it must not mean. `replies.json`
holds answers in the forms mail programs write, with the words that are new in each.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from aupkeep.intake.reading import read

LETTERS = json.loads(Path(__file__).with_name("letters.json").read_text("utf-8"))
REPLIES = json.loads(Path(__file__).with_name("replies.json").read_text("utf-8"))


@pytest.mark.parametrize("one", LETTERS, ids=lambda one: one["name"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_letter_ends_as_what_it_is(one: dict[str, Any], end: str) -> None:
    [(_, reading)] = read(one["mail"].replace("\n", end).encode(), one["name"])
    assert reading.outcome.value in one["outcome"]
    if "recipients" in one:
        assert [failure.recipient for failure in reading.failures] == one["recipients"]
        assert [failure.reason.value for failure in reading.failures] == one["reasons"]
    meaning = reading.meaning.value if reading.meaning else "nothing"
    wanted = one.get("meaning") or meaning
    assert meaning == wanted if wanted[0] != "!" else meaning != wanted[1:]


@pytest.mark.parametrize("one", REPLIES, ids=lambda one: one["name"])
def test_new_words_of_a_reply_are_told_from_what_it_quotes(one: dict[str, Any]) -> None:
    [(_, reading)] = read(one["mail"].encode(), one["name"])
    texts = list(reading.parts)
    for place in sorted((*reading.quoted, *reading.signed), reverse=True):
        text = texts[place.part]
        texts[place.part] = text[: place.start] + text[place.end :]
    assert " ".join(texts).split() == one["new"].split()
