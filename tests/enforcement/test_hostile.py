"""What a hostile reviewer tried: whoever signs, drives or edits, no more is done than may be."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import EntryPoint
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.app.enforcing.driver_list import list_drivers
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement import registry
from aupkeep.enforcement.action_checks import refusal
from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport, read_report
from aupkeep.enforcement.driver import DriverContext, DriverPlan
from aupkeep.enforcement.drivers import nginx
from aupkeep.enforcement.drivers.record import ABLE, DRIVER, DryRunDriver
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.local_bounds import read_bounds
from aupkeep.enforcement.one_system import shared_system
from aupkeep.enforcement.protect import read_protect, write_protect
from aupkeep.model.action import Action
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import order, scope
from enforcement.test_agent import KEY, Controller, states

X, Y = (order(Measure.ISOLATE, number=n, aim=scope(Measure.ISOLATE, ip_address(f"203.0.113.{n}")))
        for n in (11, 12))  # fmt: skip


def page(number: int, **changes: object) -> Action:
    return order(Measure.BLOCK_URL, number=number, driver="nginx", **changes)


class Desk(Controller):
    """A controller of one target by any driver; `given` are its options."""

    plugin = DRIVER
    given: dict[str, object] = {}
    barred = ""

    def agent(self, *_: object, **__: object) -> Agent:
        context = DriverContext(folder=self.folder, now=self.clock, options=self.given)
        agent = Agent(
            folder=self.folder,
            driver=self.plugin.open(context),
            fetch=self.fetch,
            keys=[KEY.public_key()],
            target="router",
            clock=self.clock,
        )
        agent.beside_others, agent.barred = True, self.barred
        return agent


def desk_of(folder: Path, plugin: DriverPlugin, **given: object) -> Desk:
    folder.mkdir(parents=True, exist_ok=True)
    desk = Desk(folder=folder)
    desk.plugin, desk.given = plugin, given
    return desk


def why(report: AgentReport) -> dict[str, str]:
    return dict(report.refused)


def test_what_another_target_of_this_machine_set_is_foreign(tmp_path: Path):
    """Two targets on one map: neither lifts nor takes over what the other remembers."""
    given = {"map": str(tmp_path / "pages.map")}
    one, two = (desk_of(tmp_path / "agents" / x, nginx.DRIVER, **given) for x in ("r1", "r2"))
    mine, theirs = page(1), page(2, aim=scope(Measure.BLOCK_URL, url="https://shop.example/b"))
    same = page(3)
    assert one.want(mine).applied == (mine.id,)
    report = two.want(theirs, same)
    assert (report.applied, report.lifted, len(report.foreign)) == ((theirs.id,), (), 1)
    assert "not ours" in why(report)[same.id]
    report = one.want(mine)
    assert (report.repaired, report.lifted, len(report.foreign)) == ((), (), 1)
    assert two.want().lifted == (theirs.id,)
    assert mine.id in (tmp_path / "pages.map").read_text()


def test_targets_on_one_system_are_told():
    """By one agent, whatever else their settings say; a record changes no system."""
    edge = TargetSettings(name="r1", driver="nftables")
    other = replace(edge, name="r2")
    words = "expected one target for each system, found several on one: r1, r2"
    assert shared_system(edge, [edge, other]) == words
    assert shared_system(edge, [edge, replace(other, agent="far")]) is None
    assert shared_system(edge, [edge, replace(other, driver="record")]) is None
    web = replace(edge, driver="nginx", options={"map": "/run/a.map"})
    also = replace(other, driver="haproxy", options={"map": "/run/../run/a.map"})
    assert shared_system(web, [web, also]) == words
    assert shared_system(web, [web, replace(also, options={"map": "/run/b.map"})]) is None


def test_a_barred_target_begins_nothing_and_lifts_what_stands(tmp_path: Path):
    """With the words that the settings are refused with."""
    desk = desk_of(tmp_path / "r1", DRIVER)
    desk.want(X)
    desk.barred = "option: expected none, found 'tabel'"
    report = desk.want(X, Y)
    assert why(report) == {Y.id: desk.barred}
    assert desk.want(Y).lifted == (X.id,)


def test_an_interception_is_short_and_of_our_own(tmp_path: Path):
    """A day at most, whoever signed; only where the machine knows its own prefixes, and inside."""
    divert = order(Measure.INTERCEPT)
    day = replace(divert, until=divert.starts + timedelta(days=1))
    assert refusal(day, "router", "record") is None
    longer = replace(day, until=day.until + timedelta(seconds=1))
    assert "within 1 days" in (refusal(longer, "router", "record") or "")
    desk = desk_of(tmp_path / "r1", DRIVER)
    assert "own prefixes" in why(desk.want(divert))[divert.id]
    (desk.folder / "bounds").write_text("prefix 203.0.113.0/24\n")
    alien = replace(divert, id="a-2", scope=replace(divert.scope, address=ip_address("192.0.2.9")))
    report = desk.want(divert, alien)
    assert report.applied == (divert.id,)
    assert "outside" in why(report)["a-2"]


def test_what_is_refused_takes_up_no_room(tmp_path: Path):
    """A bound counts what may stand."""
    desk = desk_of(tmp_path / "r1", DRIVER)
    (desk.folder / "bounds").write_text("most isolate 1\n")
    (desk.folder / "protect").write_text(f"{X.scope.address}\n")
    report = desk.want(X, Y)
    assert report.applied == (Y.id,)
    assert "protect list" in why(report)[X.id]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"url": "http://203.0.113.70/a"}, True),
        ({"url": "http://203.0.113.70.:80/a"}, True),
        ({"url": "http://[::ffff:203.0.113.70]/a"}, True),
        ({"url": "http://[64:ff9b::cb00:7146]/a"}, True),
        ({"url": "http://203.0.113.71/a"}, False),
        ({"url": "https://WWW.Birch.Example/a"}, True),
        ({"url": "https://notbirch.example/a"}, False),
        ({"name": "birch.example"}, True),
        ({"name": "a.birch.example."}, True),
        ({"name": "pine.example"}, False),
        ({"address": ip_address("2002:cb00:7146::1")}, True),
    ],
)
def test_the_protect_list_sees_pages_and_names(changes: dict[str, object], refused: bool):  # noqa: FBT001
    """Hosts that are addresses, in each form, and names with all below them."""
    listed = read_protect(["203.0.113.70", "name:birch.example"])
    assert read_protect(write_protect(listed)) == listed
    aim = replace(scope(Measure.ISOLATE), address=None)
    assert (listed.refusal(replace(aim, **changes)) is not None) is refused


def test_a_name_above_a_protected_one_is_protected():
    """Who blocks a name may block what is below it."""
    listed = read_protect(["name:shop.birch.example"])
    aim = scope(Measure.BLOCK_NAME, name="birch.example")
    assert "name:shop.birch.example" in (listed.refusal(aim) or "")


def test_bounds_see_pages_and_names():
    """An address in a URL is judged as one; a name by the machine's own names; no label alone."""
    bounds = read_bounds(["prefix 203.0.113.0/25", "name customer.example"])

    def told(measure: Measure, **aim: str) -> str:
        return bounds.against(order(measure, aim=scope(measure, **aim))) or ""

    assert told(Measure.BLOCK_URL, url="http://203.0.113.70/a") == ""
    assert "outside" in told(Measure.BLOCK_URL, url="http://203.0.113.200/a")
    assert told(Measure.BLOCK_URL, url="http://a.customer.example/") == ""
    assert "none of this machine" in told(Measure.BLOCK_NAME, name="google.com")
    for name in ("com", "com."):
        single = order(Measure.BLOCK_NAME, aim=scope(Measure.BLOCK_NAME, name=name))
        assert "two labels" in (refusal(single, "router", "record") or "")
    odd = order(Measure.BLOCK_URL, aim=scope(Measure.BLOCK_URL, url="http://0xcb007146/"))
    assert "usual form" in (refusal(odd, "router", "record") or "")


