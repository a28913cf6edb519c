"""Builds and holds the lab's network namespaces: as root, or in a user namespace of one's own.

Addresses are those of RFC 5737 and RFC 3849, so that nothing in the lab can be anybody.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from ctypes import CDLL
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Self

from aupkeep.model.errors import Unavailable

ROUTER = "router"
ADDRESS: Mapping[str, IPv4Address] = {
    "internet": IPv4Address("192.0.2.10"),
    "tenant-a": IPv4Address("203.0.113.10"),
    "tenant-b": IPv4Address("203.0.113.70"),
}
ADDRESS6: Mapping[str, IPv6Address] = {
    "internet": IPv6Address("2001:db8:f::10"),
    "tenant-a": IPv6Address("2001:db8:a::10"),
    "tenant-b": IPv6Address("2001:db8:b::10"),
}
LINKS = (
    # host, router's interface, prefix lengths, router's addresses
    ("internet", "inet", 26, "192.0.2.1", 64, "2001:db8:f::1"),
    ("tenant-a", "tena", 26, "203.0.113.1", 64, "2001:db8:a::1"),
    ("tenant-b", "tenb", 26, "203.0.113.65", 64, "2001:db8:b::1"),
)
GATES = {host: gate for host, _, _, gate, _, _ in LINKS}  # where each host meets the router
PROGRAMS = {
    **dict.fromkeys(("unshare", "nsenter", "setpriv"), "util-linux"),
    "ip": "iproute2",
    "sh": "dash",
}
LIBRARY = "libnftables.so.1"
ROOT = ["unshare", "-n"]
USER = ["unshare", "-U", "-r", "-n"]
HOLD = ["sh", "-c", "echo ready; exec cat"]  # lives until its standard input closes
ENDS_WITH_US = ["setpriv", "--pdeathsig", "TERM"]  # whatever ends the lab's process, by kill -9 too
PATIENCE = 10.0  # seconds for any one step of building
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def available() -> str | None:
    """Why no lab can be built here, as a sentence, or None when it can."""
    for program, package in PROGRAMS.items():
        if shutil.which(program, path=PATH) is None:
            return f"the program {program!r} is missing (Debian and Ubuntu: {package})"
    try:
        CDLL(LIBRARY)
    except OSError:
        return f"the library {LIBRARY} is missing (Debian and Ubuntu: libnftables1)"
    try:
        done = subprocess.run(  # noqa: S603 - our own fixed command
            [*(ROOT if os.geteuid() == 0 else USER), "ip", "link"],
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"namespaces cannot be made here: {error}"
    if done.returncode == 0:
        return None
    who = "root" if os.geteuid() == 0 else "this user (user namespaces denied?)"
    return f"namespaces cannot be made by {who}: {done.stderr.strip()[:200]}"


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{PATH}"}


@dataclass(slots=True, kw_only=True)
class Lab:
    """Four hosts: `internet`, `router`, `tenant-a`, `tenant-b`. Close it, or use it in a `with`."""

    rootless: bool
    holders: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def build(cls, *, rootless: bool | None = None) -> Self:
        """Make the hosts and join them, in well under a second. Raises `Unavailable` saying why.

        `rootless` None = a user namespace unless this is root; True = one in any case.
        """
        lab = cls(rootless=os.geteuid() != 0 if rootless is None else rootless)
        try:
            lab._hold(ROUTER, USER if lab.rootless else ROOT)
            for host, *_ in LINKS:
                lab._hold(host, [*lab.enter(ROUTER, net=False), "unshare", "-n"])
            lab._join()
        except (OSError, subprocess.SubprocessError, Unavailable) as error:
            lab.close()
            reason = available() or str(error)
            raise Unavailable(f"the lab cannot be built: {reason}") from error
        return lab

    def __enter__(self) -> Self:
        """The lab itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()

    def enter(self, host: str, *, net: bool = True) -> list[str]:
        """The words that put a command into a host (`net` False: into its user namespace only)."""
        words = ["-n"] if net else []
        if self.rootless:
            words += ["-U", "--preserve-credentials"]
        if not words:
            return []
        return ["nsenter", "-t", str(self.holders[host].pid), *words, "--"]

    def run(
        self, host: str, argv: Sequence[str], *, feed: str = "", timeout: float = PATIENCE
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a host to its end; its exit code is the caller's to look at.

        Raises `Unavailable` when it takes longer than `timeout` seconds.
        """
        try:
            return subprocess.run(  # noqa: S603 - commands of the lab's own
                [*self.enter(host), *argv],
                env=_environment(),
                input=feed,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"{host}: {argv[0]} took longer than {timeout} s") from error

    def popen(
        self, host: str, argv: Sequence[str], log: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a command in a host; `close` ends it, and so does the end of this process.

        `log` takes what it says.
        """
        sink = log.open("ab") if log else subprocess.DEVNULL
        try:
            process = subprocess.Popen(  # noqa: S603 - commands of the lab's own
                [*self.enter(host), *ENDS_WITH_US, *argv],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,  # so that `close` can end its children with it
            )
        finally:
            if not isinstance(sink, int):
                sink.close()
        self.started.append(process)
        return process

    def close(self) -> None:
        """End what this lab started, and only that; the namespaces go with their holders."""
        for process in self.started:
            process.terminate()
        for process in self.started:
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            with contextlib.suppress(ProcessLookupError):  # a plugin may outlive its program
                os.killpg(process.pid, signal.SIGKILL)
        for holder in reversed(self.holders.values()):
            if holder.stdin:
                holder.stdin.close()
            holder.terminate()
            holder.wait()
            if holder.stdout:
                holder.stdout.close()
        self.started.clear()
        self.holders.clear()

    def add_behind(self, host: str, gate: str, address: str, ours: str, *, bits: int) -> None:
        """One more host, on a link of its own to `gate`, which forwards for it.

        Its link at the gate bears its name; `ours` is the gate's address there.
        """
        self._hold(host, [*self.enter(ROUTER, net=False), "unshare", "-n"])
        pid = self.holders[host].pid
        link = [f"link add {host} type veth peer name eth0 netns {pid}"]
        self._ip(gate, [*link, f"addr add {ours}/{bits} dev {host}", f"link set {host} up"])
        own = ["link set lo up", f"addr add {address}/{bits} dev eth0", "link set eth0 up"]
        self._ip(host, [*own, f"route add default via {ours}"])
        forward = ["sh", "-ec", "echo 1 > /proc/sys/net/ipv4/ip_forward"]
        self._checked(self.run(gate, forward))

    def _hold(self, host: str, into: Sequence[str]) -> None:
        """Start a host's holder and wait until it is inside."""
        holder = subprocess.Popen(  # noqa: S603 - our own fixed command
            [*into, *HOLD],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.holders[host] = holder
        if holder.stdout is None or holder.stdout.readline() != "ready\n":
            raise Unavailable(f"{host}: expected a namespace, found none")

    def _join(self) -> None:
        """Wire every host to the router and let the router forward."""
        batch = ["link set lo up"]
        for host, port, bits, gate, bits6, gate6 in LINKS:
            pid = self.holders[host].pid
            batch += [
                f"link add {port} type veth peer name eth0 netns {pid}",
                f"addr add {gate}/{bits} dev {port}",
                f"addr add {gate6}/{bits6} dev {port} nodad",
                f"link set {port} up",
            ]
        self._ip(ROUTER, batch)
        for host, _, bits, gate, bits6, gate6 in LINKS:
            own = [
                "link set lo up",
                f"addr add {ADDRESS[host]}/{bits} dev eth0",
                f"addr add {ADDRESS6[host]}/{bits6} dev eth0 nodad",
                "link set eth0 up",
                f"route add default via {gate}",
                f"-6 route add default via {gate6}",
            ]
            self._ip(host, own)
        switches = ("ipv4/ip_forward", "ipv6/conf/all/forwarding")
        words = "; ".join(f"echo 1 > /proc/sys/net/{switch}" for switch in switches)
        self._checked(self.run(ROUTER, ["sh", "-ec", words]))

    def _ip(self, host: str, batch: list[str]) -> None:
        lines = [line for line in batch if not line.startswith("-6 ")]
        self._checked(self.run(host, ["ip", "-batch", "-"], feed="\n".join(lines)))
        six = [line[3:] for line in batch if line.startswith("-6 ")]
        if six:
            self._checked(self.run(host, ["ip", "-6", "-batch", "-"], feed="\n".join(six)))

    def _checked(self, done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode != 0:
            raise Unavailable(f"{done.args[-1]}: {(done.stderr or done.stdout).strip()[:200]}")
