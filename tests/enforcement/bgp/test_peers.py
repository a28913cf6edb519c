"""What becomes of routes when something dies, resets, rejects or is full; real routers."""

import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.enforcement.bgp.hold import FILE, RouteHold
from aupkeep.enforcement.bgp.route import route_of
from aupkeep.enforcement.driver import by_place
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import Measure
from bgp_routers import until
from bgp_stage import BgpStage, real_now
from enforcement.contract import put
from enforcement.orders import FOUR, SIX, order, scope

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.nightly("bgp")]
HOSTS = {str(FOUR), str(SIX)}


STRANGER = """
import socket, sys
said = b""
with socket.socket(socket.AF_UNIX) as client:
    client.connect(sys.argv[1])
    try:
        client.sendall(b'{"do": "list"}\\n')
        said = client.recv(10)
    except (BrokenPipeError, ConnectionResetError):
        pass
print(said.decode() or "nothing")
"""


def wanted(measure: Measure = Measure.ISOLATE, number: int = 1, **changes: object) -> Action:
    aim = changes.pop("aim", None) or scope(measure)
    return order(measure, number=number, driver="bgp", aim=aim, now=real_now(), **changes)


def holed(stage: BgpStage, hosts: set[str]) -> bool:
    """Whether exactly these are sent nowhere by the kernel of each peer."""
    return all(router.kernel() == hosts for router in stage.lab.routers.values())


def flows(number: int) -> list[Action]:
    ports = [scope(Measure.BLOCK_PORT, port=port) for port in range(1, number + 1)]
    return [wanted(Measure.BLOCK_PORT, n, aim=aim) for n, aim in enumerate(ports, 1)]


def test_a_blackhole_in_both_kernels(both: BgpStage):
    """Both IP versions, at BIRD and at FRR, and gone from both when withdrawn."""
    driver = both.driver()
    four, six = wanted(), wanted(number=2, aim=scope(Measure.ISOLATE, SIX))
    places = [put(driver, action) for action in (four, six)]
    until(lambda: holed(both, HOSTS))
    for place, action in zip(places, (four, six), strict=True):
        driver.revert(place, action.id)
    until(lambda: holed(both, set()))


def test_exabgp_dies_and_everything_is_withdrawn(both: BgpStage):
    """Its death opens; once it runs again what is not over is announced again."""
    driver = both.driver()
    put(driver, wanted())
    put(driver, flows(1)[0])
    until(lambda: holed(both, {str(FOUR)}))
    both.kill()
    until(lambda: holed(both, set()), patience=3)
    assert "flow4" not in both.lab.routers["bird"].show("show route table flowtab4")
    with pytest.raises(Unavailable, match="expected ExaBGP"):
        driver.observe()
    both.start()
    both.up()
    until(lambda: holed(both, {str(FOUR)}))
    until(lambda: len([x for x in driver.observe() if x.expires]) == 2)


def test_the_agent_is_gone_and_the_route_ends(both: BgpStage):
    """Nobody asks for anything any more: the holder withdraws at the end by itself."""
    put(both.driver(), wanted(seconds=2.5))
    until(lambda: holed(both, {str(FOUR)}))
    until(lambda: holed(both, set()), patience=5)


def test_the_holder_is_killed_again_and_again(both: BgpStage):
    """ExaBGP starts it anew; what stands goes on, and what ended meanwhile is withdrawn."""
    put(both.driver(), wanted(seconds=3600))
    put(both.driver(), wanted(number=2, aim=scope(Measure.ISOLATE, SIX), seconds=2))
    until(lambda: holed(both, HOSTS))
    for _ in range(3):
        os.kill(both.holder, signal.SIGKILL)
        until(both.answers)
        assert str(FOUR) in both.lab.routers["bird"].kernel()
    until(lambda: holed(both, {str(FOUR)}), patience=5)


