"""IPv6 from mail to measure, and addresses that several customers share by port."""

import pytest

from app.conftest import JUST_NOW
from app.steps import enforce, guess, post
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.model.action import ActionState
from aupkeep.store import actions, reports

pytestmark = pytest.mark.both


@pytest.fixture
def ported(furnished):
    """An address shared by port ranges, and an IPv6 host."""
    declare_space(furnished, "2001:db8::/32", "main")
    import_assignments(
        furnished,
        b"address,port_from,port_to,customer,resource,from,until\n"
        b"203.0.113.50,1024,31999,alder,line-a,2026-01-01T00:00:00Z,\n"
        b"203.0.113.50,32000,65535,birch,line-b,2026-01-01T00:00:00Z,\n"
        b"2001:db8:0:7::/64,,,alder,vm-six,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    return furnished


@pytest.mark.parametrize(
    ("port", "resource"), [(1024, "line-a"), (31999, "line-a"), (32000, "line-b")]
)
def test_port_says_who_held_it(ported, port, resource):
    """With the source port the holder of that range is meant."""
    (case,) = post(ported, guess("203.0.113.50", JUST_NOW) | {"port": port})
    assert case.resource == resource


def test_missing_port_is_disputed_and_waits(ported):
    """Without the port several may have been it: nobody is blamed, a person sees it."""
    assert post(ported, guess("203.0.113.50", JUST_NOW)) == []
    (found,) = reports.inbox()
    assert "disputed between 2" in found.inbox_reason


def test_ipv6_host_is_limited_and_read_back(ported):
    """The rule closes one port of one IPv6 address, and the agent reads it back."""
    (case,) = post(ported, guess("2001:db8:0:7::beef", JUST_NOW))
    assert case.resource == "vm-six"
    enforce(ported)
    (action,) = actions.of_case(case.id)
    assert str(action.scope.address) == "2001:db8:0:7::beef"
    assert action.state is ActionState.APPLIED
