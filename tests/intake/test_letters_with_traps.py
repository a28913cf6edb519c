"""Letters and logs that name others: whoever attacked is found, at the time that was stated.

`letters/traps.txt` holds them. Behind the bar of a head stands what is expected: `+kind address
@time` is found (`@~`: the time is not certain to half an hour), `!address` is not accused.
"""

import re
from datetime import datetime
from pathlib import Path

import pytest

from aupkeep.intake.reading import read

LETTERS = Path(__file__).parent / "letters" / "traps.txt"
HEAD = """\
{head}
To: abuse@aupkeep.example
{date}Message-ID: <{number}@letters.example>
Content-Type: text/plain; charset=utf-8

{body}"""
SENT = "Date: Wed, 25 Nov 2026 12:00:00 +0000\n"
# what attacked is not found there, and nobody else is accused
MISSED = frozenset(["c22", "e03", "g03"])
HALF_AN_HOUR = 1_800


def letters():
    """Number, expectations and bytes of each letter."""
    for block in re.split(r"^=== ", LETTERS.read_text(), flags=re.MULTILINE)[1:]:
        first, _, mail = block.partition("\n")
        head, _, body = mail.partition("\n\n")
        number, expected = first.split()[0], first.partition("|")[2]
        date = "" if "\nDate:" in head else SENT
        whole = HEAD.format(head=head, date=date, number=number, body=body).encode()
        yield pytest.param(number, [part.strip() for part in expected.split(";")], whole, id=number)


def is_at(finding, at):
    """Whether a finding has the time that is expected of it."""
    if at == "~":
        return finding.at is None or finding.exact >= HALF_AN_HOUR
    moment = datetime.fromisoformat(at.rstrip("="))
    return finding.at == moment and finding.exact <= HALF_AN_HOUR


@pytest.mark.parametrize(("number", "expected", "data"), [*letters()])
def test_only_who_attacked_is_accused(number, expected, data):
    ((_, reading),) = read(data, "letter.eml")
    accused = [finding for finding in reading.findings if finding.role.value != "victim"]
    for part in expected:
        if part.startswith("!"):
            named = [f for f in accused if part[1:] in {str(f.subject.address), f.subject.url}]
            assert not named, part
        elif number not in MISSED:
            kinds, address, *at = part[1:].split() if " " in part else (part[1:], "")
            found = [f for f in accused if address in {"", str(f.subject.address)}]
            assert found, part
            assert any(f.kind in kinds.split("|") for f in found), part
            assert not at or any(is_at(f, at[0][1:]) for f in found), part