def test_a_damaged_file_holds_nothing(both: BgpStage):
    """It is put aside; what it held is withdrawn, since nobody knows when it was to end."""
    put(both.driver(), wanted())
    until(lambda: holed(both, {str(FOUR)}))
    (both.folder / "bgp" / FILE).write_text('{"holds": [')
    os.kill(both.holder, signal.SIGKILL)
    until(both.answers)
    until(lambda: holed(both, set()))
    assert both.driver().observe() == ()
    assert (both.folder / "bgp" / "routes.damaged").exists()


def test_a_peer_resets(both: BgpStage):
    """One session is down: the measure is not said to stand, and stands again once it is up."""
    driver, bird = both.driver(), both.lab.routers["bird"]
    action = wanted()
    put(driver, action)
    bird.show("disable ours")
    until(lambda: not both.link.view(()).peers[bird.peer].up)
    (element,) = driver.observe()
    assert element.expires is None
    assert bird.peer in str(driver.doubt(action))
    assert not driver.prove(action).seen
    with pytest.raises(Pending, match=f"peer {bird.peer}"):
        put(driver, action)
    assert both.lab.routers["frr"].kernel() == {str(FOUR)}
    driver.revert(element.place, action.id)
    put_late = wanted(number=2)
    with pytest.raises(Pending):
        put(driver, put_late)
    bird.show("enable ours")
    both.up()
    until(lambda: driver.prove(put_late).seen)


def test_a_peer_rejects(both: BgpStage):
    """Its filter takes no blackhole: announced there, and never said to be applied."""
    driver, bird = both.driver(), both.lab.routers["bird"]
    conf = bird.folder / "bird.conf"
    right = conf.read_text()
    conf.write_text(right.replace("(65535, 666) ~ bgp_community", "false"))
    bird.show("configure")
    with pytest.raises(Pending, match=f"peer {bird.peer}: its table does not have it"):
        put(driver, wanted())
    conf.write_text(right)
    bird.show("configure")
    until(lambda: driver.prove(wanted()).seen)


def test_an_end_that_comes_before_its_peer(both: BgpStage):
    """Withdrawn at its end while a peer is awaited; that peer is not blamed for it."""
    bird = both.lab.routers["bird"]
    bird.show("disable ours")
    until(lambda: not both.link.view(()).peers[bird.peer].up)
    with pytest.raises(DriverRefused, match="its end has come"):
        put(both.driver(), wanted(seconds=1.5))
    bird.show("enable ours")
    both.up()


def test_a_peer_is_full():
    """It ends the session over one more: that one is withdrawn and refused, the others stand."""
    with BgpStage("bird", limit=4) as stage:
        driver = stage.driver()
        actions = flows(6)
        for action in actions[:4]:
            put(driver, action)
        with pytest.raises(DriverRefused, match="ended its session over"):
            put(driver, actions[4])
        stage.up()
        bird = stage.lab.routers["bird"]
        until(lambda: bird.show("show route table flowtab4").count("flow4 {") == 4)
        assert len(driver.observe()) == 4
        with pytest.raises(DriverRefused, match=r"notification received \(6,1\)"):
            put(driver, actions[5])
        put(driver, replace(actions[0], until=actions[0].until + timedelta(seconds=9)))
        put(driver, wanted())


def test_a_full_peer_that_stays_away():
    """FRR waits for its operator: none of ours is said to stand meanwhile, and then all do."""
    with BgpStage("frr", limit=2) as stage:
        driver, frr = stage.driver(), stage.lab.routers["frr"]
        aims = [scope(Measure.ISOLATE, address=FOUR + number) for number in range(3)]
        actions = [wanted(number=1 + number, aim=aim) for number, aim in enumerate(aims)]
        for action in actions[:2]:
            put(driver, action)
        with pytest.raises(DriverRefused, match="ended its session over"):
            put(driver, actions[2])
        assert frr.kernel() == set()
        assert [element.expires for element in driver.observe()] == [None, None]
        assert frr.peer in str(driver.doubt(actions[0]))
        frr.show("clear bgp *")
        stage.up()
        until(lambda: all(driver.prove(action).seen for action in actions[:2]))
        assert frr.kernel() == {str(FOUR), str(FOUR + 1)}


