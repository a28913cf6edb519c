"""`[flows]`: a fresh install listens nowhere; what could not work is refused with its name."""

from ipaddress import ip_address, ip_network

import pytest

from aupkeep.config.flows import ExporterSettings, ListenAddress
from aupkeep.config.settings import Settings, parse
from aupkeep.model.errors import Invalid

WHOLE = """\
[flows]
listen = ["192.0.2.10:2055", "[2001:db8::10]:6343"]

[flows.edge]
address = "192.0.2.1"
site = "north"
sampling = 1000
override = true
customer_interfaces = { "3" = "203.0.113.10" }

[flows.core]
address = "2001:db8::1"
"""


def test_nothing_is_heard_by_default():
    """Without [flows] there is no ear and no exporter."""
    assert Settings().flows.listen_addresses == ()
    assert Settings().flows.exporters == ()


def test_ears_and_exporters():
    """Addresses are addresses; what an exporter's table leaves out has its default."""
    flows = parse(WHOLE, "aupkeep.toml").flows
    assert flows.listen_addresses == (
        ListenAddress(ip_address("192.0.2.10"), 2055),
        ListenAddress(ip_address("2001:db8::10"), 6343),
    )
    core, edge = flows.exporters
    assert core == ExporterSettings(name="core", address=ip_address("2001:db8::1"))
    assert (edge.site, edge.sampling, edge.override, edge.customers) == (
        "north",
        1000,
        True,
        {3: ip_address("203.0.113.10")},
    )


def test_tunnels_are_looked_into_where_told_only():
    """Without the setting into none: anybody can send what looks like one."""
    assert Settings().flows.tunnel_ends == ()
    flows = parse('[flows]\ntunnels = ["192.0.2.0/24", "2001:db8::/64"]\n', "aupkeep.toml").flows
    assert flows.tunnel_ends == (ip_network("192.0.2.0/24"), ip_network("2001:db8::/64"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('listen = ["localhost:2055"]', r"\[flows\] listen 'localhost:2055': address: expected"),
        ('listen = ["192.0.2.1:99999"]', r"\[flows\] listen '192.0.2.1:99999': port: expected"),
        ("[flows.a]\nsite = 'x'", "expected the exporter's address, found none"),
        ('listen = ["192.0.2.1"]', r"\[flows\] listen: expected an address with a port"),
        ('listen = ["router:2055"]', "address: expected"),
        ('tunnels = ["192.0.2.1/24"]', r"\[flows\] tunnels: expected a network"),
        ("tick_ms = 5", "tick_ms: expected 20 to 1000, found 5"),
        ("retention_days = 0", "retention_days: expected at least 1, found 0"),
        ("[flows.a]\nsite = 'x'", r"\[flows.a\] address: expected the exporter's address"),
        ("[flows.a]\naddress = '192.0.2.1'\nrate = 1", r"\[flows.a\]: expected one of address"),
        ("[flows.a]\naddress = '192.0.2.1'\nsite = '../x'", "site: expected lower-case"),
        ("[flows.a]\naddress = '192.0.2.1'\nsampling = -1", "sampling: expected a whole number"),
        ("[flows.a]\naddress = '192.0.2.1'\noverride = true", "true beside sampling only"),
        ("[flows.a]\naddress = '192.0.2.1'\ncustomer_interfaces = [3]", "a table of numbers"),
        (
            "[flows.a]\naddress = '192.0.2.1'\ncustomer_interfaces = {x = '203.0.113.1'}",
            "the number of an interface",
        ),
        ('services = ["resolver"]', "services: expected a network"),
        (
            "[flows.a]\naddress = '192.0.2.1'\n[flows.b]\naddress = '192.0.2.1'",
            r"\[flows.b\] address: 192.0.2.1 is \[flows.a\] already",
        ),
    ],
)
def test_what_cannot_work_is_refused(text, words):
    """The option is named, with what was expected."""
    with pytest.raises(Invalid, match=words):
        parse(f"[flows]\n{text}\n", "aupkeep.toml")
