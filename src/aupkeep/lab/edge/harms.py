"""What two systems have alike: a page that deceives, a name that does, a flood behind an upstream.

Each run has a page, a name or an address of its own, of a customer of its own.
"""

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from subprocess import Popen

from aupkeep.lab.edge.system import EdgeHarm, EdgeRun, Options
from aupkeep.lab.namespaces import ADDRESS, GATES
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.scene import packet_file
from aupkeep.model.ladder import Measure

LOOK = 0.4  # seconds of traffic that are looked at
PACE = 200  # packets a second
HTTP = 80
POLICY = """\
$TTL 60
@ SOA localhost. hostmaster.localhost. 1 3600 600 604800 60
@ NS localhost.
"""
ZONE = POLICY + "* A 192.0.2.10\nshop A 192.0.2.10\n"


def page_harm(system: str, port: int) -> EdgeHarm:
    """A page at a web server of the router."""
    host = f"shop.{system}.example"
    usual = "" if port == HTTP else f":{port}"

    def asked(run: EdgeRun, path: str, site: str = host) -> str:
        return run.ask("internet", "page", GATES["internet"], str(port), f"{site}{usual}", path)

    def unserved(run: EdgeRun) -> list[str]:
        pages = {"/": host, "/login": host, f"/login-{run.number}": f"other.{system}.example"}
        return [f"{site}{path}" for path, site in pages.items() if asked(run, path, site) != "200"]

    return EdgeHarm(
        name=f"page-{system}",
        says=f"a page that steals passwords on a shared {system}",
        driver=system,
        kind="content/phishing",
        measure=Measure.BLOCK_URL,
        alone=True,
        finding=lambda run: {"url": f"http://{host}{usual}/login-{run.number}"},
        goes_on=lambda run: not asked(run, f"/login-{run.number}").startswith("451"),
        unserved=unserved,
    )


def name_harm(name: str, *, driver: str, zone: str, server: str, says: str) -> EdgeHarm:
    """A name of a zone, as tenant B asks a server for it."""

    def asked(run: EdgeRun, label: str) -> str:
        return run.ask("tenant-b", "name", server, f"{label}.{zone}")

    return EdgeHarm(
        name=name,
        says=says,
        driver=driver,
        kind="content/phishing",
        measure=Measure.BLOCK_NAME,
        finding=lambda run: {"domain": f"bad-{run.number}.{zone}"},
        goes_on=lambda run: asked(run, f"bad-{run.number}") != "",
        unserved=lambda run: [
            f"{label}.{zone}"
            for label in ("shop", f"other-{run.number}")
            if asked(run, label) != "192.0.2.10"
        ],
    )


def policy_target(names: str, folder: Path, reload: list[str], ask: str) -> Options:
    """The settings of a response-policy zone in this folder."""
    return {
        "driver": "rpz",
        "names": [names],
        "options": {
            "map": str(folder / "rpz.zone"),
            "reload": [*reload, "rpz.aupkeep"],
            "ask": f"{ask}:53",
        },
    }


def flood_harm(
    name: str, *, says: str, stranger: str, link: str, source: Callable[[int], str]
) -> EdgeHarm:
    """A flood of a stranger behind an upstream; seen where that one's `link` reaches our router.

    `source` is its address in each run.
    """

    def begin(run: EdgeRun) -> list[Popen[bytes]]:
        scene, address = run.scene, source(run.number)
        scene.count_packets(link, address, f"tcp:{HTTP}")
        words = ["hping3", "-q", "-n", "-S", "-a", address, "-p", str(HTTP)]
        words += ["-i", f"u{1_000_000 // PACE}", "-c", str(PACE * 200), run.address]
        return [scene.lab.popen(stranger, words, scene.folder / f"{name}.log")]

    def arrives(run: EdgeRun) -> bool:
        file = packet_file(run.scene, link, source(run.number), f"tcp:{HTTP}")
        before = read_packet_count(file).packets
        time.sleep(LOOK)
        return read_packet_count(file).packets > before

    def unserved(run: EdgeRun) -> list[str]:
        """Both tenants' own pages, asked by the stranger through the same upstream."""
        asked = {host: run.ask(stranger, "page", str(ADDRESS[host]), str(HTTP), host, "/")
                 for host in ("tenant-a", "tenant-b")}  # fmt: skip
        return [host for host, said in asked.items() if not said.startswith("200")]

    return EdgeHarm(
        name=name,
        says=says,
        driver="bgp, nftables",
        kind="connection/ddos",
        measure=Measure.ISOLATE,
        goes_on=arrives,
        unserved=unserved,
        begin=begin,
    )


def exabgp_lacks() -> str | None:
    """What the holder of our routes lacks here."""
    return None if find_spec("exabgp") else "ExaBGP is missing (pip install 'aupkeep[bgp]')"


def upstream_target(folder: Path, peer: Options, gate: str, own: str) -> Options:
    """The settings of an upstream that takes blackholes; `peer` adds its address, AS and reader."""
    peers = [{"local": gate, "families": ["blackhole"], **peer}]
    options = {"own": [own], "as": 64500, "router_id": gate, "peers": peers}
    options["folder"] = str(folder)  # short enough for its socket
    return {"driver": "bgp", "measures": ["isolate"], "options": options}