class Odd(DryRunDriver):
    """A driver that fails, or does other than it was asked, as `mode` says."""

    mode = ""

    def place(self, action: Action) -> str:
        if self.mode == "place" and action.id == X.id:
            raise KeyError("place")
        return super().place(action)

    def observe(self):
        if self.mode == "observe":
            raise RuntimeError("observe")
        return super().observe()

    def apply(self, plan: DriverPlan) -> str:
        action = plan.action
        if self.mode == "apply" and action.id == X.id:
            raise KeyError("apply")
        if self.mode == "long":
            action = replace(action, until=action.until + timedelta(days=365))
        if self.mode == "rate":
            action = replace(action, scope=replace(action.scope, rate=1))
        return super().apply(replace(plan, action=action))


def odd_desk(folder: Path) -> Desk:
    return desk_of(folder, DriverPlugin(able=ABLE, make=Odd))


@pytest.mark.parametrize("mode", ["long", "rate"])
def test_more_than_was_wanted_is_taken_back_and_told(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It never reads as applied, and is not tried at each step for ever."""
    monkeypatch.setattr(Odd, "mode", mode)
    desk = odd_desk(tmp_path / "r1")
    agent = desk.agent()
    desk.agent = lambda *_, **__: agent  # type: ignore[method-assign]
    report = desk.want(X)
    assert (report.applied, states(report)) == ((), {X.id: "wanted"})
    assert "taken back" in report.actions[0].proof
    assert desk.standing() == set()
    monkeypatch.setattr(Odd, "mode", "")
    desk.clock.forward(600)
    assert desk.want(X).applied == (X.id,)


@pytest.mark.parametrize("mode", ["apply", "place"])
def test_an_odd_error_costs_one_action(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The others are applied, and the reason is told."""
    monkeypatch.setattr(Odd, "mode", mode)
    report = odd_desk(tmp_path / "r1").want(X, Y)
    assert report.applied == (Y.id,)
    told = {one.id: one.proof for one in report.actions}
    assert told[X.id] == f"driver record failed: KeyError: '{mode}'"


def test_a_step_that_fails_whole_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`status.json` has the reason."""
    monkeypatch.setattr(Odd, "mode", "observe")
    desk = odd_desk(tmp_path / "r1")
    with pytest.raises(Unavailable, match="RuntimeError: observe"):
        desk.want(X)
    told = read_report((desk.folder / "status.json").read_bytes())
    assert "RuntimeError: observe" in told.controller


def test_a_plugin_that_cannot_be_had_costs_no_other(monkeypatch: pytest.MonkeyPatch):
    """At import, or without a name: it is listed with the reason, and named in the words."""
    group = "aupkeep.enforcement.drivers"
    points = [
        EntryPoint("gone", "aupkeep_not_there:DRIVER", group),
        EntryPoint("nameless", "aupkeep.plugins:plugins", group),
    ]
    monkeypatch.setattr("aupkeep.plugins._entry_points", lambda _: points)
    known = dict(registry.known_drivers())  # with what other tests put there
    registry._found.cache_clear()
    try:
        rows = {row.name: row for row in list_drivers()}
        assert "ModuleNotFoundError" in (rows["gone"].missing or "")
        assert "AttributeError" in (rows["nameless"].missing or "")
        assert not rows["gone"].available
        assert rows["record"].available
        with pytest.raises(registry.Invalid, match="driver gone: aupkeep_not_there"):
            registry.driver_named("gone")
    finally:
        monkeypatch.undo()
        registry._found.cache_clear()
        registry.known_drivers().update(known)


@pytest.mark.parametrize("name", ["protect", "bounds"])
@pytest.mark.parametrize(
    "make", [lambda path: path.symlink_to("/nowhere/at/all"), os.mkfifo, Path.mkdir]
)
def test_a_list_that_is_there_and_cannot_be_read_lets_nothing_begin(
    name: str, make: Callable[[Path], None], tmp_path: Path
):
    """A link to nowhere, a pipe, a folder: none is an absent list, and none is waited for."""
    desk = desk_of(tmp_path / "r1", DRIVER)
    make(desk.folder / name)
    report = desk.want(X)
    assert (report.applied, desk.standing()) == ((), set())
    assert "cannot be read" in report.controller


def test_a_row_edited_by_hand_is_not_called_lifted(tmp_path: Path):
    """It still stands: so says the report, until somebody takes it away."""
    path = tmp_path / "pages.map"
    desk = desk_of(tmp_path / "agents" / "r1", nginx.DRIVER, map=str(path))
    block = page(1)
    desk.want(block)
    path.write_text(path.read_text().replace("; # aupkeep", ";  # aupkeep"))
    for report in (desk.want(block), desk.want()):
        assert report.lifted == ()
        assert states(report) == {block.id: "failed"}
    assert "somebody changed it" in report.actions[0].proof
    path.write_text("")
    assert desk.want().lifted == (block.id,)
