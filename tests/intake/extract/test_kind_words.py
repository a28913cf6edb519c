"""Prose in many languages: the kind, the side, the ports and the time it states."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.intake.extract.stated_times import TimeContext
from aupkeep.model.finding import Role
from aupkeep.model.ladder import Level
from aupkeep.model.origin import parse_origin
from aupkeep.model.taxonomy import KINDS
from intake.extract.reread import read_frame

SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TABLE = [
    row.split("\t")
    for row in (Path(__file__).parent / "prose.tsv").read_text("utf-8").splitlines()
    if row and not row.startswith("#")
]


def read(text, title=""):
    return extract(
        [text], source=parse_origin("mail:?a.example"), sent_at=SENT, title=title
    ).findings


@pytest.mark.parametrize(("kind", "role", "at", "ports", "text"), TABLE)
def test_a_sentence_says_what_it_says(kind, role, at, ports, text):
    """Kind, role, time and ports of a complaint come out of its own language."""
    (found,) = read(text.replace(" / ", "\n"))
    struck = found.target.port if found.target else None
    assert (found.kind, found.role.value) == (kind, role)
    assert str(found.subject.address) == "192.0.2.66"
    assert f"{found.at:%d %H:%M:%S}" == at if found.at else at == "-"
    assert f"{found.subject.port or '-'} {struck or '-'}" == ports


@pytest.mark.parametrize("kind", ["content/csam", "content/terrorist"])
def test_what_only_people_may_judge_is_named_so(kind):
    """The words for the gravest content give the kinds that no rule acts on."""
    words = {
        "content/csam": ["child sexual abuse material", "Kinderpornografie", "pédopornographie",
                         "overgrepsmateriale", "kinderporno"],
        "content/terrorist": ["terrorist propaganda", "terroristische Propaganda"],
    }  # fmt: skip
    for word in words[kind]:
        assert {one.kind for one in read(f"{word}: http://evil.example/x")} == {kind}, word
    assert KINDS[kind].cap <= Level.L1


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("DDoS: your customer 192.0.2.66 is the target of the attack", Role.VICTIM),
        ("A DDoS attack hits us, directed against your server 192.0.2.66", Role.VICTIM),
        ("DDoS-Angriff auf Ihren Kunden 192.0.2.66", Role.VICTIM),
        ("DDoS-angrep mot kunden deres 192.0.2.66", Role.VICTIM),
        ("Your customer's address 192.0.2.66 is under attack by a DDoS", Role.VICTIM),
        ("Our server 198.51.100.9 is under attack by a DDoS from 192.0.2.66", Role.OFFENDER),
        ("DDoS-Angriff von 192.0.2.66 auf unser System 198.51.100.9", Role.OFFENDER),
        ("Your open resolver 192.0.2.66 was used in an amplification attack", Role.VULNERABLE),
        ("C2: your server 192.0.2.66 is the command and control server", Role.CONTROLLER),
    ],
)
def test_the_side_is_read_before_and_behind_the_address(text, role):
    """Attacked, attacking, open or commanding: the words beside the address say which."""
    assert {one.role for one in read(text)} == {role}


@pytest.mark.parametrize(
    "words",
    [
        "between {} and {}", "from {} to {}", "zwischen {} und {}", "von {} bis {}",
        "entre {} et {}", "du {} au {}", "tussen {} en {}", "van {} tot {}", "mellom {} og {}",
        "fra {} til {}", "mellan {} och {}", "First seen: {} / Last seen: {}",
        "Start: {} / End: {}", "Beginn: {} / Ende: {}", "Début : {} / Fin : {}",
        "Første gang: {} / Siste gang: {}",
    ],
)  # fmt: skip
def test_two_times_that_frame_an_event_are_its_time(words):
    """The middle of the frame is the moment, and the exactness reaches both ends."""
    first, last = "2026-03-01 10:00:00 UTC", "2026-03-01 11:00:00 UTC"
    text = f"Spam\nIP: 192.0.2.66\nSpam {words.format(first, last)}".replace(" / ", "\n")
    (found,) = read(text)
    assert found.at == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
    assert found.exact == 1801.0
    place = found.offsets["at"]
    again = read_frame(text[place.start : place.end], TimeContext(sent_at=SENT))
    assert again is not None
    assert (again.at, again.exact) == (found.at, found.exact)


def test_a_zone_stated_once_is_both_sides():
    """A frame whose second time states a zone states it for the first."""
    (found,) = read("Spam from 192.0.2.66 between 2026-03-01 10:00 and 2026-03-01 11:00 UTC")
    assert (found.at, found.exact) == (datetime(2026, 3, 1, 10, 30, tzinfo=UTC), 1860.0)


def test_unrelated_times_frame_nothing():
    """Two times without the words of a frame are not chosen between, and that is said."""
    text = "Spam\nIP: 192.0.2.66\n2026-03-01 10:00:00 UTC\n2026-03-01 11:00:00 UTC"
    found = extract([text], source=parse_origin("mail:?a.example"), sent_at=SENT)
    assert found.findings[0].at is None
    assert found.several


@pytest.mark.parametrize(
    ("port", "kind", "own", "hit"),
    [(22, "brute force", None, 22), (3389, "port scan", None, 3389),
     (51413, "brute force", 51413, None), (53, "copyright infringement", 53, None)],
)  # fmt: skip
def test_a_port_of_no_side_is_the_service_that_was_attacked(port, kind, own, hit):
    """A service's port belongs to the attacked side where the abuse was aimed at one."""
    (found,) = read(f"{kind}\n\nIP: 192.0.2.66\nPort: {port}")
    assert found.subject.port == own
    assert (found.target.port if found.target else None) == hit
