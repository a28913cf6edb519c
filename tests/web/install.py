"""A real install behind the pages: its processes, a small world's mail, and eyes on its tables.

`furnished` fills it as an operator and the world outside would: by the command line, by LMTP and by
the API. Everything has documentation addresses. The agent records; nothing needs privilege.
"""

import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from aupkeep.lab.mails import LabReporter, guessing_report
from aupkeep.lab.scenario import action_in, find_case, mail_to
from aupkeep.lab.world import DESK, LabWorld

FLOOD, FLOODED = "connection/ddos", "protection/inbound_ddos"
ADA, BEN = ("ada@aupkeep.example", "Ada Solberg"), ("ben@aupkeep.example", "Ben Okafor")
LONG_NAME = "A hosting company with a name as long as the law allows and no place to break it AS"
CUSTOMERS = f"""\
customer,name,type,contact,role,language,brand,tier,parent,external_id,tags,since
C-1007,Nordlys Drift AS,business,drift@nordlys.example,abuse,nb,,,,,,2023-04-01T00:00:00Z
C-2041,Birch Data Ltd,business,abuse@birch.example,abuse,en,,,,,,2023-05-01T00:00:00Z
C-1190,{LONG_NAME},business,noc@long.example,abuse,en,,,,,,2024-01-01T00:00:00Z
C-0419,Fjord Clinic,business,it@clinic.example,abuse,en,,,,,protected,2022-01-01T00:00:00Z
"""
HELD = """\
203.0.113.7,,,C-1007,vm-4,2025-02-11T09:00:00Z,{moved}
203.0.113.7,,,C-2041,vm-b9,{moved},
203.0.113.8,,,C-1007,vm-4,{moved},
203.0.113.24,,,C-2041,vm-web-3,2026-01-01T00:00:00Z,
203.0.113.77,,,C-1190,fw-edge-with-a-name-as-long-as-clouds-make-them-0000000001,2026-01-01T00:00:00Z,
203.0.113.140,,,C-1190,ns-1,2026-01-01T00:00:00Z,
203.0.113.200,,,C-0419,vm-records,2026-01-01T00:00:00Z,
203.0.113.201,,,C-2041,vm-99be,2026-01-01T00:00:00Z,
"""
SUBJECT = "\u202egpj.exe <script>alert(1)</script> " + "W" * 300
HOSTILE = """\
</pre><script>document.title = "owned"</script> <img src=x onerror=alert(1)>
File: invoice\u202egpj.exe and \u2066a\u2069 \u200b zero width, \x07bell, {{{{ 7*7 }}}} {{% now %}}
{long}
{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[1]: Failed password for <b>\u202etoor</b> \
from 203.0.113.77 port 40001 ssh2
{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[1]: Failed password for {long} \
from 203.0.113.77 port 40002 ssh2
"""


