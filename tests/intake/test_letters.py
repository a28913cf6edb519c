"""Letters of many programs and people: bounces name recipient and reason, and nothing else is one.

`letters.json` holds own mails in the forms mail servers, gateways and people write. `outcome` lists
what may come of one; `meaning` what it takes back, with `!` what it must not mean.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from aupkeep.intake.reading import read

LETTERS = json.loads(Path(__file__).with_name("letters.json").read_text("utf-8"))


@pytest.mark.parametrize("one", LETTERS, ids=lambda one: one["name"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_letter_ends_as_what_it_is(one: dict[str, Any], end: str) -> None:
    [(_, reading)] = read(one["mail"].replace("\n", end).encode(), one["name"])
    assert reading.outcome.value in one["outcome"]
    if "recipients" in one:
        assert [each.recipient for each in reading.failures] == one["recipients"]
        assert [each.reason.value for each in reading.failures] == one["reasons"]
    meaning = reading.meaning.value if reading.meaning else "nothing"
    wanted = one.get("meaning") or meaning
    assert meaning == wanted if wanted[0] != "!" else meaning != wanted[1:]
