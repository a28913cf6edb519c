"""The station: datagrams over loopback become rows, archive, hits and a case; nothing stops it."""

import dataclasses
import shutil
import socket
import time
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from app.steps import agent_of, enforce, follow, told
from app.telemetry.exporter import Flow, datagrams, send
from app.telemetry.made import HIT, detector
from aupkeep.app.inventory import declare_space
from aupkeep.app.telemetry import known as known_room
from aupkeep.app.telemetry import orders as orders_room
from aupkeep.app.telemetry import slowly as slowly_room
from aupkeep.app.telemetry import station as room
from aupkeep.app.telemetry.errands import Errands, Line
from aupkeep.app.telemetry.housekeeping import Housekeeping
from aupkeep.app.telemetry.keep import read
from aupkeep.app.telemetry.known import remembered
from aupkeep.app.telemetry.slowly import Slowly
from aupkeep.config.flows import Flows
from aupkeep.intake.feed import Item
from aupkeep.intake.subscription import subscribe
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.model.feed import FeedCopy, FeedState
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.store import actions, cases, raws
from aupkeep.telemetry.detector import Hit
from aupkeep.telemetry.rows import address
from aupkeep.telemetry.slow.detector import shipped
from aupkeep.telemetry.slow.look import Looked
from daemon.processes import free_port

pytestmark = pytest.mark.network


class Eyes:
    """Windows that see a login guessing wherever our .10 has sent something."""

    def __init__(self, own, rules, *, seed, around, exporters) -> None:
        self.around = around
        self.own, self.rules, self.bytes, self.lost = own, rules, 1, Counter()
        self._due = []

    def take(self, rows, now_ms) -> None:
        """Remember who sent."""
        sent = {address(row["family"], row["src_hi"], row["src_lo"]) for row in rows}
        if HIT.address in sent:
            known = rows["has"] & 256 != 0
            figures = {**HIT.evidence, "sampling": 100 if known.all() else None}
            self._due.append(
                dataclasses.replace(HIT, at=now_ms, until=now_ms + 1, evidence=figures)
            )

    def look(self, now_ms):
        """Tell once."""
        due, self._due = self._due[:1], []
        return due


def clock():
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


GUESSES = [
    Flow(src="203.0.113.10", dst="198.51.100.9", sport=40_000 + n, dport=22) for n in range(5)
]


@pytest.fixture
def port():
    """A free UDP port; nobody else here takes it."""
    return free_port()


@pytest.fixture
def now_desk(furnished):
    """The furnished desk, by the machine's own clock."""
    return dataclasses.replace(furnished, now=lambda: datetime.now(UTC))


@pytest.fixture
def opened(now_desk, port, monkeypatch):
    """Opens stations on the desk's home, with the windows above; closed at the end."""
    monkeypatch.setattr(room, "Watch", Eyes)
    monkeypatch.setattr(room, "warm", lambda: None)
    known = {"login-guessing": detector()}
    monkeypatch.setattr(room, "detectors", lambda: known)
    monkeypatch.setattr(orders_room, "detectors", lambda: known)
    made = []

    def open_one(line=None, listed=known_room.nobody, **changes) -> tuple[room.Station, Errands]:
        table = {"lo": {"address": "127.0.0.1"}}
        options = {"listen": (f"127.0.0.1:{port}",), "tables": table, "tick_ms": 20} | changes
        settings = dataclasses.replace(now_desk.settings, flows=Flows(**options))
        line = line or Line(lambda: now_desk)
        one = room.Station(now_desk.home, settings, line.give, clock=clock, seed=1)
        made.append(one)
        errands = Errands(one, line, listed)
        errands.turn()
        return one, errands

    yield open_one
    for one in made:
        one.close()


def run(station, errands, turns=6):
    """Some turns of both threads, one after the other."""
    for _ in range(turns):
        station.step()
    errands.turn()


