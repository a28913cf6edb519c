"""An install worth attacking: a report with thousands of cases, a case with thousands of reports.

`open_install` starts `web`, `mailin` and the worker on a home; `Install` is what attackers and
visitors ask of it, each from an address of loopback of its own.
"""

import http.client
import re
import smtplib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aupkeep.app.access.staff import add_person
from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import AppContext, open_context
from aupkeep.app.ingest import ingest_files
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, record
from aupkeep.config.home import Home
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.roles import ROLES
from aupkeep.store import cases, refresh, reports
from aupkeep.store.models import EntryRow, RawRow
from daemon.processes import PATIENCE, free_port, listens, running, stuffed, until

ATTACKER, VISITOR = ("127.0.0.2", 0), ("127.0.1.3", 0)  # of two networks: each has its turn
HELD = b"""address,customer,resource,from,until
203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,
203.0.113.2,birch,vm-2,2026-01-01T00:00:00Z,
203.0.113.3,cedar,vm-3,2026-01-01T00:00:00Z,
"""


@dataclass
class Install:
    """Its ports; a token for cases; a person's session; what has thousands of links."""

    web: int
    lmtp: int
    token: str
    session: str
    report: str
    case: str
    sent: list[bytes] = field(default_factory=list)

    def ask(self, source: tuple[str, int], method: str, path: str, **headers: str) -> int:
        """The status of one request from an address."""
        peer = http.client.HTTPConnection("127.0.0.1", self.web, timeout=60, source_address=source)
        peer.request(method, path, b"address=x%40y.example" if method == "POST" else None, headers)
        answer = peer.getresponse()
        answer.read()
        peer.close()
        return answer.status

    def post(self, source: tuple[str, int], sender: str, data: bytes) -> float:
        """Seconds until a mail was taken. Raises `OSError` when it was not."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=PATIENCE, source_address=source) as peer:
            peer.ehlo()
            peer.mail(sender)
            peer.rcpt("abuse@aupkeep.example")
            peer.putcmd("data")
            peer.getreply()
            begun = time.monotonic()
            peer.send(stuffed(data))
            if peer.getreply()[0] != 250:
                raise OSError("not taken")
            return time.monotonic() - begun


def mail(domain: str, address: str, number: int) -> bytes:
    """A report of one event, from somebody whom nothing proves."""
    at = datetime(2026, 3, 1, 10, tzinfo=UTC) + timedelta(seconds=number)
    return (
        f"From: soc@{domain}\r\nSubject: guessing\r\nMessage-ID: <{number}@{domain}>\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\r\n\r\nAll times are UTC.\r\n\r\n"
        f"{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[7]: Failed password for root from {address} "
        "port 40001 ssh2\r\n"
    ).encode()


def large(rows: int, number: int) -> bytes:
    """A mail with a table of so many rows, from nobody."""
    head = f"From: x@nowhere.example\r\nSubject: list {number}\r\nContent-Type: text/csv\r\n\r\n"
    lines = (
        f"203.0.113.{n % 250},2026-03-01T12:{n // 60 % 60:02}:{n % 60:02}Z,login-attack,{n}\r\n"
        for n in range(rows)
    )
    return (head + "ip,timestamp,type,port\r\n" + "".join(lines)).encode()


@contextmanager
def open_install(home: Home, many: int) -> Iterator[Install]:
    """`web`, `mailin` and the worker of a home with `many` links either way."""
    web, lmtp = free_port(), free_port()
    home.settings.write_text(
        f'[web]\nport = {web}\n[mail]\nlmtp_port = {lmtp}\nnameservers = ["none"]\n'
    )
    context = open_context(home)
    declare_space(context, "203.0.113.0/24", "main")
    import_assignments(context, HELD, "csv")
    mails = [(name, mail("a.example", f"203.0.113.{name}", 1)) for name in ("1", "2")]
    first, second = ingest_files(context, mails, key=None, at_once=True)
    report = many_cases(context, first.cases[0], many)
    many_reports(context, second.cases[0], many)
    link = add_person(context, "kari@aupkeep.example", "Kari", "en", roles=ROLES).link
    token = add_token(context, "cases", trusted=False, scopes=("case",), days=9).token
    with ExitStack() as stack:
        for name in ("web", "mailin", "worker"):
            stack.enter_context(running(name, log=home.path / "log"))
        until(lambda: listens(web) and listens(lmtp), "the install")
        session = signed_in(web, f"/sign-in/{link.split('/')[-2]}/")
        yield Install(web, lmtp, token, session, report, second.cases[0])


def signed_in(port: int, path: str) -> str:
    """The cookie of a session that a link opened, by the page's own form."""
    peer = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    peer.request("GET", path)
    page = peer.getresponse()
    cookie = str(page.getheader("Set-Cookie")).partition(";")[0]
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert found, "a form"
    headers = {
        "Cookie": cookie,
        "Origin": f"http://127.0.0.1:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    peer.request("POST", path, f"csrfmiddlewaretoken={found[1]}", headers)
    answer = peer.getresponse()
    cookies = [
        value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"
    ]
    peer.close()
    return "; ".join(value for value in cookies if "session" in value)


def many_cases(context: AppContext, reference: str, count: int) -> str:
    """The id of the report of a case, joined to so many cases more."""
    case = cases.by_reference(reference)
    assert case is not None
    claim, incident = cases.claims(case.id)[0], cases.incidents(case.id)[0]
    rows: list[object] = []
    for number in range(count):
        name = f"many{number:05}"
        rows += [
            replace(case, id=name, reference=f"M{number:03X}-{number:04X}", resource=name),
            replace(incident, id=name, case=name, resource=name),
            replace(claim, id=name, incident=name),
        ]
    _write(context, rows)
    return str(claim.report)


def many_reports(context: AppContext, reference: str, count: int) -> None:
    """A case, joined to so many reports more."""
    case = cases.by_reference(reference)
    assert case is not None
    claim = cases.claims(case.id)[0]
    report = reports.get(claim.report)
    assert report is not None
    rows: list[object] = []
    for number in range(count):
        name = f"more{number:05}"
        rows += [replace(report, id=name), replace(claim, id=name, report=name)]
    _write(context, rows)


def _write(context: AppContext, rows: list[object]) -> None:
    change = entry(context, EntryType.CASE_CHANGED, SYSTEM, {"made": len(rows)})
    record(context, change, rows=rows)


def waits(sender: str) -> list[float]:
    """Seconds from receipt to being read of each mail of a sender; infinite while it is not."""
    refresh()
    read = {
        str(payload["raw"]): at
        for payload, at in EntryRow.objects.filter(type="report-read").values_list("payload", "at")
    }
    came = RawRow.objects.filter(sender=sender).values_list("id", "received_at")
    return [(read[raw] - at).total_seconds() if raw in read else float("inf") for raw, at in came]
