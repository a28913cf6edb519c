"""A second upstream with FRR, on a host and behind a link of its own, and a stranger behind it."""

import shutil
from pathlib import Path

from aupkeep.lab.edge.harms import exabgp_lacks, flood_harm, upstream_target
from aupkeep.lab.edge.system import EdgeSystem, Options, own_run, run_to_end
from aupkeep.lab.namespaces import ROUTER, Lab
from aupkeep.lab.world import OWN, LabWorld

PROGRAMS = Path("/usr/lib/frr")
UPSTREAM, OURS, THEIRS = "transit", "192.0.2.129", "192.0.2.130"
STRANGER, STRANGERS = "stranger-frr", "198.51.100.128/25"  # narrower than the other upstream's
DAEMONS = ("mgmtd", "zebra", "bgpd")  # without mgmtd, zebra asks for it a hundred times a second
NOWHERE = "192.0.2.193"  # what its kernel drops: the next hop of every blackhole
CONF = f"""\
frr defaults traditional
log file {{folder}}/run/frr/log
bgp community-list standard BLACKHOLE permit blackhole
route-map BLACKHOLES permit 10
 match community BLACKHOLE
 set ip next-hop {NOWHERE}
router bgp 64502
 bgp router-id {THEIRS}
 no bgp ebgp-requires-policy
 neighbor {OURS} remote-as 64500
 neighbor {OURS} passive
 neighbor {OURS} disable-connected-check
 neighbor {OURS} maximum-prefix 100
 address-family ipv4 unicast
  neighbor {OURS} route-map BLACKHOLES in
 exit-address-family
"""


def _write_frr(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "frr.conf").write_text(CONF.format(folder=folder), "utf-8")
    (folder / "frr.conf").chmod(0o644)  # it has given up root when it reads
    (folder / "bgp").mkdir()  # ExaBGP's own, which is root's
    (folder / "run" / "frr").mkdir(parents=True)
    (folder / "run").chmod(0o755)
    shutil.chown(folder / "run" / "frr", "frr", "frr")


def _start_frr(world: LabWorld, lab: Lab, folder: Path) -> None:
    lab.add_behind(UPSTREAM, ROUTER, THEIRS, OURS, bits=26)
    lab.add_behind(STRANGER, UPSTREAM, "198.51.100.130", "198.51.100.129", bits=25)
    run_to_end(lab, ROUTER, "ip", "route", "add", STRANGERS, "via", THEIRS)
    run_to_end(lab, UPSTREAM, "ip", "route", "add", "blackhole", f"{NOWHERE}/32")
    run = folder / "run"
    for name in DAEMONS:
        words = [*own_run(run), str(PROGRAMS / name), "-i", str(run / "frr" / f"{name}.pid")]
        if name != "mgmtd":
            words += ["-f", str(folder / "frr.conf")]
        lab.popen(UPSTREAM, words, folder / "out")
        world.wait((run / "frr" / f"{name}.vty").exists, f"FRR's {name}")
    world.spawn_in_router("bgp", "upstream-frr")


def _frr_targets(folder: Path) -> dict[str, Options]:
    read = ["vtysh", "--vty_socket", str(folder / "run" / "frr"), "-c"]
    peer = {"address": THEIRS, "as": 64502, "reader": "frr", "read": read}
    return {"upstream-frr": upstream_target(folder / "bgp", peer, OURS, OWN[0])}


SYSTEM = EdgeSystem(
    name="frr",
    harms=(
        flood_harm(
            "blackhole-frr",
            says="a flood from outside, stopped by another upstream's FRR",
            stranger=STRANGER,
            link=UPSTREAM,
            source=lambda number: f"198.51.100.{140 + number}",
        ),
    ),
    programs={str(PROGRAMS / "mgmtd"): "frr", "vtysh": "frr", "hping3": "hping3"},
    write=_write_frr,
    start=_start_frr,
    targets=_frr_targets,
    lacks=exabgp_lacks,
    apart=True,
    as_root=True,
)
