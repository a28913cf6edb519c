"""What is wrong at each system of the edge, seen from outside, and who else must be served.

Each run has a page, a name, an account or an address of its own, of a customer of its own.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from aupkeep.lab.attack_timing import customer_of, scene_of
from aupkeep.lab.edge.systems import STRANGER, STRANGERS, SYSTEMS, place
from aupkeep.lab.namespaces import ADDRESS, GATES, ROUTER
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.scene import Scene, packet_file
from aupkeep.lab.traffic import read_counts
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure

QUESTIONS = [sys.executable, "-m", "aupkeep.lab.edge.questions"]
LOOK, GLANCE = 0.4, 0.05  # seconds of traffic that are looked at, and between two looks
PATIENCE = 20.0
PACE = 200  # packets a second


@dataclass(slots=True, kw_only=True)
class EdgeRun:
    """One run: the world, its number in this lab, the address that its customer holds."""

    world: LabWorld
    number: int
    address: str
    folder: Path  # of the systems

    @property
    def scene(self) -> Scene:
        """The lab's hosts."""
        return scene_of(self.world)

    def ask(self, host: str, *words: str) -> str:
        """The answer to one question from a host."""
        return self.scene.lab.run(host, [*QUESTIONS, *words], timeout=PATIENCE).stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeHarm:
    """One harm. `finding` is what our own watch reports of it, beside address, kind and time.

    `goes_on` looks once whether it does; `unserved` names whoever else is not served. `begin`
    starts what makes it. `alone`: a rule may stop it, else a person does, with `words` besides.
    """

    name: str
    says: str
    system: str
    driver: str
    kind: str
    measure: Measure
    finding: Callable[[EdgeRun], dict[str, object]]
    goes_on: Callable[[EdgeRun], bool]
    unserved: Callable[[EdgeRun], list[str]]
    begin: Callable[[EdgeRun], Sequence[Popen[bytes]]] = lambda _: ()
    words: Callable[[EdgeRun], tuple[str, ...]] = lambda _: ()
    alone: bool = False

    def missing(self) -> str | None:
        """What its system lacks here."""
        return SYSTEMS[self.system].missing()


def _page(system: str, driver: str, port: int) -> EdgeHarm:
    host = f"shop.{system}.example"
    usual = "" if port == 80 else f":{port}"  # noqa: PLR2004 - the port of http

    def asked(run: EdgeRun, path: str, site: str = host) -> str:
        return run.ask("internet", "page", GATES["internet"], str(port), f"{site}{usual}", path)

    def unserved(run: EdgeRun) -> list[str]:
        pages = {"/": host, "/login": host, f"/login-{run.number}": f"other.{system}.example"}
        return [f"{site}{path}" for path, site in pages.items() if asked(run, path, site) != "200"]

    return EdgeHarm(
        name=f"page-{system}",
        says=f"a page that steals passwords on a shared {system}",
        system=system,
        driver=driver,
        kind="content/phishing",
        measure=Measure.BLOCK_URL,
        alone=True,
        finding=lambda run: {"url": f"http://{host}{usual}/login-{run.number}"},
        goes_on=lambda run: not asked(run, f"/login-{run.number}").startswith("451"),
        unserved=unserved,
    )


