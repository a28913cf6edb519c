"""The same datagrams given to other collectors: nfcapd or sfcapd, nfacctd or sfacctd, fastnetmon.

Each is a Debian package's program, started here with a configuration of ours and ended again; its
service is never started. CPU seconds are those of its whole process family, with ticks of 10 ms,
less what it uses while nothing comes. What it was sent and did not take is told by the kernel's
counter of its socket.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from os import sysconf
from pathlib import Path

TICKS = sysconf("SC_CLK_TCK")
HOST = "127.0.0.1"
CONF = Path("/etc/fastnetmon.conf")
COUNT = re.compile(r"^Flows: (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Peer:
    """`words` start it, in a folder of its own; `settle_s` is how long it needs to begin."""

    name: str
    words: Callable[[str, int, Path], list[str]]
    settle_s: float
    end: int = signal.SIGTERM


def nfcapd(kind: str, port: int, folder: Path) -> list[str]:
    """Writes every record to a file, decides nothing."""
    program = "sfcapd" if kind == "sflow" else "nfcapd"
    return [program, "-b", HOST, "-p", str(port), "-w", str(folder), "-B", "4000000", "-t", "3600"]


def nfacctd(kind: str, port: int, folder: Path) -> list[str]:
    """Counts flows by own address."""
    program = "sfacctd" if kind == "sflow" else "nfacctd"
    conf = folder / "pmacct.conf"
    conf.write_text(f"""{program}_ip: {HOST}
{program}_port: {port}
{program}_pipe_size: 4000000
plugins: print[p]
aggregate[p]: dst_host,flows
print_output_file[p]: {folder}/out.csv
print_output[p]: csv
print_refresh_time[p]: 5
print_history[p]: 5s
print_cache_entries[p]: 70001
plugin_pipe_size: 67108864
plugin_buffer_size: 65536
""")
    return [program, "-f", str(conf)]


def fastnetmon(kind: str, port: int, folder: Path) -> list[str]:
    """Counts by own address against thresholds; without bans and connection tracking."""
    (folder / "networks").write_text("10.0.0.0/16\n")
    (folder / "none").write_text("")
    flow, sample = ("off", "on") if kind == "sflow" else ("on", "off")
    wanted = {
        "disable_usage_report": "on", "networks_list_path": folder / "networks",
        "white_list_path": folder / "none", "notify_script_path": "/bin/true",
        "monitor_local_ip_addresses": "off", "netflow": flow, "sflow": sample,
        "netflow_port": port, "sflow_port": port, "netflow_host": HOST, "sflow_host": HOST,
        "prometheus": "off", "cli_stats_file_path": folder / "stats", "enable_api": "off",
        "pid_path": folder / "pid", "mirror_afpacket": "off", "enable_ban": "off",
        "enable_connection_tracking": "off",
    }  # fmt: skip
    text = CONF.read_text()
    for key in wanted:
        text = re.sub(rf"(?m)^\s*{key}\s*=.*$", "", text)
    conf = folder / "fastnetmon.conf"
    conf.write_text(text + "".join(f"\n{key} = {value}" for key, value in wanted.items()) + "\n")
    log = f"--log_file={folder}/log"
    return ["fastnetmon", f"--configuration_file={conf}", log]


PEERS = (
    Peer("nfcapd", nfcapd, 1.5),
    Peer("nfacctd", nfacctd, 4, signal.SIGINT),
    Peer("fastnetmon", fastnetmon, 4),
)


def family(parent: int) -> list[int]:
    """A process and all that it began."""
    found = [parent]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) == parent:
            found += family(int(stat.parent.name))
    return found


def used(processes: list[int]) -> tuple[float, int]:
    """CPU seconds and resident megabytes of processes."""
    ticks = pages = 0
    for one in processes:
        try:
            words = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(words[11]) + int(words[12])
        pages += int(words[21])
    return ticks / TICKS, pages * sysconf("SC_PAGE_SIZE") >> 20


def socket_of(port: int) -> tuple[int, int]:
    """Bytes that wait at a port, and datagrams dropped there."""
    waiting = dropped = 0
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        words = line.split()
        if int(words[1].split(":")[1], 16) == port:
            waiting += int(words[4].split(":")[1], 16)
            dropped += int(words[-1])
    return waiting, dropped


def measure(
    peer: Peer, kind: str, file: Path, count: int, rate: int, folder: Path
) -> dict[str, float | str]:
    """One run of a peer, or why there is none."""
    port = 20_000 + 100 * PEERS.index(peer) + len(kind) * 10
    words = peer.words(kind, port, folder) if peer.name != "fastnetmon" or CONF.exists() else [""]
    if not words[0] or shutil.which(words[0]) is None:
        return {"skipped": f"{peer.name} is not installed"}
    with (folder / "told").open("wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out)
    try:
        time.sleep(peer.settle_s)
        if process.poll() is not None:
            return {"skipped": f"it ended: {(folder / 'told').read_text()[-200:]!r}"}
        return _run(process.pid, kind, file, count, rate, port)
    finally:
        process.send_signal(peer.end)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _run(
    process: int, kind: str, file: Path, count: int, rate: int, port: int
) -> dict[str, float | str]:
    idle, _ = used(family(process))
    time.sleep(1)
    before, _ = used(family(process))
    idle, since = before - idle, time.monotonic()
    sent = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "flows_sender.py"), kind, str(file), HOST,
         str(port), str(count), "--rate", str(rate)],
        capture_output=True, check=True,
    )  # fmt: skip
    while socket_of(port)[0] and time.monotonic() - since < 60:
        time.sleep(0.02)
    time.sleep(1)
    after, memory = used(family(process))
    taken = json.loads(sent.stdout)["sent"] - socket_of(port)[1]
    cpu = after - before - idle * (time.monotonic() - since)
    return {"datagrams": taken, "sent": count, "cpu": cpu, "memory_mb": memory}
