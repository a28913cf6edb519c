"""A flood is stopped upstream at two peers and at the host's own router, then lifted everywhere.

The desk, its agents and the drivers are real, and so are ExaBGP, BIRD, FRR and the kernel.
"""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.conftest import furnish, report
from app.steps import arrive, enforce_at, look_at_clocks, told
from app.telemetry.test_protection import BLOCK, FLOOD, hand_over, heard
from aupkeep.app.context import AppContext, bind
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.enforcing.verify import verify_measures
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.enforcement.drivers import nftables
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Measure
from aupkeep.store import actions, decisions
from bgp_routers import lacks, until
from bgp_stage import NAME, BgpStage
from enforcement.conftest import namespace  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.root,
    pytest.mark.network,
    pytest.mark.nightly("bgp"),
]
BOTH = (NAME, "edge")


@pytest.fixture(scope="module")
def stage() -> Iterator[BgpStage]:
    if lack := lacks("bird", "frr"):
        pytest.skip(f"{lack}: apt-get install bird2 frr")
    with BgpStage("bird", "frr") as stage:
        yield stage


@pytest.fixture
def desk(context, stage):
    """A desk of now, with the upstream's peers and the host's router, both of one order."""
    options = {**stage.options, "folder": str(stage.folder / "bgp")}
    targets = (
        TargetSettings(name=NAME, driver="bgp", options=options),
        TargetSettings(name="edge", driver="nftables"),
    )
    settings = dataclasses.replace(
        context.settings, enforcement=EnforcementSettings(targets=targets)
    )
    made = dataclasses.replace(context, settings=settings, now=lambda: datetime.now(UTC))
    bind(made)
    yield furnish(made)
    stage.clear()


def states(case) -> dict[str, ActionState]:
    return {action.target: action.state for action in actions.of_case(case.id)}


def tables(stage: BgpStage) -> list[bool]:
    """Whether each peer's own table has the flow route."""
    bird, frr = stage.lab.routers["bird"], stage.lab.routers["frr"]
    return [
        "dst 203.0.113.10/32; proto 17; sport 53;" in bird.show("show route table flowtab4"),
        "Destination Address 203.0.113.10/32" in frr.show("show bgp ipv4 flowspec detail"),
    ]


def elements() -> list[str]:
    """What the kernel of the host's router holds."""
    return nftables.NftablesReader().elements("aupkeep", "from4", datetime.now(UTC))


def flooded(desk):
    """The case about the flood, with the person's block."""
    ends = int(desk.now().timestamp() * 1000)
    (case,) = hand_over(desk, dataclasses.replace(FLOOD, at=ends - 5000, until=ends))
    decide_case(desk, case.reference, **BLOCK)
    return case


def test_stopped_at_two_peers_and_at_the_router_then_lifted(desk, stage, namespace):  # noqa: F811
    """Each is read back before it counts; a peer that is away is told; one undo lifts all."""
    case = flooded(desk)
    assert states(case) == dict.fromkeys(BOTH, ActionState.WANTED)
    bird = stage.lab.routers["bird"]
    bird.show("disable ours")
    until(lambda: not stage.link.view(()).peers[bird.peer].up)
    enforce_at(desk, *BOTH)
    assert states(case) == {NAME: ActionState.PENDING, "edge": ActionState.APPLIED}
    assert tables(stage) == [False, True]
    bird.show("enable ours")
    stage.up()
    until(lambda: enforce_at(desk, *BOTH) is None or set(states(case).values()) == APPLIED)
    assert tables(stage) == [True, True]
    assert len(elements()) == 1
    assert all(measure.holds and measure.asked for measure in verify_measures(desk))
    applied = {row["action"] for row in told(case, EntryType.ACTION_APPLIED)}
    assert len(applied) == 2

    undo_action(desk, actions.of_case(case.id)[0].id, reason="the flood is over", person="ada")
    enforce_at(desk, *BOTH)
    until(lambda: tables(stage) == [False, False])
    assert elements() == []
    assert set(states(case).values()) == {ActionState.LIFTED}
    assert verify_home(desk).ok


APPLIED = {ActionState.APPLIED}


def test_lifted_under_watch_and_never_blindly(desk, stage, namespace):  # noqa: F811
    """While it goes on, and while no exporter is heard, every peer keeps it; then none has it."""
    case = flooded(desk)
    until(lambda: enforce_at(desk, *BOTH) is None or set(states(case).values()) == APPLIED)

    def at(minutes: int) -> AppContext:
        moved = dataclasses.replace(
            desk, now=lambda: datetime.now(UTC) + timedelta(minutes=minutes)
        )
        bind(moved)
        return moved

    goes_on = at(12)
    ends = int(goes_on.now().timestamp() * 1000)
    hand_over(goes_on, dataclasses.replace(FLOOD, at=ends - 5000, until=ends))
    heard(goes_on)
    look_at_clocks(goes_on)
    assert set(states(case).values()) == APPLIED
    quiet = at(23)
    look_at_clocks(quiet)
    assert set(states(case).values()) == APPLIED, "nobody watches: quiet is not seen"
    enforce_at(desk, *BOTH)
    assert tables(stage) == [True, True]
    heard(quiet)
    look_at_clocks(quiet)
    enforce_at(quiet, *BOTH)
    until(lambda: tables(stage) == [False, False])
    assert elements() == []
    assert set(states(case).values()) == {ActionState.LIFTED}
    assert decisions.of_case(case.id)[-1].author.id == "protection-over"
    assert verify_home(desk).ok


def test_a_blackhole_that_ends_by_itself(desk, stage, namespace):  # noqa: F811
    """Both kernels send it nowhere until its end, with every agent dead; then the desk is told."""
    early = dataclasses.replace(desk, now=lambda: datetime.now(UTC) - timedelta(seconds=3590))
    (case,) = arrive(desk, report("203.0.113.10", desk.now() - timedelta(hours=2)))
    words = {"people": ("ada",), "reasons": "it takes the line down", "hours": 1}
    decide_case(early, case.reference, measure=Measure.ISOLATE, **words)
    enforce_at(desk, *BOTH)
    routers = stage.lab.routers.values()
    assert [router.kernel() for router in routers] == [{"203.0.113.10"}] * 2
    assert {row.state for row in list_measures(desk)} == APPLIED
    until(lambda: not any(router.kernel() for router in routers))
    enforce_at(desk, *BOTH)
    assert set(states(case).values()) == {ActionState.EXPIRED}
    assert verify_home(desk).ok
