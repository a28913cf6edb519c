"""Targets as the settings say them, and the site that a placement goes by, without a database."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from app.deciding.parts import about, bare_context, decision
from aupkeep.app.deciding import placement, targets
from aupkeep.app.deciding.placement import place_measure
from aupkeep.app.deciding.targets import target_of, targets_of
from aupkeep.config.settings import Settings
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.placement import Target, WantedScope
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Measure
from casework.scenes import ADDRESS, INPUTS, OTHER, proposal
from inventory.test_attribution import record

EDGE = TargetSettings(
    name="edge",
    driver="record",
    sites=("oslo",),
    prefixes=("198.51.100.0/24",),
    kinds=("instance",),
    names=("Shop.Example",),
    measures=("isolate",),
    order=2,
    cap=7,
)
SCOPE = Scope(customer="c1", resource="instance:7", address=ADDRESS)


def test_a_target_is_what_its_settings_say():
    """Names in small letters; what its driver can do is the driver's word."""
    assert target_of(EDGE) == Target(
        name="edge",
        able=driver_named("record").able,
        trouble="",
        sites=frozenset({"oslo"}),
        prefixes=(ip_network("198.51.100.0/24"),),
        kinds=frozenset({"instance"}),
        names=("shop.example",),
        measures=frozenset({Measure.ISOLATE}),
        order=2,
        cap=7,
    )
    with pytest.raises(Invalid, match="driver: expected one of"):
        target_of(replace(EDGE, driver="gone"))


def test_a_driver_that_cannot_be_had_is_named(monkeypatch):
    """What it can do nobody knows: it may be needed for what its settings name."""
    monkeypatch.setattr(targets, "broken_drivers", lambda: {"gone": "no module", "record": "x"})
    broken = target_of(replace(EDGE, driver="gone"))
    able = Capabilities(driver="gone", version="", measures=frozenset({Measure.ISOLATE}), system="")
    assert (broken.able, broken.trouble) == (able, "no module")
    assert target_of(EDGE).trouble == ""


def context_with(folder, *targets: TargetSettings):
    settings = Settings(enforcement=EnforcementSettings(targets=targets))
    return replace(bare_context(folder), settings=settings)


def test_every_target_of_the_settings(tmp_path):
    context = context_with(tmp_path, EDGE, replace(EDGE, name="core"))
    assert [target.name for target in targets_of(context)] == ["edge", "core"]


@pytest.fixture
def asked(monkeypatch):
    """What `place` is asked; three measures stand on the edge."""
    calls = []
    monkeypatch.setattr(placement, "place", lambda *given: calls.append(given) or "placed")
    monkeypatch.setattr(placement.actions, "standing_by_target", lambda: {"edge": 3})
    monkeypatch.setattr(placement.stored, "covering", lambda _address: [])
    return calls


def at(site, customer="c1", resource="instance:7", end=None, **more: object):
    return record(
        customer, "198.51.100.7/32", site=site, resource=resource, end=end, id=site, **more
    )


def test_a_measure_is_placed_on_the_targets_of_the_settings(tmp_path, asked):
    """Or on those that are given; with what stands on each."""
    context = context_with(tmp_path, replace(EDGE, sites=()))
    assert place_measure(context, Measure.ISOLATE, [SCOPE]) == "placed"
    other = [target_of(EDGE)]
    place_measure(context, Measure.ISOLATE, [SCOPE], other)
    wanted = [WantedScope(scope=SCOPE, site=None, kind="instance")]
    assert asked == [
        (Measure.ISOLATE, wanted, targets_of(context), {"edge": 3}),
        (Measure.ISOLATE, wanted, tuple(other), {"edge": 3}),
    ]


@pytest.mark.parametrize(
    ("sited", "records", "site"),
    [
        (True, [at("oslo")], "oslo"),
        (False, [at("oslo")], None),
        (True, [], None),
        (True, [at("oslo"), at("bergen")], None),
        (True, [at("oslo"), at("bergen", customer="c2")], "oslo"),
        (True, [at("oslo"), at("bergen", resource="instance:8")], "oslo"),
        (True, [at("oslo"), at("bergen", end=-1)], "oslo"),
    ],
)
def test_the_site_is_where_the_resource_holds_the_address_now(
    tmp_path, asked, monkeypatch, sited, records, site
):
    """Asked for where a target serves some sites alone; two are none."""
    looked = []
    monkeypatch.setattr(
        placement.stored, "covering", lambda address: looked.append(address) or records
    )
    context = context_with(tmp_path, EDGE if sited else replace(EDGE, sites=()))
    place_measure(context, Measure.ISOLATE, [SCOPE])
    assert asked[0][1] == [WantedScope(scope=SCOPE, site=site, kind="instance")]
    assert looked == ([ADDRESS] if sited else [])


def test_a_page_is_at_no_site(tmp_path, asked):
    page = replace(SCOPE, address=None, url="https://a.example/x")
    place_measure(context_with(tmp_path, EDGE), Measure.BLOCK_URL, [page])
    assert asked[0][1][0].site is None


def test_a_grant_is_asked_for_every_place_of_an_isolation(tmp_path, monkeypatch):
    """Each address that the resource holds alone."""
    asked = []
    monkeypatch.setattr(placement, "place_measure", lambda *given: asked.append(given) or ())
    case, wanted = about(hosts=(ADDRESS, OTHER)), proposal(Measure.ISOLATE)
    context = bare_context(tmp_path)
    placement._with_targets(context, case, wanted, INPUTS)
    there = [wanted.scope, replace(wanted.scope, address=OTHER)]
    assert asked == [(context, Measure.ISOLATE, there)]
    made = decision(Measure.ISOLATE, scope=wanted.scope)
    monkeypatch.setattr(placement, "permit", lambda *_given, **_more: made)
    assert placement.permit_placed(context, case, wanted, [], INPUTS, number="d9") == made
    assert asked[1:] == [(context, Measure.ISOLATE, there)]
