"""The options of a target of the driver `bgp`, and ExaBGP's configuration."""

import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from aupkeep.app.enforcing.driver_list import list_drivers
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.bgp.options import exabgp_conf, read_options
from aupkeep.enforcement.bgp.route import RouteKind
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import bgp
from aupkeep.enforcement.drivers.bgp import DRIVER
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import Clock, order, scope

PEER = {"address": "198.51.100.1", "as": 64501, "local": "198.51.100.2"}
RIGHT = {"own": ["203.0.113.0/24"], "as": 64500, "router_id": "198.51.100.2", "peers": [PEER]}


def options(**changes: object):
    """Right ones, but for some; a change named as a peer's is made there."""
    of_peer = {key: value for key, value in changes.items() if key in ("local", *NEW)}
    rest = {key: value for key, value in changes.items() if key not in of_peer}
    return {**RIGHT, "peers": [{**PEER, **of_peer}], **rest}


NEW = ("families", "reader", "read", "password", "hops", "address")


def test_the_rest_has_a_default(tmp_path: Path):
    """A peer takes both families; the next hop is the session's own address."""
    settings = read_options(RIGHT, tmp_path)
    (peer,) = settings.peers
    assert peer.families == set(RouteKind)
    assert settings.hop(six=True) == settings.hop(six=False) == "self"
    assert (settings.flows, settings.socket) == (50, tmp_path / "bgp" / "socket")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"own": []}, "at least one"),
        ({"own": ["203.0.113.1/24"]}, "a prefix"),
        ({"own": "203.0.113.0/24"}, "a list"),
        ({"peers": []}, "at least one"),
        ({"peers": [PEER, PEER]}, "each address once"),
        ({"peers": ["198.51.100.1"]}, "expected tables"),
        ({"as": 0}, "option as"),
        ({"as": True}, "option as"),
        ({"as": 1 << 32}, "option as"),
        ({"router_id": "here"}, "option router_id"),
        ({"next_hop": "self; }"}, "option next_hop"),
        ({"flows": 51}, "option flows"),
        ({"users": ["a b"]}, "option users"),
        ({"shell": "x"}, "option: expected"),
        ({"families": ["l2vpn"]}, "option families"),
        ({"reader": "bird"}, "reader and read"),
        ({"reader": "ios", "read": ["x"]}, "reader and read"),
        ({"address": "peer.example"}, "option address"),
        ({"local": "198.51.100.2; run"}, "option local"),
        ({"hops": 256}, "option hops"),
    ],
)
def test_wrong_options(changes, why, tmp_path: Path):
    """Each is named, and nothing of them can be a word of ExaBGP's configuration."""
    with pytest.raises(Invalid, match=why):
        read_options(options(**changes), tmp_path)


def test_the_configuration(tmp_path: Path):
    """No graceful restart: no route stands that nobody holds. A password is quoted by nobody."""
    (tmp_path / "secret").write_text("correct-horse\n")
    given = options(families=["flow"], password=f"file:{tmp_path}/secret", hops=2)
    text = exabgp_conf(read_options(given, tmp_path), "/bin/aupkeep bgp --hold upstream")
    assert "graceful-restart disable;" in text
    assert "ipv4 flow;" in text
    assert "unicast" not in text
    assert "md5-password correct-horse;" in text
    assert "outgoing-ttl 2;" in text
    assert text.count("{") == text.count("}")
    for bad in ("two words", "a;b", "a}b", "x" * 81):
        (tmp_path / "secret").write_text(bad)
        with pytest.raises(Invalid) as error:
            exabgp_conf(read_options(given, tmp_path), "x")
        assert bad not in str(error.value)


def test_the_sample_of_the_page(tmp_path: Path):
    """What docs/operating.md says to write can be read, each line of it."""
    page = Path("docs/operating.md").read_text(encoding="utf-8")
    section = page.partition("## BGP to upstreams")[2].partition("\n## ")[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    (target,) = tomllib.loads("\n".join(lines))["enforcement"]["targets"]
    settings = read_options(target.pop("options"), tmp_path)
    assert TargetSettings(**target).driver == "bgp"
    (peer,) = settings.peers
    assert (peer.reader, peer.hops, settings.users) == ("bird", 2, ("aupkeep-agent",))
    assert str(settings.probe) == "203.0.113.254"


def test_without_exabgp_nothing_is_said_to_stand(tmp_path: Path):
    """To plan takes no ExaBGP; to look names the command that is missing."""
    context = DriverContext(folder=tmp_path, now=Clock(), options=RIGHT)
    driver = DRIVER.open(context)
    plan = driver.plan(order(driver="bgp"), {}, NOTHING)
    assert plan.ops == (
        "announce flow flow4 { src 203.0.113.10/32; proto 6; dport 22; } to 198.51.100.1",
    )
    assert not driver.able.reads_back
    with pytest.raises(Unavailable, match="aupkeep bgp"):
        driver.observe()


@pytest.mark.parametrize(
    ("version", "why"),
    [
        (None, "ExaBGP 5 is not installed (pip install 'aupkeep[bgp]')"),
        ("4.2.25", "expected ExaBGP 5, found 4.2.25"),
        ("5.0.15", None),
    ],
)
def test_what_is_missing(version: str | None, why: str | None, monkeypatch):
    """Without the extra the driver is listed as not available, with the command that mends it."""

    def installed(name: str) -> str:
        assert name == "exabgp"
        if version is None:
            raise PackageNotFoundError
        return version

    monkeypatch.setattr(bgp.importlib.metadata, "version", installed)
    (row,) = [row for row in list_drivers() if row.name == "bgp"]
    assert (row.missing, row.available) == (why, why is None)


def test_a_route_that_no_peer_takes(tmp_path: Path):
    """A measure that would be told to nobody is refused, and so is an address that is not ours."""
    driver = DRIVER.open(
        DriverContext(folder=tmp_path, now=Clock(), options=options(families=["flow"]))
    )
    with pytest.raises(DriverRefused, match="a peer that takes blackhole"):
        driver.plan(order(Measure.ISOLATE, driver="bgp"), {}, NOTHING)
    aim = scope(Measure.BLOCK_PORT, PEER_ADDRESS)
    with pytest.raises(DriverRefused, match="expected an address in"):
        driver.plan(order(driver="bgp", aim=aim), {}, NOTHING)


PEER_ADDRESS = read_options(RIGHT, Path()).peers[0].address
