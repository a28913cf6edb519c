"""The holder of routes over a double of ExaBGP: what it writes down, withdraws, and blames.

With the real one: `test_contract.py`, `test_peers.py`.
"""

import json
from collections import deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aupkeep.enforcement.action_json import to_json
from aupkeep.enforcement.bgp import exabgp, link
from aupkeep.enforcement.bgp.exabgp import Exabgp, ExabgpGone
from aupkeep.enforcement.bgp.hold import RouteHold, read_holds
from aupkeep.enforcement.bgp.holder import RouteHolder
from aupkeep.enforcement.bgp.link import HolderLink
from aupkeep.enforcement.bgp.options import read_options
from aupkeep.enforcement.bgp.route import BgpRoute, RouteKind
from aupkeep.enforcement.bgp.table_reader import DISCARDED
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import bgp
from aupkeep.enforcement.drivers.bgp import DRIVER
from aupkeep.model.action import ActionState
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.bgp.test_options import RIGHT
from enforcement.contract import bench_over
from enforcement.orders import FOUR, Clock, scope

PEER = "198.51.100.1"


class Speaker(Exabgp):
    """Answers as ExaBGP does; `sent` is what it announces now, by what identifies the route."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.commands: list[str] = []
        self.refuses = self.gone = False
        self.takes = True
        self.events = deque()

    def ask(self, command: str) -> list[str]:
        if self.gone:
            raise ExabgpGone
        if command.startswith("show adj-rib"):
            return [
                f"neighbor {PEER} local-ip x ipv4 unicast {text}" for text in self.sent.values()
            ]
        if command.startswith("show neighbor"):
            peer = {"address": PEER, "families": {"ipv4 unicast": self.takes, "ipv4 flow": None}}
            return [json.dumps([{"peer": peer, "fsm": "ESTABLISHED"}])]
        self.commands.append(command)
        if self.refuses:
            raise DriverRefused("ExaBGP refuses the command")
        key = (
            command.split(" community", maxsplit=1)[0]
            .split(" then", maxsplit=1)[0]
            .partition(" ")[2]
        )
        if command.startswith("announce"):
            self.sent[key] = command.replace("[", "").replace("]", "")
        elif command.startswith("withdraw"):
            self.sent.pop(key, None)
        else:
            self.sent.clear()
        return []

    def down(self, reason: str) -> None:
        self.events.append({"address": {"peer": PEER}, "state": "down", "reason": reason})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


@pytest.fixture
def holder(tmp_path: Path, clock: Clock, speaker: Speaker) -> RouteHolder:
    return started(tmp_path, clock, speaker)


def started(folder: Path, clock: Clock, speaker: Speaker, flows: int = 2) -> RouteHolder:
    """A holder as ExaBGP starts it."""
    (folder / "bgp").mkdir(exist_ok=True)
    made = RouteHolder(read_options({**RIGHT, "flows": flows}, folder), clock, speaker)
    made._begin()
    return made


def hole(clock: Clock, number: int = 10, **changes: object) -> RouteHold:
    """A blackhole for an hour."""
    address = type(FOUR)(f"203.0.113.{number}")
    return RouteHold(
        place=f"blackhole {address}",
        action="a",
        reference="K7QF-2M9X",
        until=clock() + timedelta(hours=1),
        route=replace(BgpRoute(kind=RouteKind.BLACKHOLE, destination=address), **changes),
    )


def flow(clock: Clock, number: int) -> RouteHold:
    made = hole(clock, number, kind=RouteKind.FLOW, protocol=6)
    return replace(made, place=f"flow {number}")


def ask(holder: RouteHolder, **request: object) -> dict:
    """The holder's answer."""
    answer = holder._answer(json.dumps(request).encode())
    return json.loads(json.dumps(answer))


def hold(holder: RouteHolder, wanted: RouteHold) -> dict:
    return ask(holder, do="hold", hold=to_json(wanted))


def places(holder: RouteHolder) -> list[str]:
    return [row["place"] for row in ask(holder, do="holds")["holds"]]


def test_it_is_written_down_before_it_is_announced(holder, tmp_path, clock, speaker):
    """A kill between both leaves a route that is known."""
    speaker.gone = True
    with pytest.raises(ExabgpGone):
        hold(holder, hole(clock))
    assert list(read_holds(tmp_path / "bgp").holds) == ["blackhole 203.0.113.10"]
    speaker.gone = False
    started(tmp_path, clock, speaker)
    assert len(speaker.sent) == 1


def test_what_exabgp_refuses_is_as_it_was(holder, clock, speaker):
    """A new one is not held; one that was to be longer stands as before."""
    speaker.refuses = True
    assert "refuses" in hold(holder, hole(clock))["refused"]
    assert places(holder) == []
    speaker.refuses = False
    assert hold(holder, hole(clock)) == {}
    speaker.refuses = True
    hold(holder, replace(hole(clock), until=clock() + timedelta(hours=2)))
    (row,) = ask(holder, do="holds")["holds"]
    assert row["until"] == "2026-03-01T13:00:00Z"