def the_raw():
    """The one raw that came."""
    (raw,) = raws.all()
    return raw


def test_from_datagram_to_block(opened, now_desk, port):
    """What leaves our customer's address ends as a block of that one port, read back."""
    (now_desk.home.path / "policy").mkdir()
    acting(now_desk.home)
    station, errands = opened()
    send(port, GUESSES, sampling=100)
    run(station, errands)
    (case,) = follow(now_desk, the_raw().id)
    assert (case.customer, case.clause, case.level) == ("alder", "intrusion", Evidence.E2)
    (action,) = actions.of_case(case.id)
    assert (action.measure, action.scope.port) == (Measure.BLOCK_PORT, 22)
    assert enforce(now_desk, agent_of(now_desk)) == 1
    assert station.archive.stats().rows + station.lookout.counts["rows"] >= 5


def acting(home):
    """The operator's own pack: the sample, with the detector in mode act."""
    from aupkeep.app.policies import sample_files

    for name, text in sample_files().items():
        (home.policy / name).write_bytes(text)
    (home.policy / "detectors.yaml").write_text("detectors:\n  login-guessing: {mode: act}\n")


def test_the_rows_are_with_the_finding(opened, now_desk, port):
    """The finding carries the rows that came over the wire, with times and ports."""
    station, errands = opened()
    send(port, GUESSES, sampling=100)
    run(station, errands)
    follow(now_desk, the_raw().id)
    text = raws.read(the_raw().digest).decode()
    assert '"sport":40004' in text
    assert '"exporter":"127.0.0.1"' in text


def test_unknown_sampling_only_tells(opened, now_desk, port):
    """An exporter that states no rate, and has none in the settings: a case, and nothing acts."""
    (now_desk.home.path / "policy").mkdir()
    acting(now_desk.home)
    station, errands = opened()
    send(port, GUESSES)
    run(station, errands)
    (case,) = follow(now_desk, the_raw().id)
    assert case.level is Evidence.E1
    assert actions.of_case(case.id) == []
    told_of = station_told(station)
    assert told_of["exporters"][0]["sampling"][0]["source"] == "unknown"
    assert told_of["exporters"][0]["acts"] is False


def test_a_static_rate_is_known(opened, now_desk, port):
    """The operator's own figure makes the rate known, and says that it is the operator's."""
    station, errands = opened(tables={"lo": {"address": "127.0.0.1", "sampling": 100}})
    send(port, GUESSES)
    run(station, errands)
    (case,) = follow(now_desk, the_raw().id)
    assert case.level is Evidence.E2
    assert station_told(station)["exporters"][0]["sampling"][0] == {
        "protocol": "netflow5",
        "domain": 0,
        "rate": 100,
        "source": "static",
    }


def station_told(station):
    """The station's newest counts."""
    station._next_told = 0
    station.step()
    return station.told


def test_a_stranger_is_refused_and_shown(opened, port):
    """Who is on no list is counted by address, and nothing of it becomes a row."""
    station, errands = opened(tables={"core": {"address": "192.0.2.1"}})
    send(port, GUESSES, sampling=100)
    run(station, errands)
    assert station.lookout.counts["rows"] == 0
    assert list(raws.all()) == []
    (refused,) = station_told(station)["refused"]
    assert (refused["address"], refused["datagrams"]) == ("127.0.0.1", 1)


def test_listen_mode_decides_nothing(opened, now_desk, port):
    """In listen mode a detector's case is opened, and what a rule would do is only written down."""
    listening = dataclasses.replace(now_desk.settings.provider, listen=True)
    quiet = dataclasses.replace(
        now_desk, settings=dataclasses.replace(now_desk.settings, provider=listening)
    )
    (now_desk.home.path / "policy").mkdir()
    acting(now_desk.home)
    station, errands = opened()
    send(port, GUESSES, sampling=100)
    run(station, errands)
    (case,) = follow(quiet, the_raw().id)
    assert actions.of_case(case.id) == []
    assert any("Listen mode" in one["reason"] for one in told(case, EntryType.DECISION_REFUSED))