class Install:
    """A running install: `world` its processes and people."""

    def __init__(self, world: LabWorld) -> None:
        self.world = world
        self.sessions: dict[tuple[str, str], list] = {}  # a person's cookies once signed in
        self.now = datetime.now(UTC).replace(microsecond=0)

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path, database: str = "") -> Iterator["Install"]:
        """Start it; its agent records also where there could be namespaces."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("aupkeep.lab.world.available", lambda: "the pages need no router")
            with LabWorld.open(folder, database=database) as world:
                yield cls(world)

    @property
    def database(self) -> str:
        """The PostgreSQL it stores in; "" for SQLite."""
        return self.world.environment.get("AUPKEEP_DATABASE", "")

    def case_of(self, customer: str) -> dict[str, Any]:
        """The newest case of a customer, waited for."""
        return self.world.wait(lambda: find_case(self.world, customer), f"a case of {customer}")

    def action(self, reference: str, state: str) -> dict[str, Any]:
        """A case's action in that state, waited for."""
        return self.world.wait(lambda: action_in(self.world, reference, state), f"{state} action")

    def link_to(self, address: str, page: str) -> str:
        """The path of the newest link of a page (`c`, `r`) in a letter to that address."""
        letter = self.world.wait(lambda: mail_to(self.world, address, f"/{page}/"), "a letter")
        text = letter.get_payload(decode=True).decode()
        start = text.index(f"/{page}/")
        return text[start : text.index("/", start + 3) + 1]

    def mail(self, sender: LabReporter, mail: bytes) -> None:
        """A mail signed by its sender comes by the exchanger."""
        said = self.world.exchanger.hand_on(sender.sign(mail), sender.address, DESK)
        assert said.startswith("250"), said

    def find(self, findings: list[dict[str, Any]]) -> None:
        """Findings of our own telemetry come by the API."""
        token = self.world.command("token", "add", "flows", "--trusted", "--scope", "finding")
        headers = {"Authorization": f"Bearer {token['token']}", "Content-Type": "application/json"}
        status, said = self.world.post("/api/v1/findings", json.dumps(findings).encode(), headers)
        assert status == 202, said

    def flood(self, *, into: bool = False) -> str:
        """A flood by or at a machine stands in the flow records; its case, once a person acted."""
        begun = int(datetime.now(UTC).timestamp() * 1000) - 110_000
        path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        words = [sys.executable, "-m", "web.flooded", str(begun), *(["into"] if into else [])]
        subprocess.run(words, env={**self.world.environment, "PYTHONPATH": path}, check=True)
        kind = FLOODED if into else FLOOD
        found = self.world.wait(lambda: self._of_kind(kind), "the flood's case")
        reference = str(found["reference"])
        measure = "limit-inbound" if into else "block-destination"
        words = ["--measure", measure, "--hours", "4", "--as", ADA[0]]
        reasons = "Our own flow records show it; nothing wider is touched than that one way."
        self.world.command("decide", reference, *words, "--reasons", reasons)
        self.action(reference, "recorded")
        return reference

    def _of_kind(self, kind: str) -> dict[str, Any] | None:
        rows: list[dict[str, Any]] = self.world.command("case", "list")
        return next((row for row in rows if row["kind"] == kind), None)

    def ago(self, **length: float) -> datetime:
        """A moment before the install was opened."""
        return self.now - timedelta(**length)

    @contextlib.contextmanager
    def still(self) -> Iterator[None]:
        """Every process but the pages stands still, so that only they could change anything."""
        others = self.world.processes[1:]
        for other in others:
            os.kill(other.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for other in others:
                os.kill(other.pid, signal.SIGCONT)

    def digests(self) -> dict[str, str]:
        """Each table's rows as one digest: two are equal when nothing was written between."""
        with contextlib.closing(self._connect()) as found:
            return {name: _digest(found.cursor(), name) for name in self._tables(found.cursor())}

    def _connect(self):  # noqa: ANN202 - a connection of either driver
        if not self.database:
            return sqlite3.connect(self.world.home / "aupkeep.db")
        import psycopg

        return psycopg.connect(self.database)

    def _tables(self, cursor) -> list[str]:
        schema = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        lite = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
        cursor.execute(schema if self.database else lite)
        return [name for (name,) in cursor.fetchall()]


def _digest(cursor, table: str) -> str:
    cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name the database gave
    rows = sorted(repr(row) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def furnish(install: Install) -> None:
    """Customers, an address that moved, two people, six cases and an inbox."""
    world, folder = install.world, install.world.folder
    moved = f"{install.ago(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    (folder / "customers.csv").write_text(CUSTOMERS, "utf-8")
    head = "address,port_from,port_to,customer,resource,from,until\n"
    (folder / "held.csv").write_text(head + HELD.format(moved=moved), "utf-8")
    world.command("customers", "import", str(folder / "customers.csv"))
    world.command("inventory", "import", str(folder / "held.csv"))
    world.command("staff", "add", ADA[0], "--name", ADA[1], "--me")
    world.command("staff", "add", BEN[0], "--name", BEN[1], "--role", "senior")
    install.find(_telemetry(install))
    cert, uni = world.reporters
    past = install.ago(hours=1, minutes=30)
    sent = install.now
    install.mail(cert, guessing_report(cert, DESK, "203.0.113.7", past, sent=sent))
    install.mail(uni, letter(uni, hostile(install), SUBJECT))
    install.mail(
        cert, guessing_report(cert, DESK, "203.0.113.200", install.ago(hours=3), sent=sent, lines=3)
    )
    for text, subject in (
        ("Somebody of yours is a bad person. Please act.", "Complaint"),
        (f"A port scan from 203.0.113.99 at {past:%Y-%m-%d %H:%M:%S} +0000", "Scan " + "x" * 300),
        (f"{past:%Y-%m-%d %H:%M:%S} +0000 port scan from 192.0.2.44 port 3", "Not yours"),
    ):
        install.mail(uni, letter(uni, text, subject))
    install.link_to("drift@nordlys.example", "c")  # told at one source, before there are two
    trust = ("source", "trust", f"mail:{cert.domain}", "--days", "300", "--as", ADA[0])
    world.command(*trust, "--reasons", "The national team; it was right for years.")
    earlier = past - timedelta(minutes=2)
    install.mail(uni, guessing_report(uni, DESK, "203.0.113.7", earlier, sent=sent, lines=6))
    world.wait(lambda: find_case(world, "C-1007")["level"] == "E2", "both reports about one case")


def _telemetry(install: Install) -> list[dict[str, Any]]:
    """What our own telemetry saw: a flood, phishing, spam over a day, an open resolver."""

    def one(kind: str, address: str, at: datetime, **more: object) -> dict[str, Any]:
        return {"kind": kind, "address": address, "at": at.isoformat(), **more}

    dns = {"address": "198.51.100.9", "port": 53, "protocol": "udp"}
    url = "https://sign-in.birch.example/id/verify?next=/account"
    return [
        one("connection/ddos", "203.0.113.24", install.ago(minutes=2), count=1284, target=dns),
        one("content/phishing", "203.0.113.201", install.ago(hours=5), url=url),
        one("vulnerability/open_service", "203.0.113.140", install.ago(hours=9), role="vulnerable"),
        *(
            one("messaging/spam", "203.0.113.140", install.ago(hours=hours), count=40 + 9 * hours)
            for hours in range(1, 20, 2)
        ),
    ]


def hostile(install: Install) -> str:
    """A report's text full of what must not come through."""
    return HOSTILE.format(at=install.ago(minutes=20), long="A" * 500)


def letter(sender: LabReporter, text: str, subject: str) -> bytes:
    """A plain mail to the desk."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{sender.name} <{sender.address}>"
    mail["To"] = DESK
    mail["Subject"] = subject
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{hashlib.sha256(text.encode()).hexdigest()[:20]}@{sender.domain}>"
    mail.set_content(text)
    return mail.as_bytes()