def test_it_ends_by_itself(holder, clock, speaker, tmp_path):
    """Not before its end; also one that ended while nobody held it."""
    hold(holder, hole(clock))
    clock.forward(3599)
    holder._end_due()
    assert len(speaker.sent) == 1
    clock.forward(1)
    holder._end_due()
    assert (speaker.sent, places(holder)) == ({}, [])
    hold(holder, hole(clock))
    clock.forward(4000)
    again = started(tmp_path, clock, speaker)
    again._end_due()
    assert (speaker.sent, places(again)) == ({}, [])


def test_an_end_that_is_refused_is_tried_again(holder, clock, speaker):
    """A second later, not in a loop that has no pause."""
    hold(holder, hole(clock))
    clock.forward(3600)
    speaker.refuses = True
    holder._end_due()
    tries = len(speaker.commands)
    holder._end_due()
    assert len(speaker.commands) == tries
    assert holder._until_next() == pytest.approx(1)
    speaker.refuses = False
    clock.forward(1)
    holder._end_due()
    assert speaker.sent == {}


def test_a_peer_that_ends_its_session_over_a_route(holder, clock, speaker):
    """The newest goes, no other of its kind comes; the other kind and what stands go on."""
    for number in (1, 2):
        hold(holder, hole(clock, number))
    speaker.down("notification received (6,1)")
    holder._heed()
    assert places(holder) == ["blackhole 203.0.113.1"]
    assert "ended its session over blackhole 203.0.113.2" in hold(holder, hole(clock, 3))["refused"]
    longer = replace(hole(clock, 1), until=clock() + timedelta(hours=2))
    assert hold(holder, longer) == {}
    assert hold(holder, flow(clock, 9)) == {}


@pytest.mark.parametrize("reason", ["notification received (6,4)", "peer reset", "hold timer"])
def test_another_end_of_a_session_is_no_blame(holder, clock, speaker, reason):
    """A restart of the peer takes no route away; why it is down is said."""
    hold(holder, hole(clock))
    speaker.down(reason)
    holder._heed()
    assert places(holder) == ["blackhole 203.0.113.10"]
    assert hold(holder, hole(clock, 11)) == {}


def test_a_refusal_of_the_peer_long_after_is_no_blame(holder, clock, speaker, monkeypatch):
    """Who would know over which?"""
    hold(holder, hole(clock))
    monkeypatch.setattr("aupkeep.enforcement.bgp.holder.BLAME", -1.0)
    speaker.down("notification received (3,1)")
    holder._heed()
    assert places(holder) == ["blackhole 203.0.113.10"]


def test_flows_have_a_cap_of_their_own(holder, clock):
    """Blackholes do not count, and one that stands may be changed."""
    hold(holder, hole(clock))
    first, second, third = (flow(clock, number) for number in (1, 2, 3))
    assert [hold(holder, one) for one in (first, second)] == [{}, {}]
    assert hold(holder, third)["refused"] == "expected at most 2 flow routes a peer"
    assert hold(holder, replace(second, until=clock() + timedelta(hours=3))) == {}


def test_one_route_has_one_place(holder, clock):
    """Else the end of one place would withdraw the route of another."""
    hold(holder, hole(clock))
    assert "another place" in hold(holder, replace(hole(clock), place="elsewhere"))["refused"]


def test_only_its_own_is_released(holder, clock, speaker):
    """Another action's stays; what is gone is done."""
    hold(holder, hole(clock))
    place = "blackhole 203.0.113.10"
    assert "another action" in ask(holder, do="release", place=place, action="b")["refused"]
    assert ask(holder, do="release", place=place, action="a") == {}
    assert ask(holder, do="release", place=place, action="a") == {}
    assert speaker.sent == {}


def test_routes_that_nobody_knows_are_cleared_at_the_start(holder, clock, speaker, tmp_path):
    """The file is lost: with our mark nothing else is left to say when they end."""
    hold(holder, hole(clock))
    (tmp_path / "bgp" / "routes.json").unlink()
    started(tmp_path, clock, speaker)
    assert speaker.commands[-1] == "clear adj-rib out"


def test_what_is_held_is_judged_anew_at_the_start(holder, clock, speaker, tmp_path):
    """A prefix is sold, a peer's limit lowered, the file edited: only what may be held is told."""
    held = [hole(clock), hole(clock, 11), *(flow(clock, number) for number in (1, 2))]
    assert [hold(holder, each) for each in held] == [{}] * 4
    file, theirs = tmp_path / "bgp" / "routes.json", "198.51.100.11"
    edited = file.read_text().replace("203.0.113.11", theirs)
    file.write_text(edited)
    again = started(tmp_path, clock, speaker, flows=1)
    assert places(again) == ["blackhole 203.0.113.10", "flow 1"]
    assert not [route for route in speaker.sent.values() if theirs in route]
    assert len(speaker.sent) == 2
    assert "expected at most 1 flow" in hold(again, flow(clock, 2))["refused"]
    assert list(read_holds(tmp_path / "bgp").holds) == places(again)


