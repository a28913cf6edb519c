"""Routers in network namespaces of their own: BIRD and FRR, each a peer of ours.

    with BgpLab("bird", "frr") as lab: lab.routers["bird"].kernel()

Addresses are documentation ones; nothing leaves the namespaces. All ends with the test's process.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ENDS_WITH_US = ["setpriv", "--pdeathsig", "KILL"]
FRR = Path("/usr/lib/frr")
OWN_RUN = [
    "unshare",
    "-m",
    "sh",
    "-c",
    'mount --bind "$0" /run; exec "$@"',
]  # its sockets are there
LOCAL_AS, PEER_AS = 64500, 64501
NUMBERS = {"bird": 0, "frr": 1}  # of the link to each
PATIENCE = 20.0

BIRD_CONF = """
router id {peer};
log "{folder}/log" all;
protocol device {{}}
ipv4 table master4; ipv6 table master6; flow4 table flowtab4; flow6 table flowtab6;
protocol kernel {{ ipv4 {{ export where source = RTS_BGP; }}; }}
protocol kernel {{ ipv6 {{ export where source = RTS_BGP; }}; }}
filter blackholes {{
  if (65535, 666) ~ bgp_community then {{ dest = RTD_BLACKHOLE; accept; }}
  reject;
}}
protocol bgp ours {{
  local {peer} as 64501; neighbor {ours} as 64500; passive; multihop; strict bind;
  ipv4 {{ import filter blackholes; import limit {limit} action restart; export none; }};
  ipv6 {{ import filter blackholes; export none; }};
  flow4 {{ import all; import limit {limit} action restart; export none; validate off; }};
  flow6 {{ import all; export none; validate off; }};
  error wait time 1, 2; error forget time 3;{password}
}}
"""
FRR_CONF = """
frr defaults traditional
log file {folder}/frr/log
bgp community-list standard BH permit blackhole
ipv6 prefix-list ANY seq 5 permit any
route-map BLACKHOLES permit 10
 match community BH
 set ip next-hop 192.0.2.65
 set ipv6 next-hop global 2001:db8:dead::1
router bgp 64501
 bgp router-id {peer}
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 no bgp suppress-duplicates
 neighbor {ours} remote-as 64500
 neighbor {ours} passive
 neighbor {ours} disable-connected-check
 address-family ipv4 unicast
  neighbor {ours} activate
  neighbor {ours} route-map BLACKHOLES in
  neighbor {ours} maximum-prefix {limit}
 exit-address-family
 address-family ipv6 unicast
  neighbor {ours} activate
  neighbor {ours} route-map BLACKHOLES in
 exit-address-family
 address-family ipv4 flowspec
  neighbor {ours} activate
 exit-address-family
 address-family ipv6 flowspec
  neighbor {ours} activate
 exit-address-family
