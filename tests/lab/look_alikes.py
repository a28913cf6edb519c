"""What is no attack by tenant A: a flood from outside, and honest customers of tenant B."""

import sys
from pathlib import Path

from aupkeep.lab.attacks import EXCHANGERS, INTERNET, PACE, PACKETS, B, Words

FORGED = "192.0.2.62"  # in whose name a flood from outside comes
TRAFFIC = [sys.executable, str(Path(__file__).with_name("honest_traffic.py"))]
HONEST = ("visit", "served", "asked", "backup")


def flood_at(target: str) -> Words:
    """A SYN flood from outside at the web server of an address of ours, with a forged sender."""
    words = ["hping3", "-q", "-n", "-S", "-a", FORGED, "-p", "80", "-i", f"u{1_000_000 // PACE}"]
    return [("internet", [*words, "-c", str(PACKETS), target])]


def honest(folder: Path) -> Words:
    """What tenant B's honest customers do: a busy web server, names served, asked, a backup."""
    counts = {name: str(folder / f"honest-{name}.json") for name in HONEST}
    return [
        ("internet", [*TRAFFIC, "visit", B, "1500", "150", counts["visit"]]),
        ("internet", [*TRAFFIC, "resolve", "1500", "150", counts["served"], B]),
        ("tenant-b", [*TRAFFIC, "resolve", "1500", "150", counts["asked"], *EXCHANGERS]),
        ("tenant-b", [*TRAFFIC, "backup", INTERNET, "10", counts["backup"]]),
    ]
