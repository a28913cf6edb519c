"""The effect where packets flow: Neutron's own agent on Open vSwitch, namespaces as machines.

Two machines of the customer reach each other; what a measure stops is seen on the wire, and to flow
again after it. Open vSwitch runs in user space here: this kind of machine has no kernel module.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from enforcement.contract import put
from enforcement.openstack.cloud import Cloud, Machine
from enforcement.openstack.conftest import Make
from enforcement.openstack.guest import Guest
from enforcement.openstack.test_holds import isolated, suspended

pytestmark = [
    pytest.mark.network,
    pytest.mark.nightly("openstack"),
    pytest.mark.skipif(which("ovs-vsctl") is None, reason="no Open vSwitch here"),
]
SWITCH = ("ovs-vsctl", "--db=tcp:127.0.0.1:6640", "--timeout=20")
PORT = 7777
ANSWERS = f"""
import socket
it = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
it.bind(("::", {PORT}))
while True:
    it.sendto(*it.recvfrom(99))
"""
ASKS = f"""
import socket, sys
with socket.socket(int(sys.argv[1]), socket.SOCK_DGRAM) as it:
    it.settimeout(1)
    it.connect((sys.argv[2], {PORT}))
    it.send(b"there?")
    it.recv(99)
"""
WHOLE = """
import ctypes, fcntl, socket, struct
off = ctypes.create_string_buffer(struct.pack("II", 0x17, 0))
with socket.socket() as it:
    fcntl.ioctl(it, 0x8946, struct.pack("16sP", b"eth0", ctypes.addressof(off)))
"""  # ETHTOOL_STXCSUM: whole checksums, since a switch in user space tracks no packet without
LASTS = 60.0  # seconds until Neutron's agent has done it, on a busy machine


def run(*words: str) -> int:
    """Run a command; its exit code."""
    return subprocess.run(words, capture_output=True, check=False).returncode


def plugged(tap: str, port: str, mac: str) -> tuple[str, ...]:
    """The command that tells the switch which port of Neutron a network card is."""
    card = (f"external_ids:iface-id={port}", f'external_ids:attached-mac="{mac}"')
    return (*SWITCH, "add-port", "br-int", tap, "--", "set", "interface", tap, *card)


class Wire:
    """A namespace that is plugged into the switch as a machine's port."""

    def __init__(self, cloud: Cloud, machine: Machine, number: int) -> None:
        self.cloud, self.machine = cloud, machine
        self.space, self.tap = f"aup-vm{number}", f"aup-tap{number}"
        mac = cloud.get("network", f"/ports/{machine.port}", "port")["mac_address"]
        inside = ("ip", "-n", self.space)
        for words in (
            ("ip", "netns", "add", self.space),
            ("ip", "link", "add", self.tap, "type", "veth", "peer", "eth0", "netns", self.space),
            (*inside, "link", "set", "eth0", "address", mac, "up"),
            (*inside, "addr", "add", f"{machine.address}/24", "dev", "eth0"),
            (*inside, "addr", "add", f"{machine.six}/64", "dev", "eth0", "nodad"),
            ("ip", "link", "set", self.tap, "up"),
            plugged(self.tap, machine.port, mac),
        ):
            assert run(*words) == 0, words
        self.python = ("ip", "netns", "exec", self.space, sys.executable, "-c")
        assert run(*self.python, WHOLE) == 0
        self.answering = subprocess.Popen([*self.python, ANSWERS], stderr=subprocess.DEVNULL)

    def reaches(self, other: Machine) -> tuple[bool, bool]:
        """Whether one packet of each version comes to another machine and back."""
        asks = (*self.python, ASKS)
        four = run(*asks, str(int(socket.AF_INET)), other.address) == 0
        return four, run(*asks, str(int(socket.AF_INET6)), other.six) == 0

    def until(self, other: Machine, *wanted: bool) -> float:
        """Wait until both versions do as wanted; the seconds."""
        begun = time.monotonic()
        while (seen := self.reaches(other)) != wanted:
            assert time.monotonic() - begun < LASTS, seen
        return time.monotonic() - begun

    def close(self) -> None:
        """Unplug it."""
        self.answering.kill()
        self.answering.wait()
        run(*SWITCH, "del-port", "br-int", self.tap)
        run("ip", "netns", "del", self.space)


@pytest.fixture
def cloud(real: Cloud) -> Cloud:
    """The double has no packets."""
    return real


@pytest.fixture
def wires(cloud: Cloud) -> Iterator[tuple[Wire, Wire]]:
    first, second, _ = cloud.machines
    both = Wire(cloud, first, 1), Wire(cloud, second, 2)
    yield both
    for wire in both:
        wire.close()


def test_an_isolated_machine_sends_and_gets_nothing(make: Make, cloud: Cloud, wires):
    """In neither direction and of neither version; afterwards all flows as before."""
    first, second, _ = cloud.machines
    out, back = wires
    out.until(second, True, True)
    place = put(make(), isolated(first))
    out.until(second, False, False)
    assert back.reaches(first) == (False, False)
    make().revert(place, isolated(first).id)
    out.until(second, True, True)
    assert back.reaches(first) == (True, True)


def test_a_guest_in_qemu_is_cut_off_and_reached_again(make: Make, cloud: Cloud, tmp_path: Path):
    """A real kernel with a card of its own, in place of a namespace."""
    folder = Path(os.environ["AUPKEEP_OPENSTACK"]) / "guest"
    if not (folder / "boot").is_dir() or which("qemu-system-x86_64") is None:
        pytest.skip("no QEMU, or no kernel for it here")
    first, second, _ = cloud.machines
    peer = Wire(cloud, second, 2)
    mac = cloud.get("network", f"/ports/{first.port}", "port")["mac_address"]
    assert run("ip", "tuntap", "add", "aup-guest", "mode", "tap") == 0
    assert run("ip", "link", "set", "aup-guest", "up") == 0
    assert run(*plugged("aup-guest", first.port, mac)) == 0
    own = f"own4={first.address} own6={first.six}"
    words = f"{own} peer4={second.address} peer6={second.six}"
    guest = Guest(folder, tmp_path, tap="aup-guest", mac=mac, words=words)
    try:
        turns = guest.turns()
        assert next(turn for turn in turns if all(turn))
        place = put(make(), isolated(first))
        assert next(turn for turn in turns if not any(turn)) == (False, False)
        make().revert(place, isolated(first).id)
        assert next(turn for turn in turns if all(turn))
    finally:
        guest.close()
        run(*SWITCH, "del-port", "br-int", "aup-guest")
        run("ip", "link", "del", "aup-guest")
        peer.close()


def test_what_the_holder_puts_up_flows_until_the_next_step(make: Make, cloud: Cloud, wires):
    first, second, _ = cloud.machines
    out, _ = wires
    out.until(second, True, True)
    place = put(make(), isolated(first))
    out.until(second, False, False)
    assert cloud.change("customer", first, admin_state_up=True) == 200
    out.until(second, True, True)
    put(make(), isolated(first))
    out.until(second, False, False)
    make().revert(place, isolated(first).id)


def test_a_suspended_machine_is_silent(make: Make, cloud: Cloud, wires):
    """Isolated first: a hypervisor that does not stop it does not let it speak either."""
    first, second, _ = cloud.machines
    out, _ = wires
    out.until(second, True, True)
    place = put(make(), suspended(first))
    out.until(second, False, False)
    make().revert(place, suspended(first).id)
    out.until(second, True, True)