def test_a_full_disk_stops_no_window(opened, now_desk, port, monkeypatch):
    """The archive counts what it could not keep and says so; the finding comes all the same."""
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
    station, errands = opened()
    send(port, GUESSES, sampling=100)
    run(station, errands)
    station.archive.flush()
    assert station.archive.stats().lost == {"full": 5}
    assert "MiB are free" in station_told(station)["archive"]["trouble"]
    assert len(follow(now_desk, the_raw().id)) == 1


def test_the_desk_is_away(opened, now_desk, port):
    """While the database is gone findings are spooled; a later process delivers them."""

    def away() -> object:
        raise Unavailable("database: expected one, found none")

    station, errands = opened()  # it has learnt what is ours
    station.close()
    station, errands = opened(Line(away))
    send(port, GUESSES, sampling=100)
    run(station, errands)
    assert list(raws.all()) == []
    assert station_told(station)["desk"]["waiting"] == 1
    station.close()
    _, errands = opened()
    errands.turn()
    assert len(follow(now_desk, the_raw().id)) == 1


def test_a_restart_keeps_templates(opened, port):
    """Data that comes before its template after a restart is read at once."""
    from telemetry.wire.exports import FLOW, netflow9, record, template

    station, errands = opened()
    values = [0xCB00710A, 0xC6336409, 40_000, 22, 6, 2, 1, 60, 1000, 1000]
    one = netflow9(template(9, 300, FLOW), sequence=1)
    two = netflow9(data_set(300, record(FLOW, values)), sequence=2)
    throw(port, one)
    run(station, errands)
    house = Housekeeping(station, list)
    station_told(station)
    house.write()
    station.close()
    again, errands = opened()
    throw(port, two)
    run(again, errands)
    assert again.lookout.counts["rows"] == 1
    assert station_told(again)["exporters"][0]["templates"] == 1


def data_set(number, body):
    """A data set."""
    from telemetry.wire.exports import a_set

    return a_set(number, body)


def throw(port, data):
    """One datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(data, ("127.0.0.1", port))


def test_own_space_is_asked_for(opened, now_desk, port):
    """A prefix declared later is watched without a restart; the last answer is remembered."""
    station, errands = opened()
    assert [str(one) for one in station.orders.known.own] == ["203.0.113.0/24"]
    declare_space(now_desk, "2001:db8::/32", "main")
    errands._next_asked = 0
    errands.turn()
    station.step()
    time.sleep(0.05)
    station.step()
    assert "2001:db8::/32" in station_told(station)["windows"]["own"]
    assert read(station.folder, "known")["own"] == ["2001:db8::/32", "203.0.113.0/24"]


def test_what_feeds_and_operator_know(opened, now_desk, port, monkeypatch):
    """Controllers that feeds list, customers' interfaces and own services reach the windows."""
    from aupkeep.app.feeds import contacts as contacts_room
    from aupkeep.intake.listed import Hit as Listed
    from aupkeep.intake.listed import Sifted

    items = [
        Item(row=1, where="198.51.100.66", kind="infrastructure/botnet", port="8080"),
        Item(row=2, where="198.51.100.67", kind="connection/login_attack"),
    ]
    hits = [Listed(one, address=ip_address(one.where), host=None) for one in items]
    copy = FeedCopy(name="list", digest="d", size=1, items=2, at=now_desk.now())
    monkeypatch.setattr(
        contacts_room.feeds, "state", lambda name: FeedState(name=name, copies=(copy,))
    )
    monkeypatch.setattr(contacts_room.raws, "read", lambda digest: b"")
    monkeypatch.setattr(contacts_room, "active", lambda desk: {"feodo": subscribe("feodo", {})})
    monkeypatch.setattr(contacts_room, "sift_boxed", lambda *_, **__: Sifted(ours=hits))
    behind = {"address": "127.0.0.1", "customer_interfaces": {"7": "203.0.113.10"}}
    station, errands = opened(
        listed=contacts_room.contacts, tables={"lo": behind}, services=("203.0.113.53/32",)
    )
    assert errands.trouble == ""
    station.step()
    around = station._watch.around
    (contact,) = around.contacts
    assert (str(contact.address), contact.label, contact.source, contact.port) == (
        "198.51.100.66",
        "c2",
        "feodo",
        8080,
    )
    assert [
        (str(one.exporter), one.number, str(who)) for one, who in around.interfaces.items()
    ] == [("127.0.0.1", 7, "203.0.113.10")]
    assert [str(one) for one in around.services] == ["203.0.113.53/32"]
    assert remembered(station.folder) == station.orders.known


