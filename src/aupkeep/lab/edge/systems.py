"""Starts the systems at the edge that this machine has, each in the lab's namespaces alone."""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aupkeep.lab.attack_timing import customer_of
from aupkeep.lab.edge import configs
from aupkeep.lab.edge.configs import INTERNET, shipped
from aupkeep.lab.namespaces import GATES, PATH, ROUTER, Lab
from aupkeep.lab.world import OWN, LabWorld
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import NETWORK

STRANGER, STRANGERS = "stranger", "198.51.100"  # a host behind the upstream, its network
GLANCE = 0.2  # seconds in which a system that cannot begin ends
SOURCES = [f"203.0.113.{11 + number}" for number in range(20)]  # one for each run of a lab
BIND = GATES["tenant-b"]  # where BIND listens: it does so at addresses of interfaces alone
SINKHOLE = f"{GATES['internet']}:8451"  # where what is diverted ends
ENDED_TOO = '"$@" & trap "kill $!" TERM; wait; wait'  # Postfix changes its user: prctl(2) forgets
Options = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSystem:
    """One system. `write` makes its files, `start` its processes; both take its own folder.

    `targets` are the tables of the settings that it serves: name → driver, options and the rest.
    `lacks` is what it needs beside its programs and lacks here, as a sentence, or None.
    """

    name: str
    programs: Mapping[str, str]
    write: Callable[[Path], None]
    start: Callable[[LabWorld, Lab, Path], None]
    targets: Callable[[Path], dict[str, Options]]
    lacks: Callable[[], str | None] = lambda: None

    def missing(self) -> str | None:
        """What it lacks here, as a sentence, or None."""
        for program, package in self.programs.items():
            if shutil.which(program, path=PATH) is None:
                return f"the program {program!r} is missing (Debian: {package})"
        return self.lacks()


def _nginx_words(folder: Path) -> list[str]:
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "main.conf")]


def _write_nginx(folder: Path) -> None:
    (folder / "main.conf").write_text(configs.NGINX.format(folder=folder), "utf-8")
    for name in ("nginx-http.conf", "nginx-server.conf"):
        (folder / name).write_text(shipped(name, folder), "utf-8")
    (folder / "pages.map").touch()


def _start_nginx(_: LabWorld, lab: Lab, folder: Path) -> None:
    lab.popen(ROUTER, _nginx_words(folder), folder / "out")


def _nginx_targets(folder: Path) -> dict[str, Options]:
    words = _nginx_words(folder)
    return {
        "nginx": {
            "driver": "nginx",
            "names": ["*.nginx.example"],
            "options": {
                "map": str(folder / "pages.map"),
                "check": [*words, "-q", "-t"],
                "reload": [*words, "-s", "reload"],
                "ask_http": "127.0.0.1:80",
            },
        }
    }


def _write_haproxy(folder: Path) -> None:
    lines = shipped("haproxy-frontend.cfg", folder)
    (folder / "main.cfg").write_text(configs.HAPROXY.format(lines=lines), "utf-8")
    (folder / "pages.map").touch()


def _start_haproxy(_: LabWorld, lab: Lab, folder: Path) -> None:
    words = ["haproxy", "-W", "-q", "-f", str(folder / "main.cfg"), "-p", str(folder / "pid")]
    lab.popen(ROUTER, words, folder / "out")


def _haproxy_targets(folder: Path) -> dict[str, Options]:
    return {
        "haproxy": {
            "driver": "haproxy",
            "names": ["*.haproxy.example"],
            "options": {
                "map": str(folder / "pages.map"),
                "check": ["haproxy", "-c", "-f", str(folder / "main.cfg")],
                "reload": ["/bin/sh", "-c", f"kill -USR2 $(cat {folder / 'pid'})"],
                "ask_http": "127.0.0.1:8080",
            },
        }
    }


def _write_unbound(folder: Path) -> None:
    text = configs.UNBOUND.format(folder=folder) + shipped("unbound-rpz.conf", folder)
    (folder / "unbound.conf").write_text(text, "utf-8")
    (folder / "site.zone").write_text(configs.ZONE, "utf-8")
    (folder / "rpz.zone").write_text(configs.POLICY, "utf-8")


def _start_unbound(_: LabWorld, lab: Lab, folder: Path) -> None:
    lab.popen(ROUTER, ["unbound", "-d", "-c", str(folder / "unbound.conf")], folder / "out")


def _unbound_targets(folder: Path) -> dict[str, Options]:
    control = ["unbound-control", "-c", str(folder / "unbound.conf")]
    return {
        "unbound": _policy("*.unbound.example", folder, [*control, "auth_zone_reload"], "127.0.0.1")
    }


def _policy(names: str, folder: Path, reload: list[str], ask: str) -> Options:
    return {
        "driver": "rpz",
        "names": [names],
        "options": {
            "map": str(folder / "rpz.zone"),
            "reload": [*reload, "rpz.aupkeep"],
            "ask": f"{ask}:53",
        },
    }


