"""One line of a log: who acted, on which service, and what kind of abuse it was."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.direction import offender_weight
from aupkeep.intake.extract.lines import LineContext, read_line
from aupkeep.intake.extract.services import NOUGHTS
from aupkeep.intake.extract.stated_times import TimeContext

LENS = LineContext(clock=TimeContext(sent_at=datetime(2026, 3, 2, tzinfo=UTC)))
HERE = Path(__file__).parent
BAD, US = "192.0.2.66", "198.51.100.9"
LOG = "Mar  1 10:00:00 mx "
TABLE = [
    row.split("\t")
    for row in (HERE / "claims.tsv").read_text("utf-8").splitlines()
    if not row.startswith("#")
]
SILENT = (HERE / "silent.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("kind", "own", "hit", "protocol", "line"), TABLE)
def test_reads_the_dialect(kind, own, hit, protocol, line):
    """The offender, the kind and both ports come out of each program's way of writing."""
    seen = read_line(line, find_addresses(line), LENS)
    assert seen is not None
    assert str(seen.spot.address) in {BAD, "2001:db8::66"}
    assert seen.kind == kind
    assert str(seen.spot.port or (seen.own_port and seen.own_port[0]) or "-") == own
    stated = (seen.hit_port and seen.hit_port[0]) or (seen.target and seen.target.port)
    assert str(stated or seen.service_port or "-") == hit
    assert protocol in {seen.protocol, "*"}


@pytest.mark.parametrize("line", [row[-1] for row in TABLE])
def test_figures_say_nothing_about_who_acted(line):
    """What speaks for an address is the same with other figures: shapes may be remembered."""
    places = [(spot.start, spot.end, spot.port_end) for spot in find_addresses(line)]
    other = line.translate(NOUGHTS)
    assert [offender_weight(line, place) for place in places] == [
        offender_weight(other, place) for place in places
    ]


@pytest.mark.parametrize("line", SILENT)
def test_claims_nothing(line):
    """Success, comments, mail headers, victims and addresses nobody can hold are no claim."""
    assert read_line(line, find_addresses(line), LENS) is None


def test_a_local_address_is_taken_only_where_asked_for():
    """A report from inside names its own addresses; a public one in the line goes before it."""
    inside, local = "login failed from 10.0.0.5", LineContext(local=True)
    alone = read_line(inside, find_addresses(inside), local)
    line = f"2026-03-01 10:00:00 {inside}, client {BAD}"
    both = read_line(line, find_addresses(line), local)
    assert [str(claim.spot.address) for claim in (alone, both) if claim] == ["10.0.0.5", BAD]
    assert read_line(inside, find_addresses(inside), LineContext()) is None


def test_the_title_decides_between_two_addresses():
    """In a line without a cue the address that the subject line names is the one reported."""
    line = f"10:00:00 {US} 4711 {BAD} 22"
    hints = frozenset(spot.address for spot in find_addresses(BAD))
    seen = read_line(line, find_addresses(line), LineContext(hints=hints))
    assert seen is not None
    assert str(seen.spot.address) == BAD


def test_an_address_to_ignore_is_never_taken():
    """The reporter's own address is no offender even where a cue says so."""
    line = f"{LOG}sshd[9]: Failed password for root from {BAD} port 4711 ssh2"
    assert (
        read_line(
            line,
            find_addresses(line),
            LineContext(ignore=frozenset(s.address for s in find_addresses(BAD))),
        )
        is None
    )


def test_repeated_messages_are_counted():
    """Syslog's "message repeated" counts as that many."""
    line = (
        f"{LOG}sshd[9]: message repeated 5 times: [ Failed password for x from {BAD} port 9 ssh2]"
    )
    seen = read_line(line, find_addresses(line), LENS)
    assert seen is not None
    assert seen.events == 5
