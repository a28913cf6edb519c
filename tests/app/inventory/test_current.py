"""Who certainly holds an address now, on every port that the claims name."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.inventory.current import CurrentHolders
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.store import cases

ADDRESS = "203.0.113.40"
ROWS = b"""address,port_from,port_to,customer,resource,from,until
203.0.113.40,1024,20000,alder,vm-s,2026-01-01T00:00:00Z,
203.0.113.40,20001,40000,birch,vm-t,2026-01-01T00:00:00Z,
"""


@pytest.mark.parametrize(
    ("ports", "customer"),
    [
        ((5000,), "alder"),
        ((5000, 6000), "alder"),
        ((5000, 30_000), None),  # the second is birch's
        ((5000, 50_000), None),  # the second is nobody's
        ((50_000,), None),
    ],
)
def test_one_resource_holds_every_port_or_nobody_does(furnished, ports, customer):
    """One port that another holds, or that no record names, makes the whole uncertain."""
    assert not import_assignments(furnished, ROWS, "csv").dead
    seen = {**guess(ADDRESS, NOON - timedelta(minutes=5)), "port": 5000}
    (case,) = post(furnished, seen, weigh=False)
    (claim, *_) = cases.claims(case.id)
    finding = claim.finding
    claims = [
        replace(claim, finding=replace(finding, subject=replace(finding.subject, port=port)))
        for port in ports
    ]
    held = CurrentHolders(furnished, NOON, claims).held(ip_address(ADDRESS))
    assert (held and held.customer) == customer
