"""Asks the DNS lists about addresses, slowly; an edge of this room.

The answer is text, one line a question, so that a feed reads it like any list:

    203.0.113.7 dnsbl.example listed 127.0.0.2,127.0.0.4 words of its TXT record
    203.0.113.8 dnsbl.example clean
    203.0.113.9 dnsbl.example refused 127.255.255.254
    # dnsbl.example silent: 5 questions in a row had no answer

Before a zone is asked about us it must pass RFC 5782 section 5: it lists 127.0.0.2 and does not
list 127.0.0.1. A zone that lists everything, or nothing, says nothing.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_address

from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.feed import DnsblQuestion

CODES = IPv4Network("127.0.0.0/8")  # RFC 5782 section 2.1: every answer of a list lies in here
REFUSED = IPv4Network("127.255.255.0/24")  # "you may not ask": over quota, open resolver, mistyped
MUST, MUST_NOT = "2.0.0.127", "1.0.0.127"
MOST_SILENCE = 5  # questions in a row without an answer before a zone is left alone
LONGEST = 200  # characters of a TXT record


@dataclass(slots=True)
class DnsblClient:
    """Asks at most `rate` questions a second, until `seconds` are over or `stop` is set."""

    lookup: Lookup
    rate: float
    seconds: float
    stop: threading.Event = field(default_factory=threading.Event)
    silence: Counter[str] = field(default_factory=Counter)
    tested: dict[str, str] = field(default_factory=dict)

    def ask(self, questions: Iterable[DnsblQuestion]) -> tuple[str, int]:
        """The lines, and how many questions were put; the rest is for the next time."""
        until = time.monotonic() + self.seconds
        rows: list[str] = []
        put = 0
        for question in questions:
            if self.stop.is_set() or time.monotonic() >= until:
                break
            put += 1
            rows.extend(self._line(question))
        return "".join(f"{row}\n" for row in rows), put

    def _line(self, question: DnsblQuestion) -> Iterator[str]:
        zone = question.zone
        if zone not in self.tested:
            self.tested[zone] = self._test(zone)
            if self.tested[zone]:
                yield f"# {zone} {self.tested[zone]}"
        if self.tested[zone]:
            return
        try:
            codes = self._codes(question.name)
        except TimeoutError:
            self.silence[zone] += 1
            if self.silence[zone] >= MOST_SILENCE:
                self.tested[zone] = f"silent: {MOST_SILENCE} questions in a row had no answer"
                yield f"# {zone} {self.tested[zone]}"
            return
        self.silence[zone] = 0
        yield self._told(question, codes)

    def _told(self, question: DnsblQuestion, codes: list[str]) -> str:
        head = f"{question.address} {question.zone}"
        if any(ip_address(code) in REFUSED for code in codes):
            return f"{head} refused {','.join(codes)}"
        return (
            f"{head} listed {','.join(codes)} {self._words(question.name)}".rstrip()
            if codes
            else f"{head} clean"
        )

    def _codes(self, name: str) -> list[str]:
        """The answers that are codes of a list, sorted. Raises `TimeoutError`."""
        self._wait()
        codes = []
        for text in self.lookup(name, "A"):
            try:
                code = ip_address(text)
            except ValueError:
                continue
            if code.version == CODES.version and code in CODES:
                codes.append(str(code))
        return sorted(codes)

    def _words(self, name: str) -> str:
        """The reason a list gives in TXT, as one line; "" when it gives none."""
        self._wait()
        try:
            texts = self.lookup(name, "TXT")
        except TimeoutError:
            return ""
        return " ".join(" ".join(texts).split())[:LONGEST]

    def _test(self, zone: str) -> str:
        """Why a zone cannot be believed, "" when it can (RFC 5782 section 5)."""
        try:
            listed, not_listed = (self._codes(f"{test}.{zone}") for test in (MUST, MUST_NOT))
        except TimeoutError:
            return "silent: its own test had no answer"
        if any(ip_address(code) in REFUSED for code in listed + not_listed):
            return f"refused: {','.join(listed)}: it does not answer us"
        if not listed:
            return "unsound: it does not list 127.0.0.2"
        return "unsound: it lists 127.0.0.1, so it lists everything" if not_listed else ""

    def _wait(self) -> None:
        """Keep to the rate."""
        self.stop.wait(1.0 / self.rate)
