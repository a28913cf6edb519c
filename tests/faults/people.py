"""Who uses an install while things go wrong: each brings one thing to its end, then the next."""

import hashlib
import http.client
import json
import random
import re
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import DatabaseError, connection

from aupkeep.store import outbox
from faults.world import CLERK, World, address

STAMP = "Authentication-Results: mx.aupkeep.example; dkim=pass header.d=cert.example\r\n"
MAIL = """\
From: Night shift <soc@cert.example>\r
To: abuse@aupkeep.example\r
Subject: password guessing, {number}\r
Date: {sent:%a, %d %b %Y %H:%M:%S} +0000\r
Message-ID: <{number}@cert.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
Your host keeps guessing passwords here. All times are UTC.\r
\r
{lines}\r
"""
LINE = (
    "{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[{port}]: "
    "Failed password for root from {address} port {port} ssh2"
)
WRONG = (OSError, http.client.HTTPException, smtplib.SMTPException, ValueError, LookupError)
DONE = (200, 202)
MOST_LEFT = 12  # pieces of work; who has so much before them is sent nothing more


def mail(number: int, about: str, sent: datetime, *, stamp: bool = True) -> bytes:
    """A report about an address that is no other's bytes."""
    lines = [
        LINE.format(at=sent - timedelta(seconds=60 + n), port=40_000 + n, address=about)
        for n in range(3)
    ]
    text = MAIL.format(number=number, sent=sent, lines="\r\n".join(lines))
    return ((STAMP if stamp else "") + text).encode()


@dataclass
class Told:
    """What was acknowledged: digests of reports, numbers of clicks; and how often what was not."""

    mails: set[str] = field(default_factory=set)
    reports: set[str] = field(default_factory=set)
    clicks: set[int] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)

    def count(self) -> int:
        """How much was acknowledged."""
        return len(self.mails) + len(self.reports) + len(self.clicks)

    def note(self, who: str, what: object) -> None:
        """Count a refusal or a fault, by its first words."""
        key = f"{who}: {str(what)[:60]}"
        self.refused[key] = self.refused.get(key, 0) + 1


def backlog() -> int:
    """How much work is left, 0 where the database does not say."""
    try:
        return outbox.pending(("read", "consider", "mail"))
    except DatabaseError:
        return 0
    finally:
        connection.close()


def hang_up(state: dict) -> None:
    """End a session that is broken, or no longer needed."""
    if line := state.pop("line", None):
        line.close()


