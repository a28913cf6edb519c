"""The traffic picture of a case, from the history and from the detectors' documents."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from app.conftest import NOON, report
from app.steps import agent_of, arrive, enforce, follow
from app.telemetry.findings.test_hit_document import hand_over, hit
from app.telemetry.made import HIT, NOON_MS, flow, flows, written
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.traffic import load as room
from aupkeep.app.pages.traffic.exhibits import flow_file
from aupkeep.app.pages.traffic.load import (
    BEHIND,
    NONE_KEPT,
    NOTHING,
    OVER,
    SEEN,
    SLOW,
    UNREADABLE,
    picture_of,
)
from aupkeep.app.pages.traffic.page import FlowFormat, TrafficPhase
from aupkeep.app.pages.traffic.sampling import SOURCES, UNKNOWN
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing, TooMany
from aupkeep.model.finding import Role
from aupkeep.model.raw import Channel
from aupkeep.store import actions, log
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.history.history import FlowDirection, TotalsBy, TrafficPoint, TrafficTotal
from aupkeep.telemetry.rows import Exporters, RowField, empty, halves

ADA = Person(id="ada@aupkeep.example", name="Ada")


@dataclass
class FakeHistory:
    """A history that says what it is told to; `packets` by millisecond of a step."""

    packets: dict[int, int] = field(default_factory=dict)
    came: int = 0  # packets that came with each of them
    trouble: Exception | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)
    ways: set[FlowDirection] = field(default_factory=set)

    def series(self, address, since, until, step):
        if self.trouble:
            raise self.trouble
        self.asked.append((since, until))
        return [
            TrafficPoint(
                at=at,
                flows_out=sum(1 for packet in self.packets if at <= packet < at + step),
                packets_out=sum(n for one, n in self.packets.items() if at <= one < at + step),
                bytes_out=0.0,
                flows_in=0,
                packets_in=sum(self.came for packet in self.packets if at <= packet < at + step),
                bytes_in=0.0,
            )
            for at in range(since, until, step)
        ]

    def top(self, what, since, until, *, address=None, own=(), way=None, count=10):
        self.ways.add(way)
        key = "198.51.100.9" if what is TotalsBy.PEERS else "tcp/22"
        return [TrafficTotal(key=key, flows=40, packets=80, bytes=4800, first=0, last=0, unknown=0)]


def seen(context, case, history=None):
    about = load_case_context(context, case)
    return picture_of(context, about, actions.of_case(case.id), log.entries(case.id), history)


def give(context, data):
    """Receive a detector's document and follow it."""
    envelope = RawEnvelope(channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:x")
    return follow(context, receive(context, data, envelope).raw)


@pytest.fixture
def case(furnished):
    """The case of a detector that may act: its rule has wanted a block."""
    (found,) = hand_over(furnished, HIT)
    return found


def test_a_report_alone_has_no_picture(furnished):
    """Without a detector as witness there is nothing of our own to show."""
    (case,) = arrive(furnished, report("203.0.113.10", NOON))
    assert seen(furnished, case, FakeHistory()) is None


def test_before_during_and_after_the_measure(furnished, case, now):
    """The phases are cut where the block was read back and where it was lifted."""
    agent = agent_of(furnished)
    now.at += timedelta(seconds=2)
    enforce(furnished, agent)
    now.at += timedelta(seconds=60)
    (action,) = actions.of_case(case.id)
    undo_action(furnished, action.id, person="ada", reason="fixed")
    enforce(furnished, agent)
    now.at += timedelta(seconds=60)
    packets = {NOON_MS: 5000, NOON_MS + 20_000: 10, NOON_MS + 100_000: 7}
    picture = seen(furnished, case, FakeHistory(packets))
    assert [
        (stretch.phase, round(stretch.peak * picture.seconds)) for stretch in picture.stretches
    ] == [
        (TrafficPhase.BEFORE, 5000),
        (TrafficPhase.DURING, 10),
        (TrafficPhase.AFTER, 7),
    ]
    assert [mark.words for mark in picture.marks] == [
        "seen by the detector login-guessing",
        "Close one port out: read back",
        "Close one port out: lifted",
    ]
    assert "before the measure" in picture.says
    assert picture.during == "while the measure stood"
    assert picture.limits == (BEHIND,)


def test_what_still_stands_has_no_afterwards(furnished, case, now):
    """While a measure stands, the newest step lies within it, however long a step is."""
    now.at += timedelta(seconds=2)
    enforce(furnished, agent_of(furnished))
    now.at += timedelta(seconds=62.3)
    picture = seen(furnished, case, FakeHistory({NOON_MS: 5000}))
    assert [stretch.phase for stretch in picture.stretches] == [
        TrafficPhase.BEFORE,
        TrafficPhase.DURING,
    ]
    assert "afterwards" not in picture.says


def test_of_who_is_attacked_it_shows_what_came(furnished, now):
    """The rates, the peers and the sentence are of what came at them, not of what they answered."""
    one = hit(kind="protection/inbound_ddos", role=Role.VICTIM, peer=None, port=80)
    (case,) = hand_over(furnished, one)
    now.at += timedelta(minutes=5)
    history = FakeHistory({NOON_MS: 3}, came=900)
    picture = seen(furnished, case, history)
    during = next(stretch for stretch in picture.stretches if stretch.phase is TrafficPhase.DURING)
    assert (during.peak * picture.seconds, during.mean < during.peak) == (900, True)
    assert history.ways == {FlowDirection.IN}
    assert "203.0.113.10 received: 0 before" in picture.says


def test_without_a_measure_the_event_lies_between(furnished, now):
    """Nothing was limited: the stretch between is what the detector saw."""
    (case,) = hand_over(furnished, hit(kind="connection/port_scan"))
    now.at += timedelta(minutes=5)
    picture = seen(furnished, case, FakeHistory({NOON_MS: 90}))
    assert picture.during == SEEN
    assert picture.limits == ()
    assert [stretch.phase for stretch in picture.stretches] == list(TrafficPhase)


def test_the_most_stand_by_peer_and_service(furnished, case):
    picture = seen(furnished, case, FakeHistory({NOON_MS: 1}))
    assert [one.name for one in (*picture.peers, *picture.ports)] == ["198.51.100.9", "tcp/22"]


@pytest.mark.parametrize("minutes", [0, 1, 30, 60 * 24 * 29])
def test_the_picture_is_bounded(furnished, case, now, minutes):
    """However long it stands, a picture has few steps, whole ones, and ends about now."""
    enforce(furnished)
    now.at += timedelta(minutes=minutes)
    history = FakeHistory({NOON_MS: 1})
    picture = seen(furnished, case, history)
    assert 1 < len(picture.steps) <= room.MOST_STEPS + 1
    assert history.asked[0][0] % (picture.seconds * 1000) == 0
    assert picture.end - now.at < timedelta(seconds=picture.seconds) + room.LEAD[0]
    assert picture.start < datetime.fromtimestamp(NOON_MS / 1000, UTC) < picture.end


@pytest.mark.parametrize(
    ("history", "later", "words"),
    [
        (FakeHistory(), timedelta(minutes=5), NOTHING),
        (FakeHistory(), timedelta(days=90), OVER.format(days=30)),
        (FakeHistory(trouble=TooMany("history", wait=1)), timedelta(minutes=5), SLOW),
        (FakeHistory(trouble=PermissionError("archive")), timedelta(minutes=5), UNREADABLE),
        (FakeHistory(trouble=duckdb.IOException("disk")), timedelta(minutes=5), UNREADABLE),
        (None, timedelta(minutes=5), NONE_KEPT),
    ],
    ids=["nothing", "retention", "slow", "denied", "damaged", "none-kept"],
)
def test_no_picture_is_told_with_its_reason(furnished, case, now, history, later, words):
    """The rows behind the finding are shown all the same."""
    now.at += later
    picture = seen(furnished, case, history)
    assert picture.empty == words
    assert picture.steps == ()
    assert picture.exhibits[0].count == 3


def test_a_real_history_is_asked(furnished, case, now):
    """Rows in this install's archive become the picture."""
    rows, exporters = empty(40), Exporters()
    rows["src_hi"], rows["src_lo"] = halves(HIT.address)
    rows["dst_hi"], rows["dst_lo"] = halves(HIT.peer)
    rows["family"], rows["proto"], rows["dport"] = 4, 6, 22
    rows["packets"], rows["bytes"], rows["sampling"] = 2, 120, 10
    rows["start"] = rows["end"] = rows["seen"] = NOON_MS + 1
    rows["exporter"] = exporters.number(None)
    rows["has"] = int(
        RowField.SRC
        | RowField.DST
        | RowField.PROTO
        | RowField.PACKETS
        | RowField.BYTES
        | RowField.SAMPLING
    )
    archive = Archive(furnished.home.flows / "archive")
    archive.append(rows, exporters, NOON_MS + 1)
    archive.close()
    now.at += timedelta(minutes=1)
    picture = seen(furnished, case)
    assert picture.empty == ""
    assert sum(step.packets_out for step in picture.steps) == 800
    assert sum(step.bytes_out for step in picture.steps) == 48_000
    assert [peer.name for peer in picture.peers] == ["198.51.100.9"]


def test_sampling_and_chance_are_told(furnished, case):
    picture = seen(furnished, case, FakeHistory())
    assert picture.sampling == "192.0.2.1: 1 packet in 100"
    assert picture.chance == "90.0% at this sampling, as the detector states it"


def test_an_unknown_rate_is_told(furnished):
    """Rows without a rate say so, and that nothing acts on them; no chance is made up."""
    rows = flows(sampling=None)
    (case,) = give(furnished, written(hit(evidence={"attempts": 40}), rows=rows))
    picture = seen(furnished, case, FakeHistory())
    assert picture.sampling == f"192.0.2.1: {UNKNOWN}"
    assert picture.chance == ""


@pytest.mark.parametrize("source", ["options", "static", "override", "header", "record"])
def test_who_says_the_rate_is_told(furnished, case, source):
    """What the collector knows of the exporter stands beside the rate."""
    row = {"address": "192.0.2.1", "sampling": [{"rate": 100, "source": source}]}
    state_files.write(furnished.home.flows, "stats", {"exporters": [row]})
    told = seen(furnished, case, FakeHistory()).sampling
    assert told == f"192.0.2.1: 1 packet in 100, {SOURCES[source]}"


@pytest.mark.parametrize("stats", [None, [], {"exporters": 3}, {"exporters": [3, {"sampling": 3}]}])
def test_a_collector_that_says_nothing_is_no_trouble(furnished, case, stats):
    state_files.write(furnished.home.flows, "stats", stats)
    assert seen(furnished, case, FakeHistory()).sampling == "192.0.2.1: 1 packet in 100"


def test_a_checked_complaint_has_a_picture(furnished):
    """Compared with our records, a report's case shows them, with the answer and its error."""
    (case,) = arrive(furnished, report("203.0.113.10", NOON))
    told = {"why": "contradicted: no flow of that time", "missed": 0.004}
    actor = Actor(kind=ActorKind.PERSON, id="ada", name="Ada")
    record(furnished, entry(furnished, EntryType.CLAIM_CHECKED, actor, told, case=case.id))
    picture = seen(furnished, case, FakeHistory({NOON_MS: 1}))
    assert picture.spoof == (
        "contradicted: no flow of that time; the chance that sampling hid all of it is 0.4%"
    )
    assert [mark.words for mark in picture.marks] == ["reported"]
    assert picture.exhibits == ()


@pytest.mark.parametrize("form", list(FlowFormat), ids=str)
def test_a_file_is_what_its_digest_says(furnished, case, form):
    """The page's digest, the file's and the bytes' are one; all rows are in it."""
    (exhibit,) = seen(furnished, case, FakeHistory()).exhibits
    file = flow_file(case.reference, exhibit.id, form)
    (promised,) = [one for one in exhibit.files if one.form is form]
    assert promised.digest == file.digest == hashlib.sha256(file.data).hexdigest()
    assert file.name.endswith(f"{file.digest[:12]}.{form}")


def test_lines_and_table_hold_the_rows(furnished, case):
    """JSON lines give back the very rows; the table has a line for each with its ports."""
    (exhibit,) = seen(furnished, case, FakeHistory()).exhibits
    lines = flow_file(case.reference, exhibit.id, FlowFormat.LINES).data
    assert [json.loads(line) for line in lines.splitlines()] == [flow._asdict() for flow in flows()]
    table = flow_file(case.reference, exhibit.id, FlowFormat.TABLE).data.decode()
    assert table.splitlines()[1].split(",")[3:7] == ["203.0.113.10", "40000", "198.51.100.9", "22"]
    (line, *_) = exhibit.lines
    assert (line.source, line.destination, line.flags) == (
        "203.0.113.10:40000",
        "198.51.100.9:22",
        "S",
    )


def test_a_case_shows_no_rows_of_another(furnished):
    """One document about two customers: each case has its own rows alone."""
    other = hit(address=HIT.address + 60)
    cases = hand_over(furnished, HIT, other)
    assert len(cases) == 2
    for case in cases:
        (exhibit,) = seen(furnished, case, FakeHistory()).exhibits
        assert exhibit.count == len(flows())


@pytest.mark.parametrize("name", ["", "0193f0aa", "../../etc/passwd"])
def test_no_other_file_is_given(furnished, case, name):
    with pytest.raises(Missing):
        flow_file(case.reference, name, FlowFormat.TABLE)


def test_the_rows_of_another_case_are_not_given(furnished, case):
    """A finding's rows are had through its own case alone."""
    (other,) = arrive(furnished, report("203.0.113.70", NOON))
    (exhibit,) = seen(furnished, case, FakeHistory()).exhibits
    with pytest.raises(Missing):
        flow_file(other.reference, exhibit.id, FlowFormat.TABLE)


def test_the_page_has_the_picture(furnished, case):
    page = case_page(furnished, ADA, case.reference)
    assert page.picture
    assert page.picture.empty == NONE_KEPT


def test_an_ipv6_end_is_written_with_brackets():
    from aupkeep.app.pages.traffic.exhibits import _line

    line = _line(
        flow(1, src="2001:db8::1", dport=None, flags=None, proto=17, sampling=None)._asdict()
    )
    assert (line.source, line.destination) == ("[2001:db8::1]:40001", "198.51.100.9")
    assert (line.proto, line.flags, line.sampling) == ("udp", "", None)


def test_a_row_that_lies_is_shown_as_what_it_is():
    """Values of a wrong type are not told, and nothing breaks."""
    from aupkeep.app.pages.traffic.exhibits import _line

    line = _line({"start": "yesterday", "packets": "many", "sport": True, "src": None, "proto": []})
    assert (line.start, line.packets, line.source, line.proto) == (None, None, "?", "")
