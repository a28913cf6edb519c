"""The provider's own mail exchanger, played by the lab: checks DKIM, stamps, hands on by LMTP.

It is what Postfix with a DKIM filter does in front of a real install. The desk believes its stamp
because the operator named it in aupkeep.toml; a stamp a sender wrote is taken off first.
"""

import re
import smtplib
from collections.abc import Mapping
from typing import Any

import dkim

library: Any = dkim  # dkimpy ships no types
NAME = "mx.aupkeep.example"
LINES = re.IGNORECASE | re.MULTILINE | re.DOTALL
FOREIGN = re.compile(rb"^authentication-results:.*?\r?\n(?![ \t])", LINES)
SIGNER = re.compile(rb"^dkim-signature:.*?\bd=([a-z0-9.-]+)", LINES)

Records = Mapping[tuple[str, str], tuple[str, ...]]


class Exchanger:
    """`records` is the DNS it asks, by (name, type); `port` the desk's LMTP port on loopback."""

    def __init__(self, records: Records, port: int) -> None:
        """Remember both; nothing is opened before a mail is handed on."""
        self._records = dict(records)
        self._port = port

    def hand_on(self, mail: bytes, sender: str, recipient: str) -> str:
        """Stamp a mail and give it to the desk; returns the desk's answer. Raises SMTP errors."""
        mail = FOREIGN.sub(b"", mail)
        stamped = self._stamp(mail) + mail
        with smtplib.LMTP("127.0.0.1", self._port, local_hostname=NAME) as desk:
            desk.ehlo()
            desk.mail(sender)
            desk.rcpt(recipient)
            code, said = desk.data(stamped)
        return f"{code} {said.decode('utf-8', 'replace')}"

    def _stamp(self, mail: bytes) -> bytes:
        """An Authentication-Results header (RFC 8601) with what DKIM says."""
        signer = SIGNER.search(mail)
        if signer is None:
            return f"Authentication-Results: {NAME}; dkim=none\r\n".encode()
        holds = library.verify(mail, dnsfunc=self._txt)
        result = "pass" if holds else "fail"
        domain = signer[1].decode("ascii")
        return f"Authentication-Results: {NAME}; dkim={result} header.d={domain}\r\n".encode()

    def _txt(self, name: bytes, timeout: int = 5) -> bytes | None:
        """The TXT record of a name, its strings joined."""
        del timeout
        values = self._records.get((name.decode("ascii").rstrip(".").lower(), "TXT"))
        return "".join(re.findall(r'"([^"]*)"', values[0])).encode() if values else None
