"""The guard over one driver in this process: each question, each refusal in its words."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from aupkeep.enforcement.asking import asking
from aupkeep.enforcement.driver import DriverPlan, Proof
from aupkeep.enforcement.guard import touched
from aupkeep.enforcement.local_bounds import LocalBounds
from aupkeep.enforcement.protect import NOTHING, read_protect
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import NOW, PEER, SHARED, WIDE, order, scope
from enforcement.plain_driver import (
    ABLE,
    FAULT,
    SECOND,
    STRANGE,
    A,
    B,
    Plain,
    Rich,
    element,
    words,
)


@pytest.mark.parametrize(
    ("aim", "reaches"),
    [
        (scope(Measure.BLOCK_PORT), ("203.0.113.10", "vm-7")),
        (
            scope(Measure.BLOCK_PORT, SHARED[4], source_ports=PortRange(1, 9)),
            ("203.0.113.40 from ports 1-9", "vm-7"),
        ),
        (scope(Measure.ISOLATE, WIDE, prefix_length=56), ("2001:db8:c:100::/56", "vm-7")),
        (scope(Measure.BLOCK_DESTINATION), ("203.0.113.10", str(PEER[4]), "vm-7")),
        (
            Scope(customer="c", resource="r", url="https://a.example/", name="a.example"),
            ("https://a.example/", "a.example", "r"),
        ),
        (Scope(customer="c", resource="r", account="acme"), ("acme", "r")),
    ],
)
def test_what_a_measure_reaches(aim, reaches):
    assert touched(aim) == reaches


def test_a_fault_that_nobody_thought_of():
    """Costs what was asked, and is told with its kind, cut; ours stay what they are."""
    with pytest.raises(Unavailable) as caught, asking("x"):
        raise ValueError("y" * 300)
    assert str(caught.value) == f"driver x failed: ValueError: {'y' * 200}"
    with pytest.raises(DriverRefused, match=r"^no$"), asking("x"):
        raise DriverRefused("no")


def test_each_question_is_guarded_against_faults(guarded):
    """Nothing that a driver raises comes through as it is."""
    driver = Rich()
    guard = guarded(driver)
    driver.raises = KeyError("x")
    for act in (guard.prepare, guard.observe, guard.unchanged, guard.probe):
        assert words(Unavailable, act) == FAULT
    for act in (guard.place, guard.spot, guard.prove):
        assert words(Unavailable, act, A) == FAULT
    assert guard.doubt(A) == FAULT
    assert guard.remains(A, {}) == FAULT, "nobody knows: it is not said to be gone"
    assert guard.refusal(A, NOTHING, LocalBounds()) == FAULT


def test_a_look_that_is_refused_is_a_system_that_does_not_answer(guarded):
    """An agent would end its step without a word, and lift nothing of anybody's."""
    driver = Rich()
    guard = guarded(driver)
    driver.raises = DriverRefused("not to you")
    for act in (guard.prepare, guard.observe, guard.unchanged):
        assert words(Unavailable, act) == "not to you"
    assert words(DriverRefused, guard.probe) == "not to you"
    assert words(DriverRefused, guard.place, A) == "not to you"


def test_what_a_driver_has_besides(guarded):
    """Is asked where it has it."""
    rich, plain = guarded(Rich()), guarded(Plain())
    assert (rich.bulk, rich.unread, rich.unchanged()) == (True, "two zones", "mark")
    assert (plain.bulk, plain.unread, plain.unchanged()) == (False, "", None)
    assert (rich.doubt(A), plain.doubt(A)) == (f"doubt of {A.id}", None)
    assert rich.probe().text == "seen"
    assert words(Invalid, plain.probe) == "driver record: expected one with a trial, found none"
    assert (plain.prepare(), plain.observe()) == (("made",), ())
    assert plain.prove(A) == Proof(seen=True, text=A.id, at=NOW)
    for act, what in ((plain.apply_all, [1]), (plain.revert_all, [("p", "a")])):
        assert (
            words(Invalid, act, what) == "driver record: expected one that takes many, found none"
        )


@pytest.mark.parametrize(("own", "target", "cap"), [(None, 9, 9), (5, 9, 5), (9, 5, 5), (7, 7, 7)])
def test_no_more_than_its_target_may_hold(guarded, own, target, cap):
    guard = guarded(Plain(able=replace(ABLE, cap=own)), cap=target)
    assert guard.able == replace(ABLE, cap=cap)


def test_one_element_a_place(guarded):
    """Of two at one place the last."""
    driver = Plain()
    driver.observe = lambda: [element(A), element(A, action="x")]  # type: ignore[method-assign]
    assert guarded(driver).observe() == (element(A, action="x"),)