@dataclass
class People:
    """Three who work at once; `web` and `lmtp` are the ports they know."""

    world: World
    web: int
    lmtp: int
    told: Told = field(default_factory=Told)
    pace: float = 0.3  # seconds between two things that one of them does
    over: threading.Event = field(default_factory=threading.Event)
    last: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def busy(self) -> Iterator[Told]:
        """They work until the block ends; what each has begun it brings to its end then."""
        threads = [
            threading.Thread(target=self._work, args=(act,), daemon=True)
            for act in (self._send, self._report, self._decide)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self.told
        finally:
            self.over.set()
            for thread in threads:
                thread.join(120)
            assert not any(thread.is_alive() for thread in threads), self.told.refused

    def _work(self, act) -> None:
        """One thing after the other, each tried until it is acknowledged."""
        number, state = 0, {}
        while not self.over.is_set():
            if backlog() > MOST_LEFT:  # a busy machine is given no more than it can do
                time.sleep(1)
                continue
            number += 1
            self._bring_to_end(act, number, state)
            time.sleep(self.pace)
        hang_up(state)

    def _bring_to_end(self, act, number: int, state: dict) -> None:
        until = time.monotonic() + 100
        while time.monotonic() < until:
            try:
                if act(number, state):
                    return
            except WRONG as error:
                self.told.note(act.__name__, repr(error))
                hang_up(state)
            time.sleep(0.1)

    def _send(self, number: int, state: dict) -> bool:
        """A mail by LMTP, over one session as long as it lasts."""
        if state.get("number") != number:
            state["number"] = number
            state["mail"] = mail(number, address(number), datetime.now(UTC))
        if "line" not in state:
            state["line"] = smtplib.LMTP("127.0.0.1", self.lmtp, timeout=10)
        state["line"].sendmail("soc@cert.example", ["abuse@aupkeep.example"], state["mail"])
        self.told.mails.add(hashlib.sha256(state["mail"]).hexdigest())
        return True

    def _report(self, number: int, state: dict) -> bool:
        """A report by the API, with a key of its own."""
        if state.get("number") != number:
            state["number"] = number
            about = address(number * 7)
            state["mail"] = mail(100_000 + number, about, datetime.now(UTC), stamp=False)
        headers = {
            "Authorization": f"Bearer {self.world.tokens['report']}",
            "Content-Type": "message/rfc822",
            "Idempotency-Key": f"report-{number}",
        }
        status, _, body = self._ask("POST", "/api/v1/reports", state["mail"], headers)
        if status not in DONE:
            self.told.note("report", status)
            return False
        self.told.reports.add(json.loads(body)["digest"])
        return True

    def _decide(self, number: int, state: dict) -> bool:
        """A click of a person of the desk: a measure on a case."""
        chance = state.setdefault("chance", random.Random(number))  # noqa: S311 - which case
        if state.get("number") != number:
            cases = self._api("/api/v1/cases?limit=200")
            free = [
                one["reference"]
                for one in cases
                if one["reference"] not in state.setdefault("seen", set())
            ]
            if not free:
                return True
            state.update(number=number, case=chance.choice(free))
        case, why = state["case"], f"click {number} of the desk"
        shown = self._api(f"/api/v1/cases/{case}")
        made = [one for one in shown["decisions"] if why in one["reasons"]]
        if not made:
            self._click(
                state, case, "decide", measure="block-port", hours="1", cause="unknown", reasons=why
            )
            shown = self._api(f"/api/v1/cases/{case}")
            made = [one for one in shown["decisions"] if why in one["reasons"]]
        if not made:
            return False
        self.told.clicks.add(number)
        state["seen"].add(case)
        return True

    def _click(self, state: dict, case: str, form: str, **values: str) -> None:
        """Open the case's page and send one of its forms."""
        jar = state.setdefault("jar", {})
        status, _, page = self._ask("GET", f"/case/{case}", jar=jar)
        if status == 302:  # nobody is signed in
            link = urlsplit(self.world.run("staff", "link", CLERK)["link"]).path
            _, _, page = self._ask("GET", link, jar=jar)
            self._post(link, page, jar)
            status, _, page = self._ask("GET", f"/case/{case}", jar=jar)
        if status != 200:  # the page of a fault has no form to send
            raise ValueError(f"/case: {status}")
        seen = re.search(r'name="seen" value="([^"]*)"', page.decode())
        status, _, page = self._post(
            f"/case/{case}/{form}", page, jar, seen=seen[1] if seen else "", **values
        )
        if status not in (302, 303):
            words = re.findall(r'ds-(?:alert|validation-message)"[^>]*>([^<]*)', page.decode())
            self.told.note(form, f"{status} {words}")

    def _post(self, path: str, page: bytes, jar: dict, **values: str) -> tuple[int, str, bytes]:
        """Send a form of a page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page.decode())
        body = urlencode({"csrfmiddlewaretoken": token[1] if token else "", **values}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, headers, jar=jar)

    def _api(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        headers = {"Authorization": f"Bearer {self.world.tokens['case']}"}
        status, _, body = self._ask("GET", path, headers=headers)
        if status != 200:
            raise ValueError(f"{path.partition('?')[0].rpartition('/')[0]}: {status}")
        return json.loads(body)

    def _ask(
        self, method: str, path: str, body: bytes | None = None,
        headers: dict[str, str] | None = None, jar: dict[str, str] | None = None,
    ) -> tuple[int, str, bytes]:  # fmt: skip
        """One request on a connection of its own: status, place to go to, body."""
        cookies = "; ".join(f"{name}={value}" for name, value in (jar or {}).items())
        link = http.client.HTTPConnection("127.0.0.1", self.web, timeout=15)
        try:
            link.request(
                method, path, body, {**(headers or {}), **({"Cookie": cookies} if cookies else {})}
            )
            answer = link.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                if jar is not None:
                    jar[name] = value
            return answer.status, answer.headers.get("Location", ""), answer.read()
        finally:
            with suppress(OSError):
                link.close()