def _write_bind(folder: Path) -> None:
    fields = {"folder": folder, "key": configs.KEY}
    (folder / "rndc.conf").write_text(configs.RNDC.format(**fields), "utf-8")
    text = configs.NAMED.format(**fields) + shipped("bind-rpz.conf", folder)
    (folder / "named.conf").write_text(text, "utf-8")
    for name in ("site.zone", "hosted.zone"):
        (folder / name).write_text(configs.ZONE, "utf-8")
    (folder / "rpz.zone").write_text(configs.POLICY, "utf-8")
    folder.chmod(0o777)


def _start_bind(_: LabWorld, lab: Lab, folder: Path) -> None:
    lab.popen(ROUTER, ["named", "-g", "-c", str(folder / "named.conf")], folder / "out")


def _bind_targets(folder: Path) -> dict[str, Options]:
    hosted = {
        "zones": ["hosted.example"],
        "server": f"{BIND}:53",
        "key_name": "aupkeep",
        "key_secret": configs.SECRET,
    }
    reload = ["rndc", "-c", str(folder / "rndc.conf"), "reload"]
    return {
        "bind": _policy("*.bind.example", folder, reload, BIND),
        "primary": {"driver": "dns-update", "names": ["*.hosted.example"], "options": hosted},
    }


def _postfix_lacks() -> str | None:
    return None if os.geteuid() == 0 else "Postfix runs as root alone"


def _write_postfix(folder: Path) -> None:
    folder.chmod(0o755)
    etc = folder / "etc"
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    shutil.chown(folder / "data", "postfix")
    (etc / "postfix-ask.regexp").write_text(shipped("postfix-ask.regexp", etc), "utf-8")
    main = configs.MAIN.format(folder=folder, sink=INTERNET) + shipped("postfix-main.cf", etc)
    (etc / "main.cf").write_text(main, "utf-8")
    (etc / "master.cf").write_text(configs.MASTER + shipped("postfix-master.cf", etc), "utf-8")
    (etc / "postfix.map").touch(0o644)
    logins = [customer_of(address) for address in SOURCES]
    rows = ["# LOGIN CUSTOMER", *(f"{login} {login}" for login in logins), ""]
    (etc / "accounts").write_text("\n".join(rows), "utf-8")


def _start_postfix(_: LabWorld, lab: Lab, folder: Path) -> None:
    etc = str(folder / "etc")
    for words in (
        ["postmap", "-c", etc, f"hash:{etc}/postfix.map"],
        ["postfix", "-c", etc, "check"],
    ):
        done = lab.run(ROUTER, words)
        if done.returncode:
            raise Unavailable(f"{words[0]}: {done.stderr.strip()[:200]}")
    master = ["/usr/lib/postfix/sbin/master", "-d", "-c", etc]
    lab.popen(ROUTER, ["sh", "-c", ENDED_TOO, "postfix", *master], folder / "out")


def _postfix_targets(folder: Path) -> dict[str, Options]:
    etc = str(folder / "etc")
    return {
        "relay": {
            "driver": "postfix",
            "options": {
                "map": f"{etc}/postfix.map",
                "reload": ["postmap", "-c", etc, f"hash:{etc}/postfix.map"],
                "ask": "127.0.0.1:10587",
                "accounts": f"{etc}/accounts",
                "queue": ["postqueue", "-c", etc, "-j"],
                "envelope": ["postcat", "-c", etc, "-eq"],
                "release": ["postsuper", "-c", etc, "-H", "-"],
            },
        }
    }


def _bird_lacks() -> str | None:
    return None if find_spec("exabgp") else "ExaBGP is missing (pip: aupkeep[bgp])"


def _write_bird(folder: Path) -> None:
    (folder / "bird.conf").write_text(configs.BIRD.format(folder=folder), "utf-8")


def _start_bird(world: LabWorld, lab: Lab, folder: Path) -> None:
    """The upstream's BIRD on the internet host, a stranger behind it, ExaBGP on our router."""
    lab.add_behind(STRANGER, "internet", f"{STRANGERS}.2", f"{STRANGERS}.1", bits=24)
    route = ["ip", "route", "add", f"{STRANGERS}.0/24", "via", INTERNET]
    if lab.run(ROUTER, route).returncode:
        raise Unavailable("the router has no route to the stranger")
    words = ["bird", "-f", "-c", str(folder / "bird.conf"), "-s", str(folder / "ctl")]
    lab.popen("internet", [*words, "-P", str(folder / "pid")], folder / "out")
    world.spawn_in_router("bgp", "upstream")