@pytest.mark.parametrize(
    ("found", "left", "by_itself", "remains"),
    [
        (STRANGE, 1, True, "port 1"),
        (STRANGE, 0, True, ""),
        (STRANGE, 0, False, "port 1"),
        (element(A), 1, True, ""),
        (element(A, action="", owner="them"), 1, True, ""),
        (None, 1, True, ""),
    ],
)
def test_what_has_force_without_an_element_of_ours(guarded, found, left, by_itself, remains):
    """One at its place that says nobody's name, unless it is past an end that the system keeps."""
    able = replace(ABLE, ends_by_itself=by_itself)
    action = replace(A, until=NOW + left * SECOND)
    standing = {} if found is None else {found.place: found}
    assert guarded(Plain(able=able)).remains(action, standing) == remains
    rich = Rich(able=able)
    assert guarded(rich).remains(action, standing) == (remains or "port 9")
    asked = [call for call in rich.calls if call[0] == "lingers"]
    assert asked == ([] if remains else [("lingers", action)])


def test_a_scope_that_is_nowhere_by_now_leaves_nothing(guarded):
    """As by options that changed: it has no place that could be asked about."""
    driver = Rich()
    driver.raises = DriverRefused("no sinkhole")
    assert guarded(driver).remains(A, {}) == ""


def test_where_an_action_would_stand(guarded):
    """As its measure and its scope allow."""
    guard = guarded(Plain(able=replace(ABLE, measures=frozenset({A.measure}))))
    assert (guard.place(A), guard.spot(A)) == ("port 1", "port 1")
    other = order(Measure.ISOLATE, starts=NOW)
    assert words(DriverRefused, guard.place, other) == "driver record cannot isolate"
    assert words(DriverRefused, guard.prove, other) == "driver record cannot isolate"
    wide = replace(A, scope=replace(A.scope, port=None))
    assert "port" in words(DriverRefused, guard.place, wide)


OWN = (ip_network("192.0.2.0/24"), ip_network("198.51.100.0/24"))
RATED = order(Measure.LIMIT_RATE, starts=NOW)


@pytest.mark.parametrize(
    ("able", "action", "reason"),
    [
        ({}, A, None),
        ({"measures": frozenset()}, A, "driver record cannot block-port"),
        ({"own": OWN}, A,
         "expected an address in 192.0.2.0/24, 198.51.100.0/24, found 203.0.113.10"),
        ({"own": ()}, A, "expected an address in no prefix, found 203.0.113.10"),
        ({"own": (ip_network("203.0.113.0/24"),)}, A, None),
        (
            {"own": OWN},
            order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, WIDE, prefix_length=56), starts=NOW),
            "expected an address in 192.0.2.0/24, 198.51.100.0/24, found 2001:db8:c:100::/56",
        ),
        ({"most_rate": 124_999}, RATED, "expected a rate of at most 124999 bytes per second"),
        ({"most_rate": 125_000}, RATED, None),
        ({"most_rate": 0}, A, None),
    ],
)  # fmt: skip
def test_why_an_action_may_not_stand(guarded, able, action, reason):
    """By what the driver can, whatever stands already."""
    guard = guarded(Plain(able=replace(ABLE, **able)))
    assert guard.refusal(action, NOTHING, LocalBounds()) == reason


def test_why_an_action_may_not_stand_by_lists(guarded):
    """The signed list, the machine's bounds, its target, its place."""
    driver = Plain()
    guard = guarded(driver)
    protect = read_protect(["203.0.113.10"])
    assert "protect" in guard.refusal(A, protect, LocalBounds())
    outside = guard.refusal(A, NOTHING, LocalBounds(prefixes=OWN))
    assert outside == "203.0.113.10/32 lies outside this machine's own prefixes (its file bounds)"
    other = guard.refusal(A, NOTHING, LocalBounds(), "edge")
    assert other == "expected an action for edge by record, found router by record"
    driver.raises = DriverRefused("no place")
    assert guard.refusal(A, NOTHING, LocalBounds()) == "no place"


def test_a_plan(guarded):
    """What it touches is what the scope reaches; the list that it was judged by goes with it."""
    driver = Plain(element(A, expires=NOW))
    guard = guarded(driver)
    protect = read_protect(["198.51.100.1"])
    plan = guard.plan(A, driver.standing, protect)
    assert plan == DriverPlan(
        action=A,
        place="port 1",
        ops=("do",),
        touches=("203.0.113.10", "vm-7"),
        protect=protect,
    )
    assert driver.calls[-1] == ("plan", element(A, expires=NOW))
    assert guard.plan(B, {}).protect == NOTHING
    assert driver.calls[-1] == ("plan", None)


