"""What a machine does not forward meets no chain of ours; read from the real kernel."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from subprocess import run

import pytest

from aupkeep.enforcement import forwarding
from aupkeep.enforcement.forwarding import Forwarding, look
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.ladder import Measure
from enforcement.orders import SIX, order, scope
from enforcement.test_nftables import now, opened

FOUR = ip_address("203.0.113.10")


def test_words():
    """Its own address first, then the version; nothing where it forwards."""
    machine = Forwarding(versions=frozenset({4}), own=frozenset({ip_address("192.0.2.1")}))
    assert machine.doubt(FOUR) is None
    assert "own" in (machine.doubt(ip_address("192.0.2.1")) or "")
    assert "forwards no IPv6" in (machine.doubt(SIX) or "")


@pytest.mark.root
@pytest.mark.network
@pytest.mark.usefixtures("namespace")
def test_a_bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What a bridge passes on counts where there is one and the hook is shown its packets."""
    monkeypatch.setattr(forwarding, "SYSTEM", tmp_path)
    assert look().versions == frozenset()
    switch = tmp_path / "bridge/bridge-nf-call-iptables"
    switch.parent.mkdir()
    switch.write_text("1\n")
    assert look().versions == frozenset()
    run(["ip", "link", "add", "br0", "type", "bridge"], check=True)
    assert look().versions == {4}
    switch.write_text("0\n")
    assert look().versions == frozenset()


@pytest.mark.root
@pytest.mark.network
@pytest.mark.usefixtures("namespace")
def test_the_kernel_s_word(tmp_path: Path):
    """A fresh namespace forwards nothing; switched on it does; its own address never."""
    for version in ("4", "6"):
        Path(f"/proc/sys/net/ipv{version}/conf/all/forwarding").write_text("0")
    assert not look().versions
    driver = opened(tmp_path)
    driver.prepare()
    action = order(Measure.BLOCK_PORT, driver="nftables", now=now())
    driver.apply(driver.plan(action, {}, NOTHING))
    assert "forwards no IPv4" in driver.doubt(action)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    driver.prepare()
    assert driver.doubt(action) is None
    assert look().versions == {4}
    for address in (FOUR, SIX):
        run(["ip", "address", "add", str(address), "dev", "lo"], check=True)
    driver.prepare()
    assert "own" in driver.doubt(action)
    assert {FOUR, SIX} <= look().own
    six = replace(action, scope=scope(Measure.BLOCK_PORT, SIX))
    assert "own" in driver.doubt(six)
