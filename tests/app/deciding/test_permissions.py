"""Permissions: granted and revoked by a person, and asked for in one query."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import NOON, Clock, context_of
from aupkeep.app.deciding.permissions import grant, permissions_of, revoke
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.actor import SYSTEM
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.permission import Permission
from aupkeep.store import log, permissions
from aupkeep.store.models import PermissionRow
from aupkeep.store.tables import many

SCAN, LOGIN = "connection/port_scan", "connection/login_attack"
WHO = {"person": "ada", "reasons": "a contract"}
SOON, LATER = NOON + timedelta(hours=1), NOON + timedelta(days=30)


def test_which_are_live_and_whose(context, now):
    """One query answers it: what is revoked or over is not among them."""
    grant(context, "birch/vm-b", SCAN, LATER, **WHO)
    grant(context, "alder/vm-a", SCAN, LATER, **WHO)
    grant(context, "alder/vm-a", LOGIN, SOON, **WHO)
    grant(context, "alder/vm-c", SCAN, LATER, **WHO)
    revoke(context, "alder/vm-c", SCAN, person="bea", reasons="it ended")
    now.at = SOON
    live = [(one.customer, one.resource, one.kind) for one in permissions.live(context.now())]
    assert live == [("birch", "vm-b", SCAN), ("alder", "vm-a", SCAN)]
    assert [one.kind for one in permissions_of("alder/vm-a")] == [SCAN, LOGIN]
    assert verify_home(context).ok


def test_a_customer_may_have_a_slash_in_its_id(context):
    """The permission is the known customer's, as the gate asks for it, and can be ended."""
    customer = Customer(id="alder/north", name="Alder North")
    record(context, entry(context, EntryType.CUSTOMERS_IMPORTED, SYSTEM, {}), rows=[customer])
    permission = grant(context, "alder/north/vm-a", SCAN, LATER, **WHO)
    assert (permission.customer, permission.resource) == ("alder/north", "vm-a")
    assert permissions_of("alder/north/vm-a") == [permission]
    assert revoke(context, "alder/north/vm-a", SCAN, **WHO).id == permission.id
    assert permissions.live(context.now()) == []


@pytest.mark.parametrize("holder", ["", "alder", "/vm-a", "alder/"])
def test_half_a_holder_has_none(context, holder):
    """Who asks for half a resource is not shown everybody's."""
    grant(context, "alder/vm-a", SCAN, LATER, **WHO)
    assert permissions_of(holder) == []


def test_a_new_one_takes_the_place_of_the_old(context):
    """One stands for a resource and a kind; the one before is kept as revoked."""
    first = grant(context, "alder/vm-a", SCAN, SOON, **WHO)
    second = grant(context, "alder/vm-a", SCAN, LATER, person="bea", reasons="longer")
    assert permissions_of("alder/vm-a") == [second]
    told = [one.entry.payload for one in log.entries(types=(EntryType.PERMISSION_CHANGED,))]
    assert [(one["granted"], one["by"], one["until"]) for one in told] == [
        (True, "ada", "2026-03-01T13:00:00Z"),
        (True, "bea", "2026-03-31T12:00:00Z"),
    ]
    assert first.id != second.id
    assert (second.granted_at > first.granted_at, told[1]["kind"]) == (True, SCAN)
    (old,) = [one for one in many(Permission, PermissionRow.objects.all()) if one.id == first.id]
    assert old == dataclasses.replace(first, revoked_at=second.granted_at, revoked_by="bea")


def test_two_grants_at_once_are_told(context, monkeypatch):
    """Who grants what a colleague granted in the same moment is told; none replaces the other."""
    monkeypatch.setattr(permissions, "covering", lambda *_: None)
    first = grant(context, "alder/vm-a", SCAN, SOON, **WHO)
    with pytest.raises(Conflict):
        grant(context, "alder/vm-a", SCAN, LATER, person="bea", reasons="longer")
    assert permissions_of("alder/vm-a") == [first]


