"""The lab with its people in it: web servers on both tenants, an SSH server, an attacker on A."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from aupkeep.lab.namespaces import ADDRESS, ADDRESS6, ROUTER, Lab
from aupkeep.lab.traffic import read_counts
from aupkeep.model.errors import Unavailable
from aupkeep.model.subject import Address

TRAFFIC = [sys.executable, "-m", "aupkeep.lab.traffic"]
COUNTER = [sys.executable, "-m", "aupkeep.lab.packet_counter"]
APPLICATION = [sys.executable, "-m", "aupkeep.lab.application_traffic"]
GLANCE = 0.05  # seconds between two looks
READY = 15.0  # seconds a server may take to start on a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A lab with servers running; `folder` takes the counts, one file an actor."""

    lab: Lab
    folder: Path

    @classmethod
    def open(cls, lab: Lab, folder: Path) -> "Scene":
        """Start the servers and wait until they answer. Raises `Unavailable`."""
        scene = cls(lab=lab, folder=folder)
        for tenant in ("tenant-a", "tenant-b"):
            scene.start(tenant, ["web", tenant])
        scene.start("internet", ["ssh", str(scene.folder / "ssh.json")])
        deadline = time.monotonic() + READY
        while time.monotonic() < deadline:
            if all(scene.page(tenant) for tenant in ("tenant-a", "tenant-b")):
                return scene
            time.sleep(GLANCE)
        raise Unavailable(f"the lab's servers did not answer within {READY} s")

    def start(self, host: str, words: Sequence[str]) -> Popen[bytes]:
        """Start one traffic command in a host; its complaints go to `traffic.log`."""
        return self.lab.popen(host, [*TRAFFIC, *words], self.folder / "traffic.log")

    def attack(self, *, six: bool = False) -> Popen[bytes]:
        """Tenant A begins to guess passwords on the internet host's SSH."""
        to = _address("internet", six=six)
        return self.start(
            "tenant-a", ["attack", str(to), str(self.folder / f"attack{to.version}.json")]
        )

    def attempts(self, *, six: bool = False) -> int:
        """How many of A's connections have reached the SSH server so far."""
        counts = read_counts(self.folder / "ssh.json")
        return counts.get(str(_address("tenant-a", six=six)), 0)

    def page(self, tenant: str, *, six: bool = False) -> str | None:
        """What the internet host gets from a tenant's web server, or None."""
        to = _address(tenant, six=six)
        done = self.lab.run("internet", [*TRAFFIC, "probe", str(to)])
        return done.stdout if done.returncode == 0 else None

    def wait_growing(self, *, six: bool = False, seconds: float = READY) -> bool:
        """True as soon as the attack counter grows; False when it did not in that time."""
        start = self.attempts(six=six)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.attempts(six=six) > start:
                return True
            time.sleep(GLANCE)
        return False

    def count_packets(self, interface: str, source: str, service: str = "") -> Path:
        """Count a source's packets on a link of the router; answers the file of the counts."""
        file = packet_file(self, interface, source, service)
        words = [*COUNTER, interface, source, str(file), *filter(None, [service])]
        self.lab.popen(ROUTER, words, self.folder / "packets.log")
        deadline = time.monotonic() + READY
        while not file.exists():
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"the packet counter on {interface} did not begin within {READY} s"
                )
            time.sleep(GLANCE)
        return file


def packet_file(scene: Scene, interface: str, source: str, service: str = "") -> Path:
    """Where the packet counter of a link writes what it counts of a source."""
    return scene.folder / f"packets-{interface}-{source}-{service.replace(':', '-')}.json"


def _address(host: str, *, six: bool) -> Address:
    return ADDRESS6[host] if six else ADDRESS[host]
