"""`aupkeep enforcement probe`: a test address that is somebody's is never tried."""

import pytest

TARGET = """
[deciding]
protected = ["203.0.113.248/30"]

[[enforcement.targets]]
name = "upstream"
driver = "bgp"

[enforcement.targets.options]
own = ["203.0.113.0/24", "198.51.100.0/24"]
as = 64500
router_id = "192.0.2.1"
probe = "{address}"
peers = [{{ address = "192.0.2.2", as = 64501, local = "192.0.2.1" }}]
"""


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("203.0.113.1", "customer alder holds"),
        ("203.0.113.249", "on the protect list"),
        ("198.51.100.9", "in none of our prefixes"),
        ("192.0.2.1", "in none of our prefixes"),
        ("2001:db8::1", "in none of our prefixes"),
        ("203.0.113.0/24", "option probe: expected an address"),
    ],
)
def test_what_is_somebodys_is_refused(lived, address, why):
    """Held, protected, none of ours, or wider than a host: nothing is announced."""
    _target(lived, address)
    refused = lived("enforcement", "probe", "upstream")
    assert refused.code != 0
    assert why in refused.error["message"]


def test_what_nobody_uses_is_tried(lived):
    """Here no ExaBGP runs, which is what it says."""
    _target(lived, "203.0.113.254")
    refused = lived("enforcement", "probe", "upstream")
    assert (refused.code, "expected ExaBGP" in refused.error["message"]) == (8, True)


def _target(lived, address) -> None:
    file = lived.home / "aupkeep.toml"
    file.write_text(file.read_text() + TARGET.format(address=address))
