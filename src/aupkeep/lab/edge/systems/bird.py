"""The upstream's BIRD on the internet host, a stranger behind it; ExaBGP on our router."""

from pathlib import Path

from aupkeep.lab.edge.harms import exabgp_lacks, flood_harm, upstream_target
from aupkeep.lab.edge.system import INTERNET, EdgeSystem, Options, run_to_end
from aupkeep.lab.namespaces import GATES, ROUTER, Lab
from aupkeep.lab.world import OWN, LabWorld

STRANGER, STRANGERS = "stranger", "198.51.100"  # a host behind the upstream, its network
CONF = f"""\
router id {INTERNET};
log "{{folder}}/log" all;
protocol device {{{{}}}}
protocol kernel {{{{ ipv4 {{{{ export where source = RTS_BGP; }}}}; }}}}
filter blackholes {{{{
  if (65535, 666) ~ bgp_community then {{{{ dest = RTD_BLACKHOLE; accept; }}}}
  reject;
}}}}
protocol bgp ours {{{{
  local {INTERNET} as 64501; neighbor 192.0.2.1 as 64500; passive; multihop; strict bind;
  ipv4 {{{{ import filter blackholes; import limit 100 action restart; export none; }}}};
}}}}
"""


def _write_bird(folder: Path) -> None:
    (folder / "bird.conf").write_text(CONF.format(folder=folder), "utf-8")


def _start_bird(world: LabWorld, lab: Lab, folder: Path) -> None:
    lab.add_behind(STRANGER, "internet", f"{STRANGERS}.2", f"{STRANGERS}.1", bits=24)
    run_to_end(lab, ROUTER, "ip", "route", "add", f"{STRANGERS}.0/24", "via", INTERNET)
    words = ["bird", "-f", "-c", str(folder / "bird.conf"), "-s", str(folder / "ctl")]
    lab.popen("internet", [*words, "-P", str(folder / "pid")], folder / "out")
    world.spawn_in_router("bgp", "upstream")


def _bird_targets(folder: Path) -> dict[str, Options]:
    read = ["birdc", "-s", str(folder / "ctl")]
    peer = {"address": INTERNET, "as": 64501, "reader": "bird", "read": read}
    return {"upstream": upstream_target(folder, peer, GATES["internet"], OWN[0])}


SYSTEM = EdgeSystem(
    name="bird",
    harms=(
        flood_harm(
            "blackhole",
            says="a flood from outside, stopped by the upstream's BIRD",
            stranger=STRANGER,
            link="inet",
            source=lambda number: f"{STRANGERS}.{10 + number}",
        ),
    ),
    programs={"bird": "bird2", "birdc": "bird2", "hping3": "hping3"},
    write=_write_bird,
    start=_start_bird,
    targets=_bird_targets,
    lacks=exabgp_lacks,
)
