"""Mails per CPU second, bare and through the box; XARF reports and table rows bare.

    python bench/parsing.py [COUNT] [--peer VERSION] [--cache FOLDER]

The mails are our own, made here: half ARF reports with an embedded original, a quarter with an XARF
attachment, a quarter log-line prose. CPU time is that of this process and of its boxes. The same
XARF reports are given to the `xarf` library, installed from PyPI into an environment of its own
under the cache folder; `--peer none` leaves it out.
Goal: 1,500 mails with containers per CPU second, the box included; 10,000 XARF reports; 15,000
rows. Log-line prose has no goal of its own; what it costs stands beside.
"""

import argparse
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.pool import SandboxLimits, SandboxPool

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "aupkeep-bench"
FILLER = "This line stands for the words that a real mail carries around its facts.\n" * 30


def arf(number: int) -> bytes:
    """An abuse report with the offending mail inside, about 4 kB."""
    return f"""From: Desk <fbl@reporter.example>
To: abuse@hoster.example
Subject: Abuse report {number}
Date: Sun, 01 Mar 2026 12:00:00 +0000
Message-ID: <{number}@reporter.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="edge-{number}"

--edge-{number}
Content-Type: text/plain; charset=utf-8

This is an abuse report for a mail from 192.0.2.{number % 256}.

--edge-{number}
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: bench/1
Version: 1
Arrival-Date: Sun, 01 Mar 2026 11:58:00 +0000
Source-IP: 192.0.2.{number % 256}

--edge-{number}
Content-Type: message/rfc822

Received: from tenant.example ([192.0.2.{number % 256}]) by mx.reporter.example;
 Sun, 1 Mar 2026 11:58:00 +0000
From: sender@tenant.example
Subject: =?utf-8?q?Offer_{number}?=

{FILLER}
--edge-{number}--
""".encode()


def report(number: int) -> str:
    """One XARF v4 report."""
    who = {"org": "Reporter", "contact": "abuse@reporter.example", "domain": "reporter.example"}
    return json.dumps(
        {
            "xarf_version": "4.2.0",
            "report_id": f"550e8400-e29b-41d4-a716-{number:012d}",
            "timestamp": "2026-03-01T11:58:00Z",
            "reporter": who,
            "sender": who,
            "source_identifier": f"192.0.2.{number % 256}",
            "source_port": 40000,
            "category": "connection",
            "type": "login_attack",
            "destination_ip": "198.51.100.7",
            "destination_port": 22,
            "protocol": "tcp",
            "first_seen": "2026-03-01T11:58:00Z",
        }
    )


def xarf(number: int) -> bytes:
    """A mail with an XARF attachment."""
    body = base64.encodebytes(report(number).encode()).decode()
    return f"""From: abuse@reporter.example
Subject: XARF {number}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x-{number}"

--x-{number}
Content-Type: text/plain

See the attachment.
--x-{number}
Content-Type: application/json; name=xarf.json
Content-Transfer-Encoding: base64

{body}
--x-{number}--
""".encode()


def prose(number: int) -> bytes:
    """A mail with log lines."""
    lines = "".join(
        f"2026-03-01T11:{minute:02d}:09Z sshd: Failed password for root from 192.0.2.{number % 256}"
        f" port {40000 + minute} ssh2\n"
        for minute in range(10)
    )
    return f"""From: admin@reporter.example
Subject: SSH attack from 192.0.2.{number % 256}
Date: Sun, 01 Mar 2026 12:00:00 +0000

Hello, your address tried logins here:

{lines}
{FILLER[:800]}
""".encode()


MAKERS: tuple[Callable[[int], bytes], ...] = (arf, xarf, arf, prose)


def spent() -> float:
    """CPU seconds of this process and its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def rate(what: str, count: int, work: Callable[[], None]) -> None:
    """Print how many a CPU second."""
    before = spent()
    work()
    print(f"{what:<28} {count / (spent() - before):>10,.0f} per CPU second")


def main() -> None:
    """Run all measurements."""
    options = argparse.ArgumentParser(description="Mails and reports per CPU second.")
    options.add_argument("count", nargs="?", type=int, default=5000)
    options.add_argument("--peer", default="1.0.0", help="version of xarf; none = without it")
    options.add_argument("--cache", type=Path, default=CACHE)
    chosen = options.parse_args()
    count = chosen.count
    for maker in MAKERS[1:]:
        read(maker(0), "warm", "mail")
    mails = [MAKERS[number % 4](number) for number in range(count)]
    for maker in MAKERS[1:]:
        own = [maker(number) for number in range(count // 4)]
        rate(f"mails, {maker.__name__}, bare", len(own), lambda own=own: bare(own))
    rate("mails, mixed, bare", count, lambda: bare(mails))
    lives = max(1, SandboxLimits().jobs // count)  # as many as one box reads: its start counts once
    for name, some in (("mixed", mails), ("containers", contained(count))):
        rate(f"mails, {name}, boxed", count * lives, lambda some=some: boxed(some * lives))
    reports = [report(number).encode() for number in range(count)]
    rate("XARF reports, bare", count, lambda: [read(one, "r.json", "xarf") for one in reports])
    if chosen.peer != "none":
        print(
            f"{f'XARF reports, xarf {chosen.peer}':<28} {theirs(chosen.peer, chosen.cache, count)}"
        )
    rows = ["ip,port,timestamp,kind"]
    rows += [f"192.0.2.{n % 256},4000,2026-03-01T11:58:00Z,spam" for n in range(count * 5)]
    table = "\n".join(rows).encode()
    rate("table rows, bare", count * 5, lambda: read(table, "t.csv", "csv"))


def contained(count: int) -> list[bytes]:
    """Mails with a container: two ARF reports for each XARF attachment."""
    return [MAKERS[number % 3](number) for number in range(count)]


def theirs(version: str, cache: Path, count: int) -> str:
    """What the peer does with the same reports, or why it does nothing."""
    python = cache / f"xarf-{version}" / "bin" / "python"
    steps = [
        [sys.executable, "-m", "venv", str(python.parents[1])],
        [str(python), "-m", "pip", "install", "-q", f"xarf=={version}"],
    ]
    for step in [] if (python.parents[1] / "done").exists() else steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"could not be installed: {done.stderr.strip().splitlines()[-1:]}"
    (python.parents[1] / "done").touch()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as file:
        file.write("\n".join(report(number) for number in range(count)))
        file.flush()
        words = [str(python), str(Path(__file__).parent / "peer_xarf.py"), file.name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1:]}"
    told = json.loads(done.stdout)
    invalid = f", {told['invalid']} not valid" if told["invalid"] else ""
    return f"{told['reports'] / told['seconds']:>10,.0f} per CPU second{invalid}"


def bare(mails: list[bytes]) -> None:
    """Read in this process."""
    for mail in mails:
        read(mail, "1.eml", "mail")


def boxed(mails: list[bytes]) -> None:
    """Read in a box, its start and end included."""
    with SandboxPool(size=1) as box:
        for _ in box.read_all((mail, "1.eml", "mail") for mail in mails):
            pass


if __name__ == "__main__":
    main()