def test_a_session_with_a_password():
    """TCP MD5: a peer that has another one never comes up."""
    with BgpStage("bird", password="correct-horse") as stage:
        put(stage.driver(), wanted())
        bird = stage.lab.routers["bird"]
        conf = bird.folder / "bird.conf"
        conf.write_text(conf.read_text().replace("correct-horse", "another"))
        bird.show("configure")
        bird.show("restart ours")
        until(lambda: not stage.link.view(()).peers[bird.peer].up)
        time.sleep(3)
        assert not stage.link.view(()).peers[bird.peer].up


def test_fifty_flows_and_no_more(both: BgpStage):
    """The driver refuses one more, and so does the holder, whatever the agent says."""
    driver = both.driver()
    actions = flows(51)
    for action in actions[:50]:
        both.link.hold(held(both, action))
    with pytest.raises(DriverRefused, match="at most 50 standing measures of flow"):
        driver.plan(actions[50], by_place(driver.observe()), NOTHING)
    with pytest.raises(DriverRefused, match="at most 50 flow routes"):
        both.link.hold(held(both, actions[50]))
    put(driver, wanted())
    until(lambda: both.sent() == dict.fromkeys(both.sent(), 51))


def held(stage: BgpStage, action: Action) -> RouteHold:
    """What the agent would ask the holder for."""
    return RouteHold(
        place=stage.driver().place(action),
        action=action.id,
        reference=action.reference,
        until=action.until,
        route=route_of(action),
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"destination": "192.0.2.1"}, "expected an address in"),
        ({"destination": "203.0.113.0/24"}, "destination"),
        ({"destination": "203.0.113.10/32 next-hop 192.0.2.9\nshutdown"}, "destination"),
        ({"source": "203.0.113.11"}, "one destination"),
        ({"kind": "shutdown"}, "route.kind"),
        ({"rate": "1; }"}, "route.rate"),
        ({"ports": [1, 70000]}, "route.ports"),
        ({"length": 5}, "unknown or absent field"),
    ],
)
def test_the_holder_judges_anew(both: BgpStage, change, why):
    """A stolen agent announces nothing but hosts of ours, and no text of it reaches ExaBGP."""
    hold = json.loads(json.dumps(_row(both)))
    hold["route"] |= change
    assert why in _says(both, json.dumps({"do": "hold", "hold": hold}).encode())["refused"]
    assert both.driver().observe() == ()


@pytest.mark.parametrize(
    "line",
    [b"shutdown", b'{"do": "shutdown"}', b'{"do": "list", "more": 1}', b"{}", b"[]", b'{"do": []}'],
)
def test_other_words_are_refused(both: BgpStage, line: bytes):
    """The grammar is four verbs."""
    assert "refused" in _says(both, line)


def test_an_end_too_far_away_is_refused(both: BgpStage):
    """Nothing stands for ever."""
    hold = held(both, wanted(seconds=91 * 86_400))
    with pytest.raises(DriverRefused, match="within 90 days"):
        both.link.hold(hold)


def test_another_user_is_not_heard(both: BgpStage):
    """By whom it is asked is the kernel's word, whatever the socket's mode is."""
    path = both.link._settings.socket
    for folder in (path, *path.parents[:4]):
        folder.chmod(0o777)
    words = ["setpriv", "--reuid=65534", "--clear-groups", "python3", "-c", STRANGER, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "nothing\n"
    assert both.answers()


def _row(stage: BgpStage) -> object:
    from aupkeep.enforcement.action_json import to_json

    return to_json(held(stage, wanted()))


def _says(stage: BgpStage, line: bytes) -> dict[str, str]:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(stage.link._settings.socket))
        client.sendall(line + b"\n")
        with client.makefile("rb") as file:
            answer: dict[str, str] = json.loads(file.readline())
    return answer
