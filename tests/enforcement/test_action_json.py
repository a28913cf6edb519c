"""What agents and the server exchange, read strictly: each field says what it expected."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from aupkeep.enforcement.action_json import (
    MAX_TEXT,
    ActionReader,
    FieldReader,
    read_action,
    read_object,
    to_json,
    unreadable,
)
from aupkeep.model.action import Action, ActionState
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import AupkeepError, Unreadable
from aupkeep.model.ladder import Level, Measure
from enforcement.orders import FOUR, NOW, PEER, order, scope

WHOLE = order(
    Measure.LIMIT_RATE,
    aim=scope(
        Measure.LIMIT_RATE,
        destination=PEER[4],
        protocol="tcp",
        port=22,
        url="https://shop.example/",
        name="shop.example",
        note="why",
    ),
    state=ActionState.APPLIED,
    proof="seen",
    changed_at=NOW,
)
LEAST = order(Measure.ISOLATE, aim=replace(scope(Measure.ISOLATE), address=None))


REACHING = [
    order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, **reach))
    for reach in (
        {"source_ports": PortRange(0, 0)},
        {"source_ports": PortRange(7, 65535)},
        {"prefix_length": 64},
    )
]


@pytest.mark.parametrize("action", [WHOLE, LEAST, *REACHING])
def test_action_returns(action: Action):
    """Every field of an action and its scope comes back, absent ones as absent."""
    assert read_action(json.loads(json.dumps(to_json(action)))) == action


def test_json_of_an_action():
    """Times in UTC, addresses and words as text, the level by its name."""
    plain = to_json(WHOLE)
    assert (plain["level"], plain["measure"], plain["state"]) == ("L3", "limit-rate", "applied")
    assert (plain["starts"], plain["changed_at"]) == (
        "2026-03-01T11:59:59Z",
        "2026-03-01T12:00:00Z",
    )
    assert plain["scope"]["address"] == str(FOUR)
    assert plain["versions"] == {
        "detector": "none",
        "rule": "rule-1",
        "policy": "policy-1",
        "attribution": "1",
    }
    assert not {"source_ports", "prefix_length"} & plain["scope"].keys()
    reaches = [to_json(action)["scope"] for action in REACHING]
    assert [reach.get("source_ports") for reach in reaches] == [[0, 0], [7, 65535], None]
    assert [reach.get("prefix_length") for reach in reaches] == [None, None, 64]
    assert to_json((Level.L4, ("x", None, True, 5))) == ["L4", ["x", None, True, 5]]


PLAIN = to_json(WHOLE)


def changed(**changes: object) -> dict[str, Any]:
    return {**PLAIN, **changes}


def aimed(**changes: object) -> dict[str, Any]:
    return changed(scope={**PLAIN["scope"], **changes})


TEXT = "a text of at most 2000 characters"
ODD = {
    "no object": ([], "action: expected an object, found list"),
    "a field more": (changed(zzz=1), "action: unknown or absent field 'zzz'"),
    "a field less": (
        {name: value for name, value in PLAIN.items() if name != "until"},
        "action: unknown or absent field 'until'",
    ),
    "a long field": ({**PLAIN, "0" * 99: 1}, f"action: unknown or absent field {'0' * 60!r}"),
    "a number for a text": (changed(id=1), f"action.id: expected {TEXT}, found 1"),
    "too long a text": (
        changed(case="x" * 2001),
        f"action.case: expected {TEXT}, found {repr('x' * 99)[:60]}",
    ),
    "no text": (changed(reference=None), f"action.reference: expected {TEXT}, found None"),
    "no proof": (changed(proof=1), f"action.proof: expected {TEXT}, found 1"),
    "another level": (
        changed(level="L9"),
        f"action.level: expected one of {', '.join(Level.__members__)}, found 'L9'",
    ),
    "a level of number": (
        changed(level=3),
        f"action.level: expected one of {', '.join(Level.__members__)}, found 3",
    ),
    "another measure": (
        changed(measure="x"),
        f"action.measure: expected one of {', '.join(map(str, Measure))}, found 'x'",
    ),
    "another state": (
        changed(state="x"),
        f"action.state: expected one of {', '.join(map(str, ActionState))}, found 'x'",
    ),
    "a flag of number": (changed(automatic=1), "action.automatic: expected true or false, found 1"),
    "no time": (changed(until="now"), "action.until: expected RFC 3339 such as"),
    "no start": (changed(starts="now"), "action.starts: expected RFC 3339 such as"),
    "no change": (changed(changed_at="now"), "action.changed_at: expected RFC 3339 such as"),
    "no scope": (changed(scope=None), "scope: expected an object, found NoneType"),
    "no versions": (changed(versions=1), "versions: expected an object, found int"),
    "half versions": (changed(versions={}), "versions: unknown or absent field 'attribution'"),
    "a prefix": (aimed(address="203.0.113.0/24"), "scope.address: expected an IPv4 or IPv6"),
    "a name": (aimed(destination="x"), "scope.destination: expected an IPv4 or IPv6"),
    "a port of text": (aimed(port="22"), "scope.port: expected a whole number from 0, found '22'"),
    "a port below": (aimed(port=-1), "scope.port: expected a whole number from 0, found -1"),
    "a rate of truth": (aimed(rate=True), "scope.rate: expected a whole number from 0, found True"),
    "a rate beyond": (
        aimed(rate=1 << 53),
        f"scope.rate: expected a whole number from 0, found {1 << 53}",
    ),
    **{
        f"ports {pair}": (
            aimed(source_ports=pair),
            f"scope.source_ports: expected a first and a last port, found {pair!r}",
        )
        for pair in (5, "12", [1], [1, 2, 3], [True, 2], [-1, 5], [5, 4], [1, 65536])
    },
    **{
        f"a number as {name}": (aimed(**{name: 1}), f"scope.{name}: expected {TEXT}, found 1")
        for name in ("customer", "resource", "protocol", "url", "name", "note")
    },
    **{
        f"a number as {name}": (
            changed(**{name: 1}),
            f"action.{name}: expected {TEXT}, found 1",
        )
        for name in ("decision", "case", "driver", "target")
    },
    **{
        f"a number as {name} version": (
            changed(versions={**PLAIN["versions"], name: 1}),
            f"versions.{name}: expected {TEXT}, found 1",
        )
        for name in ("detector", "rule", "policy", "attribution")
    },
}


@pytest.mark.parametrize("name", ODD)
def test_half_understood(name: str):
    """A field too many, too few or of another kind is named."""
    value, reason = ODD[name]
    with pytest.raises(AupkeepError) as raised:
        read_action(value)
    assert str(raised.value).startswith(reason)
    if "expected RFC" not in reason and "IPv4 or" not in reason:
        assert str(raised.value) == reason


def test_bounds_of_a_field():
    """The longest text, the largest number and the whole of a list are taken."""

    @dataclass
    class Fields:
        a: object
        b: object
        c: object

    it = FieldReader({"a": "x" * 2000, "b": (1 << 53) - 1, "c": [1, 2]}, Fields, "it")
    assert (len(it.text("a")), it.number("b"), it.rows("c", 2)) == (2000, (1 << 53) - 1, [1, 2])
    for act, reason in (
        (lambda: it.rows("c", 1), "it.c: expected a list of at most 1, found [1, 2]"),
        (
            lambda: it.rows("a", 1),
            f"it.a: expected a list of at most 1, found {repr('x' * 99)[:60]}",
        ),
        (lambda: it.number("a"), f"it.a: expected a whole number from 0, found '{'x' * 59}"),
    ):
        with pytest.raises(Unreadable) as raised:
            act()
        assert str(raised.value) == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{}" + b" " * 9, "it: expected at most 10 bytes, found 11"),
        (b"[]", "it: expected a JSON object, found list"),
        (b"x", "it: expected JSON, found Expecting value: line 1 column 1 (char 0)"),
        (b'{"":NaN}', "it: expected JSON, found NaN, which is no JSON number"),
    ],
)
def test_no_object(data: bytes, reason: str):
    """Bytes that are no object say so; ten bytes are taken where ten may come."""
    with pytest.raises(Unreadable) as raised:
        read_object(data, 10, "it")
    assert str(raised.value).startswith(reason)
    assert read_object(b'{"a": 123}', 10, "it") == {"a": 123}


def test_a_key_twice():
    """A field that stands twice has no one meaning."""
    with pytest.raises(Unreadable, match=r"^it: expected JSON, found a key twice in one object$"):
        read_object(b'{"a":1,"a":1}', 99, "it")


def test_what_no_agent_would_read():
    """Is told before it is sent."""
    assert unreadable(order()) is None
    words = unreadable(order(reference="x" * (MAX_TEXT + 1)))
    assert words is not None
    assert "reference" in words


def test_a_row_that_is_as_it_was_is_not_read_again():
    """It gives the very same action; one that changed is another, and no id is told."""
    row = to_json(order())
    reader = ActionReader()
    (first,) = reader.read([row])
    (again,) = reader.read([{**row}])
    assert again is first
    (changed,) = reader.read([{**row, "reference": "OTHER"}])
    assert changed.reference == "OTHER"
    for odd in ({**row, "id": []}, 7):
        with pytest.raises(AupkeepError):
            reader.read([odd])
