"""What the guard lets a driver do, and what it sees of it afterwards."""

from dataclasses import replace

import pytest

from aupkeep.enforcement.driver import (
    EXPIRY_TOLERANCE,
    DriverContext,
    DriverPlan,
    HeldPlace,
    standing_words,
)
from aupkeep.enforcement.guard import DriverPlugin, GuardedDriver
from aupkeep.enforcement.options import TEXT
from aupkeep.enforcement.protect import read_protect
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from enforcement.orders import NOW, Clock
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
    place,
    words,
)


def planned(*actions: Action, **changes: object) -> list[DriverPlan]:
    return [replace(DriverPlan(action=x, place=place(x), ops=("do",)), **changes) for x in actions]


@pytest.mark.parametrize("kind", [Plain, Rich])
def test_one_is_carried_out(guarded, kind):
    """What stood before, what stands after, and the driver's own words or ours."""
    driver = kind(element(A, expires=NOW))
    guard = guarded(driver)
    receipt = guard.apply(planned(A)[0])
    assert (receipt.place, receipt.action, receipt.at) == ("port 1", A.id, NOW)
    assert (receipt.before, receipt.after) == (element(A, expires=NOW), element(A))
    assert receipt.proof == (
        f"record: port 1: stands for case K7QF-2M9X, action {A.id}, 3600 s left"
    )
    driver.says = "seen"
    assert guard.apply(planned(B)[0]).proof == "seen"
    lifted = guard.revert("port 1", A.id)
    assert (lifted.before, lifted.after, lifted.proof) == (element(A), None, "seen")


def test_many_are_carried_out_at_once(guarded):
    """And lifted; what is gone already is done."""
    driver = Rich()
    guard = guarded(driver)
    receipts = guard.apply_all(planned(A, B))
    assert [x.after for x in receipts] == [element(A), element(B)]
    assert ("at", ("port 1", "port 2")) in driver.calls
    gone = guard.revert_all([("port 1", A.id), ("port 9", "x")])
    assert [(x.before, x.after) for x in gone] == [(element(A), None), (None, None)]
    assert ("revert", "port 9", "x") not in driver.calls
    assert gone[1].proof == "record: port 9: nothing stands there"
    driver.calls.clear()
    assert guard.revert_all([]) == ()
    assert driver.calls == []


@pytest.mark.parametrize(
    ("standing", "plans", "reason"),
    [
        ([], planned(A, place="port 9"), "expected a plan at the action's place, found port 9"),
        ([STRANGE], planned(A), "port 1 is occupied by an element that is not ours"),
        ([], planned(replace(A, until=NOW)), "expected an end in the future, found "),
        ([], planned(A, protect=read_protect(["203.0.113.10"])), ""),
    ],
)
def test_what_is_not_carried_out(guarded, standing, plans, reason):
    """The driver is not asked to."""
    driver = Plain(*standing)
    assert words(DriverRefused, guarded(driver).apply, plans[0]).startswith(reason)
    assert not any(call[0] == "apply" for call in driver.calls)


@pytest.mark.parametrize("after", [None, element(A, action="x")])
def test_what_is_not_seen_after_is_not_done(guarded, after):
    driver = Plain()

    def apply(plan: DriverPlan) -> str:
        driver.standing.update({plan.place: after} if after else {})
        return "said so"

    driver.apply = apply  # type: ignore[method-assign]
    reason = words(Unavailable, guarded(driver).apply, planned(A)[0])
    assert reason == "port 1: expected to see it after adding it, found none"


LATEST = A.until + EXPIRY_TOLERANCE


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"expires": LATEST}, None),
        ({"expires": NOW}, None),
        ({"expires": LATEST + SECOND}, f"an end at {A.until}, found {LATEST + SECOND}"),
        ({"expires": None}, f"an end at {A.until}, found None"),
        ({"rate": 5}, "a rate of None, found 5"),
    ],
)
@pytest.mark.parametrize("stays", [False, True])
def test_what_is_set_harder_or_longer_is_taken_back(guarded, changes, wrong, stays):
    """And where it could not be, that is told too."""
    driver = Plain()

    def apply(plan: DriverPlan) -> str:
        driver.standing[plan.place] = element(plan.action, **changes)
        return ""

    def revert(where: str, action: str) -> str:
        driver.calls.append((where, action))
        if stays:
            raise Unavailable("away")
        return Plain.revert(driver, where, action)

    driver.apply, driver.revert = apply, revert  # type: ignore[method-assign]
    guard = guarded(driver)
    if wrong is None:
        assert guard.apply(planned(A)[0]).after == element(A, **changes)
        return
    end = "it could not be taken back: away" if stays else "it was taken back"
    assert words(Unavailable, guard.apply, planned(A)[0]) == f"port 1: expected {wrong}; {end}"
    assert ("port 1", A.id) in driver.calls
    assert bool(driver.standing) is stays


