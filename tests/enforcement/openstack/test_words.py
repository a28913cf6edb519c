"""What the driver says, to the letter: its plan, its notes, what it leaves to a person."""

import pytest

from aupkeep.enforcement.openstack.aim import AimSettings
from aupkeep.enforcement.openstack.fields import FieldKind
from aupkeep.enforcement.openstack.record import HeldField
from aupkeep.enforcement.openstack.words import (
    held_words,
    left_words,
    lost_words,
    mark_of,
    note_of,
    planned_ops,
    shown,
)
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from enforcement.openstack.test_record import HOLD
from enforcement.orders import order

PORTS = "set port-state of the ports of instance:m1 to down"
NO_POWER = AimSettings(isolate=FieldKind.PORT_GROUPS, isolated="quarantine", power=None)


def test_a_mark_names_the_home_where_it_has_a_name():
    assert mark_of("K7QF-2M9X", "a1") == "aupkeep case K7QF-2M9X action a1"
    assert mark_of("R", "a1", "edge:0a") == "aupkeep case R action a1 target edge:0a"


@pytest.mark.parametrize(
    ("measure", "resource", "settings", "ops", "note"),
    [
        (
            Measure.ISOLATE,
            "instance:m1",
            AimSettings(),
            [PORTS],
            "touches the whole port with every address of it",
        ),
        (
            Measure.SUSPEND_RESOURCE,
            "instance:m1",
            AimSettings(),
            [PORTS, "bring instance:m1 to PAUSED", "lock instance:m1"],
            None,
        ),
        (
            Measure.SUSPEND_RESOURCE,
            "instance:m1",
            NO_POWER,
            ["set port-groups of the ports of instance:m1 to quarantine", "lock instance:m1"],
            None,
        ),
        (
            Measure.ISOLATE,
            "floatingip:f1",
            AimSettings(),
            ["detach floatingip:f1"],
            "the machine behind it still reaches out by its router's address",
        ),
        (
            Measure.SUSPEND_RESOURCE,
            "floatingip:f1",
            AimSettings(),
            ["detach floatingip:f1"],
            None,
        ),
        (Measure.SUSPEND_RESOURCE, "image:i1", AimSettings(), ["deactivate image:i1"], None),
        (
            Measure.SUSPEND_ACCOUNT,
            "image:i1",
            AimSettings(),
            ["disable the project of image:i1 and all below it, the lowest first"],
            "nobody can log in to it; its machines run on",
        ),
    ],
)
def test_a_plan(measure, resource, settings, ops, note):
    """Each step in the order of acting, and why it goes no narrower."""
    action = order(measure, aim=Scope(customer="acme", resource=resource))
    assert list(planned_ops(action, settings)) == ops
    assert note_of(action) == note


def test_what_is_said_of_fields():
    """A value is short and plain: a lock's words may be anybody's."""
    assert [shown(x) for x in (None, "", "x" * 101, "å\x1b")] == [
        "nothing",
        "none",
        "x" * 100,
        "\\xe5\x1b",
    ]
    assert mark_of("K7QF-2M9X", "a1") == "aupkeep case K7QF-2M9X action a1"
    assert lost_words(HOLD, ["lock:m1", "lock:m2"]) == [
        f"{name}: it had our lock and no record of ours: how the machine was before nobody knows, "
        "so a person starts it after case K7QF-2M9X"
        for name in ("lock:m1", "lock:m2")
    ]
    held = HeldField(field="power:m1", former="ACTIVE", ours="PAUSED")
    assert left_words(HOLD, held, "SHUTOFF") == (
        "power:m1: left as it is, SHUTOFF: we had set it from ACTIVE to PAUSED, case K7QF-2M9X"
    )
    assert held_words(HOLD, {"power:m1": "PAUSED", "lock:m1": None}) == (
        "openstack: suspend-resource instance:m1: power:m1 PAUSED, lock:m1 nothing; "
        "case K7QF-2M9X, action a1"
    )
