"""libvirt as its driver sees it: a double in memory, and libvirt's own test driver.

Both take the words of a command and answer like `subprocess.run`.
"""

import os
import shlex
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from enforcement.orders import FOUR, scope

NAMESPACE = uuid.UUID("11111111-2222-3333-4444-555555555555")
OFF = "Requested operation is not valid: domain is not running"


def domain_of(address: object) -> str:
    """The uuid of the domain that has an address in these tests."""
    return str(uuid.uuid5(NAMESPACE, str(address)))


def aim(measure: Measure, address: Any = FOUR, **changes: object) -> Scope:  # noqa: ANN401
    """A scope on the domain that has the address."""
    return scope(measure, address, **{"resource": f"domain:{domain_of(address)}", **changes})


@dataclass
class Domain:
    """A machine: its state, and its interfaces by MAC address."""

    state: str = "running"
    links: dict[str, str] = field(default_factory=lambda: {"52:54:00:00:00:01": "up"})
    metadata: str = ""
    sent: int | None = 7  # packets; None: it is not counted
    said: dict[str, str] = field(default_factory=dict)  # of its addresses, by verb


@dataclass
class DoubleLibvirt:
    """Answers virsh's commands; a domain is there as soon as it is asked for."""

    domains: dict[str, Domain] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)  # links that cannot be changed
    closed: set[str] = field(default_factory=set)  # domains of which it says nothing to us
    down: bool = False
    bare: bool = False  # it keeps no metadata
    shut: bool = False  # it lets nobody write them
    said: list[list[str]] = field(default_factory=list)

    def run(self, words: list[str], **more: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
        """As `subprocess.run` with these words."""
        assert "shell" not in more
        assert words[1:3] == ["--quiet", "--connect"]
        self.said.append(words[4:])
        code, out, err = self._answer(*words[4:])
        return subprocess.CompletedProcess(words, code, out, err)

    def _answer(  # noqa: PLR0911 - an answer a verb
        self, verb: str, name: str = "", *rest: str
    ) -> tuple[int, str, str]:
        if why := self._silent(name):
            return 1, "", f"error: {why}"
        if verb == "uri":
            return 0, "test:///default\n", ""
        domain = self.domains.setdefault(name, Domain())
        if verb == "domstats":
            counts = (
                "" if domain.sent is None else f"  net.count=1\n  net.0.tx.pkts={domain.sent}\n"
            )
            return 0, f"Domain: 'vm'\n{counts}", ""
        if verb == "metadata":
            return self._metadata(domain, *rest[1:])
        if verb in ("domstate", "dumpxml", "domifaddr"):
            return 0, {"domstate": f"{domain.state}\n\n", **domain.said}.get(verb, ""), ""
        if verb == "domiflist":
            rows = [f" vnet{n}   network   default   virtio   {mac}" for n, mac in
                    enumerate(domain.links)]  # fmt: skip
            return 0, "\n".join([*rows, ""]), ""
        if verb.startswith("domif-") and rest[0] not in domain.links:
            return 1, "", f"error: Interface (mac: {rest[0]}) not found."
        if verb == "domif-getlink":
            return 0, f"{rest[0]} {domain.links[rest[0]]}", ""
        if verb == "domif-setlink" and rest[0] in self.fixed:
            return 1, "", "error: Operation not supported: update of device"
        if verb == "domif-setlink":
            domain.links[rest[0]] = rest[1]
        elif domain.state in ("running", "paused"):
            domain.state = {"suspend": "paused", "resume": "running"}[verb]
        else:
            return 1, "", f"error: {OFF}"
        return 0, "", ""

    def _silent(self, name: str) -> str:
        """Why nothing is said of a domain, or at all."""
        if self.down:
            return "failed to connect to the hypervisor"
        if name in self.missing:
            return f"failed to get domain '{name}'"
        return "access denied: 'QEMU' denied access" if name in self.closed else ""

    def _metadata(self, domain: Domain, *words: str) -> tuple[int, str, str]:
        if self.bare:
            why = "this function is not supported by the connection driver"
            return 1, "", f"error: {why}: virDomainGetMetadata"
        if words and self.shut:
            return 1, "", "error: access denied: 'QEMU' denied access"
        if words == ("--remove",):
            domain.metadata = ""
        elif words:
            assert words[:3] == ("--key", "aupkeep", "--set")
            domain.metadata = words[3]
        elif not domain.metadata:
            return 1, "", "error: metadata not found: Requested metadata element is not present"
        return 0, domain.metadata, ""


class TestDriver:
    """One virsh that stays, on libvirt's test driver: what it is told ends with it."""

    __test__ = False

    def __init__(self, folder: Path, domains: list[str]) -> None:
        rows = [
            f"<domain type='test'><name>vm{n}</name><uuid>{name}</uuid><memory>8192</memory>"
            "<os><type>hvm</type></os><devices><interface type='network'>"
            "<source network='default'/></interface></devices></domain>"
            for n, name in enumerate(domains)
        ]
        lan = "<ip address='198.51.100.1' netmask='255.255.255.0'><dhcp>"
        lan += "<range start='198.51.100.128' end='198.51.100.253'/></dhcp></ip>"
        network = f"<network><name>default</name><bridge name='virbr0'/>{lan}</network>"
        path = folder / "node.xml"
        path.write_text(f"<node>{''.join(rows)}{network}</node>")
        self.shell = subprocess.Popen(
            ["stdbuf", "-oL", "virsh", "--quiet", "--connect", f"test://{path}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
        self.number = 0

    def run(self, words: list[str], **_: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
        """As `subprocess.run` with these words; each is a UUID, a MAC, a verb, or our mark."""
        assert self.shell.stdin is not None
        assert self.shell.stdout is not None
        assert all(word.replace("-", "").replace(":", "").isalnum() for word in words[4:-1])
        line = shlex.join(words[4:])
        self.number += 1
        said, end = "", f"\nend-{self.number}"
        self.shell.stdin.write(f"{line}\necho {end.strip()}\n")
        while end not in said:
            more = os.read(self.shell.stdout.fileno(), 1 << 16).decode()
            assert more, said
            said += more
        echoed = {line, f"echo {end.strip()}", ""}
        lines = [line.removeprefix("virsh # ").strip() for line in said.split("\n")[:-1]]
        text = "\n".join(line for line in lines if line not in echoed)
        failed = "error:" in text
        out, err = ("", text) if failed else (text, "")
        return subprocess.CompletedProcess(words, int(failed), out, err)

    def close(self) -> None:
        """End it."""
        self.shell.communicate("quit\n")