def test_what_was_revoked_meanwhile_is_not_revoked_again(context, monkeypatch):
    """A stale page revokes nothing."""
    first = grant(context, "alder/vm-a", SCAN, SOON, **WHO)
    revoke(context, "alder/vm-a", SCAN, person="bea", reasons="it ended")
    monkeypatch.setattr(permissions, "covering", lambda *_: first)
    with pytest.raises(Conflict):
        revoke(context, "alder/vm-a", SCAN, person="cid", reasons="it ended")


def test_who_revoked_is_kept_with_when(context):
    """The table refuses a permission that nobody in particular revoked."""
    permission = grant(context, "alder/vm-a", SCAN, SOON, **WHO)
    revoke(context, "alder/vm-a", SCAN, person="bea", reasons="it ended")
    with pytest.raises(Missing):
        revoke(context, "alder/vm-a", SCAN, person="bea", reasons="again")
    odd = dataclasses.replace(permission, id="x1", resource="r", revoked_by="bea")
    with pytest.raises(Conflict):
        record(context, entry(context, EntryType.PERMISSION_CHANGED, SYSTEM, {}), rows=[odd])


YEAR, LOOK = timedelta(days=366), timedelta(microseconds=1)  # the clock moves by a look
FAR = "until: expected a time within a year from now, found {}"


@pytest.mark.parametrize(
    ("holder", "kind", "until", "reasons", "words"),
    [
        ("alder", SCAN, SOON, "why", "resource: expected customer/resource, found 'alder'"),
        (
            f"{'a' * 99}/",
            SCAN,
            SOON,
            "why",
            f"resource: expected customer/resource, found {'a' * 60!r}",
        ),
        (
            "alder/vm-a",
            "x" * 99,
            SOON,
            "why",
            f"kind: expected one such as connection/port_scan, found {'x' * 60!r}",
        ),
        ("alder/vm-a", SCAN, NOON + LOOK, "why", FAR.format("2026-03-01T12:00:00.000001+00:00")),
        (
            "alder/vm-a",
            SCAN,
            NOON + YEAR + 2 * LOOK,
            "why",
            FAR.format("2027-03-02T12:00:00.000002+00:00"),
        ),
        (
            "alder/vm-a",
            SCAN,
            SOON,
            " ",
            "reasons: expected what shows that it is permitted, found nothing",
        ),
    ],
)
def test_what_cannot_be_granted(sqlite_home, holder, kind, until, reasons, words):
    """A holder, a kind, an end and a reason are asked for."""
    desk = context_of(sqlite_home, Clock())
    with pytest.raises(Invalid) as caught:
        grant(desk, holder, kind, until, person="ada", reasons=reasons)
    assert str(caught.value) == words


def test_the_longest_and_the_shortest_are_granted(context, now):
    """A year from now, and the next moment."""
    for length in (YEAR, LOOK):
        until = now.at + LOOK + length
        assert grant(context, "alder/vm-a", SCAN, until, **WHO).until == until


def test_the_journal_says_what_was_revoked(context):
    """Whose, what, until when it would have stood, by whom it ended and why."""
    grant(context, "alder/vm-a", SCAN, SOON, **WHO)
    revoke(context, "alder/vm-a", SCAN, person="bea", reasons="it ended")
    payload = dict(log.entries(types=(EntryType.PERMISSION_CHANGED,))[-1].entry.payload)
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "bea", "kind": "person", "name": "bea"},
        "of_case": None,
        "customer": "alder",
        "resource": "vm-a",
        "granted": False,
        "kind": SCAN,
        "until": "2026-03-01T13:00:00Z",
        "by": "bea",
        "reasons": "it ended",
    }
    with pytest.raises(Missing) as caught:
        revoke(context, f"alder/{'v' * 99}", "k" * 99, person="bea", reasons="again")
    holder = f"alder/{'v' * 54}"
    assert str(caught.value) == (
        f"permission: expected one of {holder!r} for {'k' * 60!r}, found none"
    )