def test_all_that_were_set_wrong_are_told(guarded):
    driver = Rich()

    def apply(plan: DriverPlan) -> str:
        driver.standing[plan.place] = element(plan.action, rate=5)
        return ""

    driver.apply = apply  # type: ignore[method-assign]
    said = words(Unavailable, guarded(driver).apply_all, planned(A, B))
    assert [x.partition(":")[0] for x in said.split("; ")] == [
        "port 1", "it was taken back", "port 2", "it was taken back",
    ]  # fmt: skip


@pytest.mark.parametrize(("other", "named"), [("x", "x"), ("", "a foreign one")])
def test_what_stands_for_another_is_not_lifted(guarded, other, named):
    driver = Plain(element(A, action=other))
    reason = words(DriverRefused, guarded(driver).revert, "port 1", A.id)
    assert reason == f"port 1 stands for another action: {named}"
    assert driver.standing != {}


def test_what_is_still_there_is_not_lifted(guarded):
    driver = Plain(element(A))
    driver.revert = lambda *_: "gone"  # type: ignore[method-assign,assignment]
    reason = words(Unavailable, guarded(driver).revert, "port 1", A.id)
    assert reason == "port 1: expected it gone, found it standing"


def test_a_driver_that_answers_for_fewer(guarded):
    """Is a fault of its own, and nothing counts."""
    driver = Rich()
    driver.apply_all = lambda _: [""]  # type: ignore[method-assign]
    assert words(Unavailable, guarded(driver).apply_all, planned(A, B)).startswith(
        "driver record failed: ValueError: zip()"
    )
    driver = Rich(element(A), element(B))
    driver.revert_all = lambda _: [""]  # type: ignore[method-assign]
    pairs = [("port 1", A.id), ("port 2", B.id)]
    assert "zip()" in words(Unavailable, guarded(driver).revert_all, pairs)


def test_a_plugin_opens_its_driver_behind_the_guard(tmp_path):
    """Its options are looked at first; a fault of its making is told with its name."""
    context = DriverContext(folder=tmp_path, now=Clock(), options={"name": "x"})
    made: list[DriverContext] = []

    def make(given: DriverContext) -> Plain:
        made.append(given)
        if given.options["name"] == "bad":
            raise KeyError("x")
        return Plain()

    plugin = DriverPlugin(able=ABLE, make=make, options={"name": TEXT})
    assert (plugin.name, plugin.version, plugin.missing()) == ("record", "7", None)
    guard = plugin.open(context)
    assert isinstance(guard.driver, Plain)
    assert made == [context]
    guard.driver.raises = KeyError("x")
    assert words(Unavailable, guard.prepare) == FAULT
    assert words(Unavailable, plugin.open, replace(context, options={"name": "bad"})) == FAULT
    with pytest.raises(Invalid, match="option"):
        plugin.open(replace(context, options={"other": 1}))


def test_what_is_gone_already_is_not_asked_for(guarded):
    """Nor what stands nowhere."""
    driver = Plain()
    lifted = guarded(driver).revert("port 9", "x")
    assert (lifted.before, lifted.after) == (None, None)
    assert not any(call[0] == "revert" for call in driver.calls)


def test_what_has_no_end_says_so():
    """And how a held place stands: whole unless said."""
    held = HeldPlace(place="p", action="a", reference="R", until=NOW)
    assert held.element().expires == held.element(whole=True).expires == NOW
    part = held.element(whole=False)
    assert (part.expires, part.until) == (None, NOW)
    words = "record: p: stands for case R, action a, no end"
    assert standing_words("record", "p", part, NOW) == words


def test_a_driver_without_a_name_is_told_without_one(tmp_path):
    driver = Plain()
    driver.raises = KeyError("x")
    guard = GuardedDriver(driver, DriverContext(folder=tmp_path, now=Clock()))
    assert words(Unavailable, guard.prepare) == "driver  failed: KeyError: 'x'"
