"""A libvirt of the router's own, with libvirt's test driver: a domain for each run, no packets."""

from pathlib import Path

from aupkeep.lab.attack_timing import domain_of
from aupkeep.lab.edge.system import SOURCES, EdgeHarm, EdgeRun, EdgeSystem, Options, own_run
from aupkeep.lab.namespaces import ADDRESS, ROUTER, Lab
from aupkeep.lab.world import LabWorld
from aupkeep.model.ladder import Measure

CONF = """\
unix_sock_dir = "{folder}"
auth_unix_ro = "none"
auth_unix_rw = "none"
"""
DOMAIN = """\
<domain type='test'>
  <name>vm-{address}</name><uuid>{uuid}</uuid><memory>8192</memory><os><type>hvm</type></os>
</domain>
"""


def _virsh(folder: Path) -> list[str]:
    uri = f"test+unix:///default?socket={folder}/libvirt-sock"
    return ["virsh", "--quiet", "--connect", uri]


def _write_libvirt(folder: Path) -> None:
    (folder / "run").mkdir()
    (folder / "libvirtd.conf").write_text(CONF.format(folder=folder), "utf-8")
    for address in SOURCES:
        text = DOMAIN.format(address=address, uuid=domain_of(address))
        (folder / f"{address}.xml").write_text(text, "utf-8")


def _start_libvirt(world: LabWorld, lab: Lab, folder: Path) -> None:
    """What its test driver holds lives as long as one connection stays."""
    words = ["--config", str(folder / "libvirtd.conf"), "--pid-file", str(folder / "pid")]
    alone = own_run(folder / "run", "/etc/libvirt", "/var/lib/libvirt", "/var/cache/libvirt")
    lab.popen(ROUTER, [*alone, "libvirtd", *words], folder / "out")
    asked = [*_virsh(folder), "uri"]  # its socket is there before it listens
    world.wait(lambda: lab.run(ROUTER, asked).returncode == 0, "libvirt")
    creates = [f"create {folder / address}.xml" for address in SOURCES]
    stays = "; ".join([*creates, "event --all --loop"])
    lab.popen(ROUTER, [*_virsh(folder), stays], folder / "out")
    last = domain_of(SOURCES[-1])
    world.wait(lambda: _state(lab, folder, last) == "running", "the domains of libvirt")


def _state(lab: Lab, folder: Path, domain: str) -> str:
    return lab.run(ROUTER, [*_virsh(folder), "domstate", domain]).stdout.strip()


def _libvirt_targets(folder: Path) -> dict[str, Options]:
    uri = _virsh(folder)[-1]
    return {
        "machines": {
            "driver": "libvirt",
            "measures": ["suspend-resource"],
            "options": {"uri": uri},
        }
    }


def _runs(run: EdgeRun, address: str) -> bool:
    return _state(run.scene.lab, run.folder, domain_of(address)) == "running"


SYSTEM = EdgeSystem(
    name="libvirt",
    harms=(
        EdgeHarm(
            name="machine",
            says="a machine that reports home, suspended in libvirt's test driver",
            driver="libvirt",
            kind="connection/infected_host",
            measure=Measure.SUSPEND_RESOURCE,
            finding=lambda _: {"target": {"address": str(ADDRESS["internet"]), "port": 22}},
            goes_on=lambda run: _runs(run, run.address),
            unserved=lambda run: [
                f"vm-{address}"
                for address in SOURCES
                if address != run.address and not _runs(run, address)
            ],
        ),
    ),
    programs={"libvirtd": "libvirt-daemon", "virsh": "libvirt-clients"},
    write=_write_libvirt,
    start=_start_libvirt,
    targets=_libvirt_targets,
    apart=True,
)