"""


def lacks(*kinds: str) -> str | None:
    """What this machine lacks for such routers, None where nothing."""
    if os.geteuid() != 0:
        return "root"
    wants = {"bird": "/usr/sbin/bird", "frr": str(FRR / "bgpd")}
    missing = [kind for kind in kinds if not Path(wants[kind]).exists()]
    return f"the packages {', '.join(missing)}" if missing else None


def until(holds: Callable[[], Any], patience: float = PATIENCE, pause: float = 0.02) -> Any:  # noqa: ANN401
    """What `holds` answers once it is true. Raises TimeoutError when it never is."""
    ends = time.monotonic() + patience
    while not (answer := holds()):
        if time.monotonic() >= ends:
            raise TimeoutError(f"not seen within {patience} s")
        time.sleep(pause)
    return answer


class Host:
    """One network namespace, held by a process of ours."""

    def __init__(self) -> None:
        hold = [*ENDS_WITH_US, "unshare", "-n", "sh", "-c", "echo ready; exec cat"]
        self.holder = subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.holder.stdout is None or self.holder.stdout.readline() != b"ready\n":
            raise RuntimeError("no network namespace can be made here")
        self.run("ip", "link", "set", "lo", "up")

    @property
    def words(self) -> list[str]:
        """What puts a command into this namespace."""
        return ["nsenter", "-t", str(self.holder.pid), "-n"]

    def run(self, *words: str, check: bool = True) -> str:
        """The output of a command in here."""
        done = subprocess.run(
            [*self.words, *words], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        if check and done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, words: Sequence[str], log: Path, **more: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
        """A program in here that ends with the test."""
        with log.open("ab") as file:
            return subprocess.Popen(
                [*ENDS_WITH_US, *self.words, *words], stdout=file, stderr=file, **more
            )

    def join(self, other: "Host", ours: str, theirs: str, *more: tuple[str, str]) -> None:
        """A cable to another host, with an address at each end."""
        name = f"v{other.holder.pid}"
        peer = ("type", "veth", "peer", "name", f"v{self.holder.pid}", "netns")
        self.run("ip", "link", "add", name, *peer, str(other.holder.pid))
        for host, device, end in ((self, name, 0), (other, f"v{self.holder.pid}", 1)):
            for pair in ((ours, theirs), *more):
                six = ["nodad"] if ":" in pair[end] else []
                host.run("ip", "addr", "add", pair[end], "dev", device, *six)
            host.run("ip", "link", "set", device, "up")

    def close(self) -> None:
        """End it, and what was started in it with it."""
        self.holder.kill()
        self.holder.communicate()


@dataclass
class Router:
    """A peer: BIRD or FRR, in a namespace of its own."""

    kind: str
    limit: int = 100
    password: str = ""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="aupkeep-")))
    host: Host = field(default_factory=Host)
    daemons: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def ours(self) -> str:
        """Our address on the cable to it."""
        return f"192.0.2.{1 + 4 * NUMBERS[self.kind]}"

    @property
    def peer(self) -> str:
        """Its own."""
        return f"192.0.2.{2 + 4 * NUMBERS[self.kind]}"

    def start(self) -> None:
        """Start its daemons; returns once they answer."""
        {"bird": self._bird, "frr": self._frr}[self.kind]()
        until(lambda: self.show(*{"bird": ("show status",), "frr": ("show version",)}[self.kind]))

    def _text(self, template: str) -> str:
        return template.format(
            peer=self.peer,
            ours=self.ours,
            folder=self.folder,
            limit=self.limit,
            password=f' password "{self.password}";' if self.password else "",
        )

    def _bird(self) -> None:
        conf = self.folder / "bird.conf"
        conf.write_text(self._text(BIRD_CONF))
        words = ["bird", "-f", "-c", str(conf), "-s", self.socket, "-P", str(self.folder / "pid")]
        self.daemons = [self.host.start(words, self.folder / "out")]

    def _frr(self) -> None:
        self.folder.chmod(0o755)  # it gives up root
        Path(self.socket).mkdir(exist_ok=True)
        shutil.chown(self.socket, "frr", "frr")
        conf = self.folder / "frr.conf"
        conf.write_text(self._text(FRR_CONF))
        self.host.run("ip", "route", "replace", "blackhole", "192.0.2.65/32")
        self.host.run("ip", "-6", "route", "replace", "blackhole", "2001:db8:dead::1/128")
        for name in ("mgmtd", "zebra", "bgpd"):  # without mgmtd, zebra asks for it all the time
            words = [*OWN_RUN, str(self.folder), str(FRR / name), "-i", f"{self.socket}/{name}.pid"]
            if name != "mgmtd":
                words += ["-f", str(conf)]
            if name == "bgpd":
                words += ["-A", "127.0.0.1", "-l", self.peer]
            self.daemons.append(self.host.start(words, self.folder / f"{name}.out"))
            until((Path(self.socket) / f"{name}.vty").exists)

    @property
    def socket(self) -> str:
        """Where its control is: a file for BIRD, a folder for FRR."""
        return str(self.folder / {"bird": "ctl", "frr": "frr"}[self.kind])

    @property
    def command(self) -> list[str]:
        """What asks it; the question follows."""
        if self.kind == "bird":
            return ["birdc", "-s", self.socket]
        return ["vtysh", "--vty_socket", self.socket, "-c"]

    def show(self, question: str) -> str:
        """What it answers; empty where it does not."""
        words = question.split() if self.kind == "bird" else [question]
        done = subprocess.run([*self.command, *words], capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    def kernel(self) -> set[str]:
        """What its kernel sends nowhere."""
        said = self.host.run("ip", "-j", "-4", "route", "show", "type", "blackhole")
        six = self.host.run("ip", "-j", "-6", "route", "show", "type", "blackhole")
        found = [*json.loads(said or "[]"), *json.loads(six or "[]")]
        return {route["dst"] for route in found} - {"192.0.2.65", "2001:db8:dead::1"}

    def stop(self, *, kill: bool = False) -> None:
        """End its daemons."""
        for daemon in reversed(self.daemons):
            daemon.kill() if kill else daemon.terminate()
        for daemon in self.daemons:
            daemon.wait()
        self.daemons = []

    def close(self) -> None:
        """End it and its host."""
        self.stop(kill=True)
        self.host.close()
        shutil.rmtree(self.folder)


class BgpLab:
    """Our host, joined with one router of each kind."""

    def __init__(self, *kinds: str, limit: int = 100, password: str = "") -> None:
        self.ours = Host()
        self.routers: dict[str, Router] = {}
        for kind in kinds:
            router = self.routers[kind] = Router(kind, limit, password)
            self.ours.join(router.host, f"{router.ours}/30", f"{router.peer}/30")
            router.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for router in self.routers.values():
            router.close()
        self.ours.close()
