"""The extractor beside `ioc-finder` and `iocextract`, on the same texts in the same run.

    python bench/extract_peers.py [COUNT] [--peers NAME=VERSION,…|none] [--cache FOLDER]

Three works. Mails: COUNT complaints of our own, prose and logs, in mails and MB per CPU second.
Figures: text made to mislead (versions, telephone numbers, netmasks), where each address found is
wrong. Lines: those of `../shared/corpora/fail2ban-logs` where present: the offender alone is right
on a line that matches, and a line that must not match should name nobody. A peer lists every
address it sees and does not say who acted; it is right where it lists the offender and nobody else.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from aupkeep.intake.extract.findings import extract
from aupkeep.intake.extract.lines import offender
from aupkeep.model.origin import parse_origin

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "aupkeep-bench"
LINES = Path(__file__).parents[2] / "shared" / "corpora" / "fail2ban-logs" / "expected.jsonl"
SENT = datetime(2026, 3, 2, tzinfo=UTC)
PEERS = "ioc-finder=9.4.1,iocextract=1.16.1"
FIGURES = [
    "version 1.2.3.4, build 10.20.30.40, OID 1.3.6.1.4.1.311, firmware v2.4.6.8",
    "Tel. +49.30.12.34.56, fax 22.33.44.55, order 4111.1111.1111.1111",
    "netmask 255.255.255.0, our network 198.51.100.0/24, 2001:db8::/32",
    "Chrome/120.0.6099.71 Safari/537.36 at 12:34:56:78 on 00:1b:44:11:3a:b7",
    "1.2.3.4.5.6.7.8 and 01.02.2026 and 999.1.2.3 and ec2-192-0-2-1.example",
]
ATTACK = (
    "Dear team,\n\nour mail server 198.51.100.{n} was attacked from 192.0.2.{n} on 2026-03-01 at "
    "10:{m:02}:00 UTC by brute force.\n\nKind regards\nExample Desk\n"
)
ANGRIFF = (
    "Von der IP-Adresse 192.0.2.{n} kamen am 01.03.2026 um 10:{m:02} Uhr (MEZ) Anmeldeversuche auf "
    "unseren Server 198.51.100.{n}.\n\nMit freundlichen Grüßen\nBeispiel\n"
)
PAGE = (
    "Phishing: hxxps://login{n}[.]bank[.]example/verify [192.0.2.{n}]\n"
    "Seen 2026-03-01 10:{m:02} UTC\n"
)
PROSE = [ATTACK, ANGRIFF, PAGE]
LOG = (
    "Mar  1 10:{m:02}:{s:02} mx sshd[9]: Failed password for root from 192.0.2.{n} port {p} ssh2\n"
    "Mar  1 10:{m:02}:{s:02} mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from x[192.0.2.{n}]: 554\n"
)


class Said(NamedTuple):
    """What one tool says of all texts, and the CPU seconds it took."""

    found: list[list[str]]
    seconds: float
    invented: int = 0
    slow: int = 0


def mails(count: int) -> list[str]:
    """Complaints of our own: three of prose, then one with a log of forty lines."""
    made = []
    for number in range(count):
        n, m = number % 250 + 1, number % 60
        if number % 4 < len(PROSE):
            made.append(PROSE[number % 4].format(n=n, m=m))
        else:
            made.append("".join(LOG.format(n=n, m=m, s=s, p=1024 + s) for s in range(20)))
    return made


def ours(texts: list[str]) -> Said:
    """What the extractor claims of each text."""
    begun = time.process_time()
    made = [
        extract([text], source=parse_origin("mail:?a.example"), sent_at=SENT, local=True).findings
        for text in texts
    ]
    seconds = time.process_time() - begun
    found = [sorted({str(one.subject.address) for one in each}) for each in made]
    return Said(found, seconds)


def theirs(name: str, version: str, cache: Path, texts: list[str]) -> Said | str:
    """What a peer finds in the same texts, or why it finds nothing."""
    python = cache / f"{name}-{version}" / "bin" / "python"
    wanted = [
        "setuptools<81",
        "requests",
        f"{name}=={version}",
    ]  # iocextract asks for both and names neither
    steps = [
        [sys.executable, "-m", "venv", str(python.parents[1])],
        [str(python), "-m", "pip", "install", "-q", *wanted],
    ]
    for step in [] if (python.parents[1] / "done").exists() else steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"could not be installed: {done.stderr.strip().splitlines()[-1:]}"
    (python.parents[1] / "done").touch()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".json") as file:
        json.dump(texts, file)
        file.flush()
        words = [str(python), str(Path(__file__).parent / "peer_ioc.py"), name, file.name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1:]}"
    told = json.loads(done.stdout)
    return Said(told["found"], told["seconds"], told["invented"], told["slow"])


def lines() -> tuple[list[str], list[str | None]]:
    """The evidence lines and the offender of each, None where a line must not match."""
    if not LINES.exists():
        return [], []
    rows = [json.loads(row) for row in LINES.read_text("utf-8").splitlines()]
    right = [row["expect"].get("host") if row["expect"].get("match") else None for row in rows]
    return [row["line"] for row in rows], right


def same(found: list[str], host: str) -> bool:
    """True when exactly this address was found."""
    try:
        return [ip_address(one) for one in found] == [ip_address(host)]
    except ValueError:
        return False


def told(name: str, said: Said | str, texts: list[str]) -> None:
    """Print one tool's speed."""
    if isinstance(said, str):
        print(f"  {name:<20}{said}")
        return
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(
        f"  {name:<20}{len(texts) / said.seconds:>9,.0f} texts and {size / said.seconds:>6.2f} MB "
        f"per CPU second; {sum(map(len, said.found)):,} addresses, {said.invented} invented, "
        f"{said.slow} stopped after 10 s"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="The extractor beside its peers.")
    options.add_argument("count", nargs="?", type=int, default=2000)
    options.add_argument("--peers", default=PEERS, help="name=version,…; none = without them")
    options.add_argument("--cache", type=Path, default=CACHE)
    chosen = options.parse_args()
    peers = [] if chosen.peers == "none" else [one.split("=") for one in chosen.peers.split(",")]
    evidence, right = lines()
    for work, texts in (("mails", mails(chosen.count)), ("figures", FIGURES), ("lines", evidence)):
        if not texts:
            continue
        print(f"{work}: {len(texts):,}")
        all_said = [("aupkeep", ours(texts))]
        all_said += [(name, theirs(name, number, chosen.cache, texts)) for name, number in peers]
        for name, said in all_said:
            told(name, said, texts)
            if work == "lines" and isinstance(said, Said):
                judged(said.found, right)
    if evidence:
        spots = [offender(line) for line in evidence]
        print("  aupkeep, the line alone: loopback and 0.0.0.0 (redacted) told too")
        judged([[str(spot.address)] if spot else [] for spot in spots], right)


def judged(found: list[list[str]], right: list[str | None]) -> None:
    """Print on how many lines the offender is right, and how many name somebody they should not."""
    pairs = list(zip(found, right, strict=True))
    match = [same(one, host) for one, host in pairs if host is not None]
    false = [bool(one) for one, host in pairs if host is None]
    print(
        f"    right offender {sum(match)} of {len(match)} ({100 * sum(match) / len(match):.1f} %); "
        f"a host on {sum(false)} of {len(false)} lines that must not match"
    )


if __name__ == "__main__":
    main()