def _name(name: str, system: str, driver: str, zone: str, server: str, says: str) -> EdgeHarm:
    def asked(run: EdgeRun, label: str) -> str:
        return run.ask("tenant-b", "name", server, f"{label}.{zone}")

    return EdgeHarm(
        name=name,
        says=says,
        system=system,
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


def _delivered(run: EdgeRun) -> int:
    return read_counts(run.scene.folder / "mail.json").get(GATES["internet"], 0)


def _held(run: EdgeRun) -> int:
    words = ["postqueue", "-c", str(place(run.folder, "postfix") / "etc"), "-j"]
    rows = run.scene.lab.run(ROUTER, words).stdout.splitlines()
    return sum(json.loads(row)["queue_name"] == "hold" for row in rows)


def _flows(run: EdgeRun, login: str) -> bool:
    """Whether a mail of that login reaches the world, or is held."""
    before, held = _delivered(run), _held(run)
    if run.ask("tenant-a", "mail", GATES["tenant-a"], login) != "250":
        return False
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if _held(run) > held:
            return False
        if _delivered(run) > before:
            return True
        time.sleep(GLANCE)
    raise Unavailable(f"a mail of {login} was neither held nor delivered within {PATIENCE:g} s")


def _flood(run: EdgeRun) -> list[Popen[bytes]]:
    """From a stranger at the customer's address; the counter is where it reaches our router."""
    scene, source = run.scene, _source(run)
    run.scene.count_packets("inet", source, "tcp:80")
    words = ["hping3", "-q", "-n", "-S", "-a", source, "-p", "80", "-i", f"u{1_000_000 // PACE}"]
    words += ["-c", str(PACE * 120), run.address]
    return [scene.lab.popen(STRANGER, words, scene.folder / "blackhole.log")]


def _source(run: EdgeRun) -> str:
    return f"{STRANGERS}.{10 + run.number}"


def _arrives(run: EdgeRun) -> bool:
    file = packet_file(run.scene, "inet", _source(run), "tcp:80")
    before = read_packet_count(file).packets
    time.sleep(LOOK)
    return read_packet_count(file).packets > before


def _upstream_unserved(run: EdgeRun) -> list[str]:
    """Both tenants' own pages, asked by the stranger through the same upstream."""
    asked = {host: run.ask(STRANGER, "page", str(ADDRESS[host]), "80", host, "/")
             for host in ("tenant-a", "tenant-b")}  # fmt: skip
    return [host for host, said in asked.items() if not said.startswith("200")]


def _said(run: EdgeRun, host: str, source: str) -> str:
    """What the internet's SSH server, or who answers in its place, says first."""
    return run.ask(host, "banner", str(ADDRESS["internet"]), "22", source)


def _peer_unserved(run: EdgeRun) -> list[str]:
    """Both tenants' own machines, which ask the same peer."""
    asked = {host: _said(run, host, str(ADDRESS[host])) for host in ("tenant-a", "tenant-b")}
    return [host for host, said in asked.items() if not said.startswith("SSH-2.0")]


HARMS = {
    harm.name: harm
    for harm in (
        _page("nginx", "nginx", 80),
        _page("haproxy", "haproxy", 8080),
        _name(
            "name-unbound",
            "unbound",
            "rpz",
            "unbound.example",
            GATES["tenant-a"],
            "a name that deceives, asked of our unbound",
        ),
        _name(
            "name-bind",
            "bind",
            "rpz",
            "bind.example",
            GATES["tenant-b"],
            "a name that deceives, asked of our BIND",
        ),
        _name(
            "name-hosted",
            "bind",
            "dns-update",
            "hosted.example",
            GATES["tenant-b"],
            "a name that deceives in a zone that we host",
        ),
        EdgeHarm(
            name="mail-account",
            says="an account that mails through our Postfix",
            system="postfix",
            driver="postfix",
            kind="messaging/spam",
            measure=Measure.HOLD_MAIL,
            finding=lambda run: {"account": customer_of(run.address)},
            goes_on=lambda run: _flows(run, customer_of(run.address)),
            unserved=lambda run: [] if _flows(run, "neighbour") else ["neighbour"],
            words=lambda run: ("--account", customer_of(run.address)),
        ),
        EdgeHarm(
            name="blackhole",
            says="a flood from outside, stopped by the upstream's BIRD",
            system="bird",
            driver="bgp, nftables",
            kind="connection/ddos",
            measure=Measure.ISOLATE,
            finding=lambda _: {},
            goes_on=_arrives,
            unserved=_upstream_unserved,
            begin=_flood,
        ),
        EdgeHarm(
            name="intercept",
            says="a machine that reports to whoever controls it, diverted to a page of ours",
            system="redirect",
            driver="redirect",
            kind="connection/infected_host",
            measure=Measure.INTERCEPT,
            finding=lambda _: {"target": {"address": str(ADDRESS["internet"]), "port": 22}},
            goes_on=lambda run: _said(run, "tenant-a", run.address).startswith("SSH-2.0"),
            unserved=_peer_unserved,
            words=lambda _: ("--break-glass",),
        ),
    )
}
