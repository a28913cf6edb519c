"""What a probe may be sent to."""

from ipaddress import ip_address, ip_network

import pytest

from aupkeep.model.probe import ProbeTarget
from aupkeep.probes.guard import refusal

OWN = [ip_network("203.0.113.0/24"), ip_network("127.0.0.0/8")]
PAGE = ProbeTarget(
    probe="web-page", address=ip_address("203.0.113.10"), port=80, url="http://shop.example/"
)


def at(text, **more):
    """A target of TCP port 22 at an address."""
    return ProbeTarget(probe="tcp-port", address=ip_address(text), port=22, **more)


def test_the_place_of_the_case_is_asked():
    """In evidence, in own space, held now."""
    mine = at("203.0.113.10")
    kind = "vulnerability/open_service"
    assert refusal(mine, kind, evidence=[mine], own=OWN, held=True) is None


@pytest.mark.parametrize(
    ("target", "evidence", "held", "why"),
    [
        (at("203.0.113.10"), [at("203.0.113.11")], True, "evidence"),
        (at("203.0.113.10"), [], True, "evidence"),
        (at("198.51.100.1"), [at("198.51.100.1")], True, "own space"),
        (at("203.0.113.10"), [at("203.0.113.10")], False, "somebody else"),
        (at("127.0.0.1"), [at("127.0.0.1")], True, "no host"),
        (at("224.0.0.1"), [at("224.0.0.1")], True, "no host"),
    ],
)
def test_nothing_else_is_asked(target, evidence, held, why):
    """Another port, another's address, our own machine."""
    said = refusal(target, "vulnerability/open_service", evidence=evidence, own=OWN, held=held)
    assert why in said


@pytest.mark.parametrize("kind", ["content/csam", "content/csem", "content/terrorist"])
def test_what_nobody_may_look_at_is_not_fetched(kind):
    """No program of ours fetches it either."""
    assert "nobody looks" in refusal(PAGE, kind, evidence=[PAGE], own=OWN, held=True)
