"""The router's flow exporters: softflowd or pmacctd (Debian) on the tenants' links.

Left alone, both keep a flow until it ends, and a scan is told after an hour or never: here every
timeout is one second, and a flow is told about two seconds after its first packet (1.2 s with
pmacctd's `expint=0`, which costs it a whole processor each). softflowd (1.1.1) opens its capture
without a timeout, so that the kernel hands it packets by blocks of 256 kB: of a burst the last
tenth waits, and password guessing ten times a second is told after 17 s. So pmacctd (1.7.8) is the
lab's own; softflowd is for floods, and counts of it that are asserted are thresholds.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from aupkeep.lab.namespaces import LINKS, PATH, ROUTER, Lab
from aupkeep.model.errors import Unavailable

PACKAGES = {"softflowd": "softflowd", "pmacctd": "pmacct"}  # program → Debian's package
COLLECTOR = ("127.0.0.1", 2055)  # on the router itself, where flowd runs
TENANTS = tuple(port for host, port, *_ in LINKS if host.startswith("tenant"))
KINDS = ("tcp", "tcp.rst", "tcp.fin", "udp", "icmp", "general", "maxlife", "expint")
NETFLOW5 = 5
MOST_FLOWS = 262_144  # softflowd keeps; beyond, it ends the oldest
SAMPLED = "sampling_rate: {sampling}\n"
PMACCTD = """\
daemonize: false
pcap_interface: {interface}
plugins: nfprobe
aggregate: {fields}
nfprobe_receiver: {host}:{port}
nfprobe_version: {version}
nfprobe_timeouts: {timeouts}
nfprobe_maxflows: {most}
nfprobe_engine: {engine}
"""
FIELDS = "src_host, dst_host, src_port, dst_port, proto, tos, tcpflags"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRate:
    """How the routers of a lab export: every timeout in seconds, and one packet in so many."""

    seconds: int = 1
    sampling: int = 1


EACH = ExportRate()


def missing(programs: Sequence[str] = tuple(PACKAGES)) -> str | None:
    """Which exporter is not installed, as a sentence, or None when all are."""
    for program in programs:
        if shutil.which(program, path=PATH) is None:
            return (
                f"the program {program!r} is missing (Debian: apt-get install {PACKAGES[program]})"
            )
    return None


def export(
    lab: Lab,
    folder: Path,
    program: str = "pmacctd",
    *,
    version: int = 9,
    to: tuple[str, int] = COLLECTOR,
    rate: ExportRate = EACH,
) -> list[Popen[bytes]]:
    """Start one exporter for each tenant's link; the lab's end is theirs.

    `folder` takes their files and what they say. Raises `Unavailable` for a program that is not
    there, `KeyError` for one that is no exporter of ours.
    """
    reason = missing([program])
    if reason:
        raise Unavailable(reason)
    words = WORDS[program]
    return [
        lab.popen(ROUTER, words(folder, interface, version, to, rate), folder / f"{program}.log")
        for interface in TENANTS
    ]


def _softflowd(
    folder: Path, interface: str, version: int, to: tuple[str, int], rate: ExportRate
) -> list[str]:
    """It is started in its folder: the path of its control socket must be short."""
    timeouts = [word for kind in KINDS for word in ("-t", f"{kind}={rate.seconds}")]
    timeouts += ["-s", str(rate.sampling)] if rate.sampling > 1 else []
    return [
        *("env", "-C", str(folder), "softflowd", "-d", "-i", interface, "-v", str(version)),
        *("-n", f"{to[0]}:{to[1]}", "-m", str(MOST_FLOWS), *timeouts),
        *("-p", f"softflowd-{interface}.pid", "-c", f"softflowd-{interface}.ctl"),
    ]


def _pmacctd(
    folder: Path, interface: str, version: int, to: tuple[str, int], rate: ExportRate
) -> list[str]:
    """Its options stand in a file; each has an engine, since each counts its own exports.

    An engine is two numbers in v5, one in v9 and IPFIX, where it is the domain.
    """
    engine = str(TENANTS.index(interface) + 1)
    settings = folder / f"pmacctd-{interface}.conf"
    timeouts = ":".join(f"{kind}={rate.seconds}" for kind in KINDS)
    text = PMACCTD.format(
        interface=interface,
        fields=FIELDS,
        host=to[0],
        port=to[1],
        version=version,
        timeouts=timeouts,
        most=MOST_FLOWS,
        engine=engine if version > NETFLOW5 else f"0:{engine}",
    )
    text += SAMPLED.format(sampling=rate.sampling) if rate.sampling > 1 else ""
    settings.write_text(text, "utf-8")
    return ["pmacctd", "-f", str(settings)]


WORDS: dict[str, Callable[[Path, str, int, tuple[str, int], ExportRate], list[str]]] = {
    "softflowd": _softflowd,
    "pmacctd": _pmacctd,
}