@pytest.mark.parametrize(
    ("aim", "late", "note"),
    [
        (A.scope, False, "the whole port; later fragments of a datagram have no ports, and pass"),
        (A.scope, True, "the whole port"),
        (scope(Measure.ISOLATE), False, "the whole port"),
    ],
)
def test_what_passes_all_the_same_is_noted(guarded, aim, late, note):
    """Behind the driver's own note."""
    driver = Plain(able=replace(ABLE, late_fragments=late))
    driver.plans = {"note": "the whole port"}
    measure = A.measure if aim is A.scope else Measure.ISOLATE
    assert guarded(driver).plan(order(measure, aim=aim, starts=NOW), {}).note == note


@pytest.mark.parametrize(
    ("measure", "changes"),
    [
        (Measure.BLOCK_PORT, {}),
        (Measure.LIMIT_SMTP, {}),
        (Measure.ISOLATE, {"address": SHARED[4], "source_ports": PortRange(1, 9)}),
    ],
)
def test_what_goes_by_ports(guarded, measure, changes):
    """A port, the ports of mail, those of a sharer."""
    guard = guarded(Plain(able=replace(ABLE, late_fragments=False)))
    aim = scope(measure, **changes)
    assert guard.plan(order(measure, aim=aim, starts=NOW), {}).note is not None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"action": B}, f"expected a plan of {A.id} at port 1, found another's"),
        ({"place": "port 9"}, f"expected a plan of {A.id} at port 1, found another's"),
        (
            {"touches": ("vm-7", "vm-9", "vm-8")},
            "it would touch more than its scope: vm-8, vm-9",
        ),
    ],
)
def test_a_plan_of_something_else(guarded, changes, reason):
    driver = Plain()
    driver.plans = changes
    assert words(DriverRefused, guarded(driver).plan, A, {}) == reason


def test_what_is_refused_when_it_is_planned(guarded, lists):
    """A stranger's place, an end that is past, the machine's own lists, one too many."""
    guard = guarded(Plain())
    strange = {"port 1": STRANGE}
    occupied = "port 1 is occupied by an element that is not ours"
    assert words(DriverRefused, guard.plan, A, strange) == occupied
    over = replace(A, until=NOW)
    past = "expected an end in the future, found 2026-03-01T12:00:00Z"
    assert words(DriverRefused, guard.plan, over, {}) == past
    lists["protect"] = read_protect(["203.0.113.10"])
    assert "protect" in words(DriverRefused, guarded(Plain()).plan, A, {})
    lists["protect"], lists["bounds"] = NOTHING, LocalBounds(prefixes=OWN)
    assert "outside" in words(DriverRefused, guarded(Plain()).plan, A, {})


def test_the_machines_lists_are_read_again_where_a_file_changed(guarded, lists, tmp_path):
    """And not before; when it is carried out, always."""
    guard = guarded(Plain())
    plan = guard.plan(A, {})
    lists["protect"] = read_protect(["203.0.113.10"])
    guard.plan(A, {})
    assert "protect" in words(DriverRefused, guard.apply, plan)
    for name in ("protect", "bounds"):
        guard, lists["protect"] = guarded(Plain()), NOTHING
        guard.plan(A, {})
        lists["protect"] = read_protect(["203.0.113.10"])
        (tmp_path / name).write_text("")
        assert "protect" in words(DriverRefused, guard.plan, A, {})


@pytest.mark.parametrize(
    ("most", "cap", "places", "reason"),
    [
        ({}, 2, ["port 8"], None),
        ({}, 1, ["port 8"], "expected at most 1 standing measures"),
        ({}, 0, [], "expected at most 0 standing measures"),
        ({"port": 2}, 9, ["port 8", "host 9"], None),
        ({"port": 1}, 9, ["port 8"], "expected at most 1 standing measures of port"),
        ({"port": 0}, 9, [], "expected at most 0 standing measures of port"),
        ({"host": 0}, 9, ["port 8"], None),
        ({"port": 1}, 9, ["port 8 . tcp"], "expected at most 1 standing measures of port"),
    ],
)
def test_one_place_more(guarded, most, cap, places, reason):
    """Of all, and of one kind; what replaces what stands is none more."""
    guard = guarded(Plain(able=replace(ABLE, most=most)), cap=cap)
    there = {x: element(B, place=x) for x in places}
    if reason is None:
        assert guard.plan(A, there).place == "port 1"
    else:
        assert words(DriverRefused, guard.plan, A, there) == reason
        assert guard.plan(A, {**there, "port 1": element(A)}).place == "port 1"


def test_a_kind_is_the_first_word_of_a_place(guarded):
    """However many follow."""
    driver = Plain(able=replace(ABLE, most={"port": 1}))
    driver.place = lambda _: "port 1 . tcp"  # type: ignore[method-assign,assignment]
    there = {"port 8 . udp": element(B, place="port 8 . udp")}
    said = words(DriverRefused, guarded(driver).plan, A, there)
    assert said == "expected at most 1 standing measures of port"
