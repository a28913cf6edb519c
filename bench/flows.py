"""CPU seconds a million flow records cost us, step by step, and other collectors beside us.

    python bench/flows.py [RECORDS] [--rate N] [--kinds v9,sflow] [--no-peers]

The datagrams are our own, made here: see `flows_made.py`. Everything is sent over loopback in a
network namespace of its own where we may make one, else to free ports of this machine. CPU seconds,
not wall time: others may use the machine too. `decode` walks batches in memory, `receive` takes
them off the socket, `whole` watches and archives them with every detector looking five times a
second. A peer's figure is for what it took; it stores or counts, and detects nothing or less.
Goals: 1,000,000 records a second on two cores, the sender included, and none lost uncounted; the
whole path at 0.6 CPU seconds a million NetFlow v9 records (aim 0.35) and 1.0 a million samples of
sFlow (aim 0.6); 512 MiB of memory.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from flows_made import KINDS, write
from flows_peers import PEERS, Peer, measure

HERE = Path(__file__).parent
STEPS = ("decode", "receive", "whole")
MADE = 200_000  # records of a file; it is sent again and again
APART = "AUPKEEP_BENCH_APART"
SLOWER = {"sflow": 4}  # a datagram holds seven samples, not thirty records


def apart() -> None:
    """Go on in a network namespace of our own, if that can be had."""
    if APART in os.environ:
        return
    words = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        print("no namespace: loopback ports of this machine")
        return
    os.environ[APART] = "1"
    os.execvp(words[0], [*words, sys.executable, *sys.argv])  # noqa: S606 - ourselves


def ours(step: str, kind: str, file: Path, count: int, rate: int) -> dict[str, float]:
    """One measurement in a process of its own, so that its memory is its own."""
    words = [sys.executable, str(HERE / "flows_ours.py"), step, kind, str(file), str(count)]
    done = subprocess.run(
        [*words, "--rate", str(rate)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{step} {kind}: {done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def show(kind: str, who: str, told: dict[str, float], per: float) -> None:
    """One line: seconds a million records, records a second, what was lost, memory."""
    records = told.get("records", told["datagrams"] * per)
    line = f"{kind:<6} {who:<11} {told['cpu'] / max(records, 1) * 1e6:>7.3f} s/M"
    if "sent" in told:
        lost = told["sent"] - told["datagrams"]
        line += f"  {lost / told['sent']:>6.1%} dropped"
    if "seconds" in told:
        rate = told["sent"] * per / told["seconds"]
        line += f"  {rate:>10,.0f}/s sent  {told['uncounted']:.0f} uncounted"
    print(f"{line}  {told['memory_mb']:.0f} MB")
    if "spent" in told:
        parts = {name: f"{spent / records * 1e6:.3f}" for name, spent in told["spent"].items()}
        kept = f"{told['kept'] / max(records, 1):.1%} archived at "
        size = f"{told['kept_bytes'] / max(told['kept'], 1):.1f} bytes a row"
        print(f"       of it {parts}; {kept}{size}; {told['hits']} hits")


def main() -> None:
    """All kinds, all steps, all peers."""
    options = argparse.ArgumentParser(description="What a million flow records cost.")
    options.add_argument("records", nargs="?", type=int, default=2_000_000)
    options.add_argument("--rate", type=int, default=1_000_000, help="records a second")
    options.add_argument("--kinds", default=",".join(KINDS))
    options.add_argument("--no-peers", action="store_true")
    chosen = options.parse_args()
    apart()
    peers = () if chosen.no_peers else PEERS
    with tempfile.TemporaryDirectory(prefix="aupkeep-flows-") as scratch:
        for kind in chosen.kinds.split(","):
            one_kind(kind, chosen.records, chosen.rate, peers, Path(scratch))


def one_kind(kind: str, records: int, rate: int, peers: tuple[Peer, ...], scratch: Path) -> None:
    """Our own steps and all peers over the same file."""
    file = scratch / f"{kind}.dg"
    per = MADE / write(kind, MADE, file)
    slower = SLOWER.get(kind, 1)
    count, pace = int(records / per / slower), int(rate / per / slower)
    for step in STEPS:
        show(kind, step, ours(step, kind, file, count, pace), per)
    for peer in peers:
        folder = scratch / f"{kind}-{peer.name}"
        folder.mkdir()
        told = measure(peer, kind, file, count, pace, folder)
        if "skipped" in told:
            print(f"{kind:<6} {peer.name:<11} {told['skipped']}")
        else:
            show(kind, peer.name, told, per)


if __name__ == "__main__":
    main()