def _bird_targets(folder: Path) -> dict[str, Options]:
    peer = {"address": INTERNET, "as": 64501, "local": GATES["internet"], "families": ["blackhole"]}
    peer |= {"reader": "bird", "read": ["birdc", "-s", str(folder / "ctl")]}
    options = {"own": [OWN[0]], "as": 64500, "router_id": GATES["internet"], "peers": [peer]}
    options["folder"] = str(folder)  # short enough for its socket
    return {"upstream": {"driver": "bgp", "measures": ["isolate"], "options": options}}


def _redirect_lacks() -> str | None:
    there = entry_points(group="aupkeep.enforcement.drivers", name="redirect")
    return None if there else "interception is an extra (pip install ./extras/intercept)"


def _start_redirect(world: LabWorld, lab: Lab, folder: Path) -> None:
    """A sinkhole on the router, and on whose traffic the router's own operator lets it work."""
    own = world.home / "agent" / "transit"
    own.mkdir(parents=True, exist_ok=True)
    (own / "bounds").write_text(f"prefix {OWN[0]}\n", "utf-8")
    words = [sys.executable, "-m", "aupkeep_intercept.sinkhole", SINKHOLE]
    lab.popen(ROUTER, words, folder / "out")


def _redirect_targets(_: Path) -> dict[str, Options]:
    transit = {"driver": "redirect", "measures": ["intercept"], "options": {"sink4": SINKHOLE}}
    return {"transit": transit}


SYSTEMS = {
    system.name: system
    for system in (
        EdgeSystem(
            name="nginx",
            programs={"nginx": "nginx"},
            write=_write_nginx,
            start=_start_nginx,
            targets=_nginx_targets,
        ),
        EdgeSystem(
            name="haproxy",
            programs={"haproxy": "haproxy"},
            write=_write_haproxy,
            start=_start_haproxy,
            targets=_haproxy_targets,
        ),
        EdgeSystem(
            name="unbound",
            programs={"unbound": "unbound", "unbound-control": "unbound"},
            write=_write_unbound,
            start=_start_unbound,
            targets=_unbound_targets,
        ),
        EdgeSystem(
            name="bind",
            programs={"named": "bind9", "rndc": "bind9-utils"},
            write=_write_bind,
            start=_start_bind,
            targets=_bind_targets,
        ),
        EdgeSystem(
            name="postfix",
            programs={"postfix": "postfix", "postqueue": "postfix"},
            write=_write_postfix,
            start=_start_postfix,
            targets=_postfix_targets,
            lacks=_postfix_lacks,
        ),
        EdgeSystem(
            name="bird",
            programs={"bird": "bird2", "birdc": "bird2", "hping3": "hping3"},
            write=_write_bird,
            start=_start_bird,
            targets=_bird_targets,
            lacks=_bird_lacks,
        ),
        EdgeSystem(
            name="redirect",
            programs={},
            write=lambda _: None,
            start=_start_redirect,
            targets=_redirect_targets,
            lacks=_redirect_lacks,
        ),
    )
}


def place(folder: Path, name: str) -> Path:
    """Where a system has its files: Postfix gives up root and must be able to go there."""
    if name != "postfix":
        return folder / name
    number = sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"aupkeep-lab-{number}"


def remove(folder: Path) -> None:
    """Remove what lies outside the folder itself."""
    shutil.rmtree(place(folder, "postfix"), ignore_errors=True)


def prepare(folder: Path) -> str:
    """Write the files of each system that is here; the targets' lines for the settings."""
    tables: dict[str, Options] = {
        ROUTER: {"driver": "nftables", "measures": sorted(map(str, NETWORK))}
    }
    for system in SYSTEMS.values():
        if system.missing() is None:
            own = place(folder, system.name)
            own.mkdir(parents=True)
            system.write(own)
            tables |= system.targets(own)
    allowed = "\n[interception]\nallowed = true\n" if "transit" in tables else ""
    return "".join(_table(name, table) for name, table in tables.items()) + allowed


def _table(name: str, table: Options) -> str:
    lines = ["", "[[enforcement.targets]]", f'name = "{name}"']
    lines += [f"{key} = {_value(value)}" for key, value in table.items()]
    return "\n".join([*lines, ""])


def _value(value: object) -> str:
    """A value of TOML on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(x)}" for key, x in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


def start(world: LabWorld, lab: Lab, folder: Path) -> dict[str, str]:
    """Start each system that was prepared; why one ended at its start, by name."""
    failed = {}
    for system in SYSTEMS.values():
        own = place(folder, system.name)
        if not own.exists():
            continue
        before = len(lab.started)
        try:
            system.start(world, lab, own)
            time.sleep(GLANCE)
        except Unavailable as error:
            failed[system.name] = str(error)
        if any(process.poll() is not None for process in lab.started[before:]):
            said = (own / "out").read_text("utf-8", "replace").strip()[-200:]
            failed[system.name] = f"{system.name} ended at its start: {said}"
    return failed