def test_observed_stays_here(opened, now_desk, port):
    """A detector in mode observe is shown by the station and told to nobody."""
    now_desk.home.policy.mkdir()
    acting(now_desk.home)
    text = "detectors:\n  login-guessing: {mode: observe}\n"
    (now_desk.home.policy / "detectors.yaml").write_text(text)
    station, errands = opened()
    Eyes.look, before = observing(Eyes.look), Eyes.look
    try:
        send(port, GUESSES, sampling=100)
        run(station, errands)
    finally:
        Eyes.look = before
    assert list(raws.all()) == []
    (shown,) = station.lookout.hits
    assert (shown["mode"], shown["address"]) == ("observe", "203.0.113.10")


def observing(look):
    """Windows that obey the mode of their rule."""

    def obeying(self, now_ms) -> list[Hit]:
        mode = self.rules["login-guessing"].mode
        return [dataclasses.replace(hit, mode=mode) for hit in look(self, now_ms)]

    return obeying


def test_a_slow_detector_tells_once(opened, now_desk, port, monkeypatch):
    """What the history shows is told with rows of the archive, and not again after a restart."""
    station, errands = opened()
    monkeypatch.setattr(Eyes, "look", lambda self, now_ms: [])
    send(port, GUESSES, sampling=100)
    run(station, errands)
    station.archive.flush()
    asked = []

    def look(history, slow, now_ms, own, *, rule) -> Looked:
        asked.append(slow.name)
        hit = dataclasses.replace(
            HIT, detector=slow.name, kind=slow.kind, at=now_ms - 5000, until=now_ms, mode=rule.mode
        )
        return Looked(hits=[hit] if slow.name == "slow-scan" else [], skipped=0)

    monkeypatch.setattr(slowly_room, "look", look)
    for _ in range(2):
        slowly = Slowly(station)
        for _ in range(20):
            slowly.turn()
    assert sorted(asked) == sorted([*shipped(), *shipped()])
    errands.turn()
    (case,) = follow(now_desk, the_raw().id)
    (claim,) = cases.claims(case.id)
    assert claim.finding.source == "detector:slow-scan"
    assert '"sport":40004' in raws.read(the_raw().digest).decode()


def test_nothing_to_hear_is_refused(now_desk):
    """Without an address to listen at there is no collector."""
    with pytest.raises(Invalid, match="listen"):
        room.Station(now_desk.home, now_desk.settings, lambda _: None, clock=clock, seed=1)


def test_garbage_is_counted(opened, port):
    """What is no export is counted by reason, and its neighbours are read."""
    station, errands = opened()
    for data in (b"", b"\0", b"\xff" * 40, next(datagrams(GUESSES, sampling=1))[:50]):
        throw(port, data)
    send(port, GUESSES, sampling=100)
    run(station, errands)
    assert station.lookout.counts["rows"] >= 5
    assert sum(station_told(station)["dropped"].values()) >= 3
    assert cases.of_customer("nobody") == []
    assert ip_address("203.0.113.10") == HIT.address