def test_a_place_that_gets_another_route_loses_its_former(holder, clock, speaker):
    """E.g. as an earlier version wrote it: nobody would withdraw that one."""
    hold(holder, hole(clock, 70))
    assert hold(holder, replace(hole(clock), place="blackhole 203.0.113.70")) == {}
    (route,) = speaker.sent
    assert route.startswith("route 203.0.113.10/32")


def test_an_answer_that_never_comes_ends_the_process(monkeypatch):
    """No later answer could be told from it."""
    import os

    monkeypatch.setattr(exabgp, "PATIENCE", 0.02)
    source, _ = os.pipe()
    read, sink = os.pipe()
    speaker = Exabgp(source, sink)
    with pytest.raises(ExabgpGone):
        speaker.ask("show neighbor json")
    assert os.read(read, 100) == b"show neighbor json\n"


def test_answers_and_events_are_told_apart():
    """A change of a session may come amid an answer; lines may come in halves."""
    import os

    source, feed = os.pipe()
    _, sink = os.pipe()
    speaker = Exabgp(source, sink)
    state = '{ "exabgp": "5.0.0", "type": "state", "neighbor": {"state": "down"} }'
    os.write(feed, f"one\n{state}\ntwo\ndo".encode())
    speaker.read(0)
    os.write(feed, b"ne\n")
    speaker.read(0)
    assert list(speaker._answers) == ["one", "two", "done"]
    assert list(speaker.events) == [{"state": "down"}]
    os.close(feed)
    with pytest.raises(ExabgpGone):
        speaker.read(0)


def test_a_family_that_the_peer_does_not_take(holder, clock, speaker, tmp_path, monkeypatch):
    """ExaBGP lists the route and never sends it: it does not stand there."""
    speaker.takes = False
    hold(holder, hole(clock))
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=RIGHT))
    monkeypatch.setattr(driver.driver._link, "_ask", lambda request: ask(holder, **request))
    (element,) = driver.observe()
    assert element.expires is None
    assert driver.driver._lacking == {"a": f"peer {PEER}: it was not sent there"}


def test_while_nothing_changes_no_table_is_asked(holder, clock, speaker, tmp_path, monkeypatch):
    """The mark of what is held and sent: another one as soon as either differs."""
    hold(holder, hole(clock))
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=RIGHT))
    monkeypatch.setattr(driver.driver._link, "_ask", lambda request: ask(holder, **request))
    driver.observe()
    mark = driver.unchanged()
    assert mark is not None
    assert driver.unchanged() == mark
    speaker.sent.clear()
    assert driver.unchanged() != mark
    driver.observe()
    assert driver.unchanged() is None


def test_a_route_of_somebody_else_is_foreign(holder, clock, speaker, tmp_path, monkeypatch):
    """It is shown, and no action is its."""
    hold(holder, hole(clock))
    speaker.sent["theirs"] = "192.0.2.0/24 next-hop self"
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=RIGHT))
    monkeypatch.setattr(driver.driver._link, "_ask", lambda request: ask(holder, **request))
    ours, theirs = driver.observe()
    assert (ours.action, ours.expires) == ("a", clock() + timedelta(hours=1))
    assert (theirs.action, theirs.place) == ("", "route ipv4 unicast 192.0.2.0/24 next-hop self")


@pytest.mark.parametrize("ends", [False, True])
def test_what_a_peers_table_keeps_is_not_called_gone(
    holder, clock, tmp_path, monkeypatch, *, ends: bool
):
    """Withdrawn, and not seen gone: nobody is told so, after a lift or at the route's own end."""
    aim = scope(Measure.ISOLATE)
    table = {"203.0.113.10/32": DISCARDED}
    monkeypatch.setattr(HolderLink, "_ask", lambda _, request: ask(holder, **request))
    monkeypatch.setattr(link, "peer_table", lambda *_: table)
    monkeypatch.setattr(bgp, "WAIT", 0.0)
    read = {**RIGHT, "peers": [{**RIGHT["peers"][0], "reader": "bird", "read": ["birdc"]}]}
    bench = bench_over(
        DRIVER, tmp_path, read, now=clock, measure=Measure.ISOLATE, aim=lambda *_: aim
    )
    order = bench.order()

    def seen() -> ActionState:
        (status,) = bench.agent(order).step().actions
        return status.state

    assert seen() is ActionState.APPLIED
    if ends:
        clock.forward(3601)
        holder._end_due()
    else:
        bench.agent(order).undo(order.id, "a mistake")
    successor = bench.order(number=2)
    assert bench.driver().remains(order, {}) == f"peer {PEER}: its table still has it"
    bench.driver().driver._link.hold(bench.driver().driver._hold(successor))
    assert bench.driver().remains(order, {}) == ""
    bench.driver().driver._link.release(bench.driver().place(order), successor.id)
    assert (holder._held.holds, seen(), seen()) == ({}, *[ActionState.FAILED] * 2)
    table.clear()
    assert seen() is (ActionState.EXPIRED if ends else ActionState.LIFTED)
