"""A mail relay that keeps what it was handed, in memory; it may cut a connection after the dot."""

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon.processes import free_port


class Relay:
    """Runs while the block does; `taken` are Message-ID, recipient and subject, in order.

    `mails` are the same with all they say: recipient and mail.
    """

    def __init__(self) -> None:
        """`cut` makes the next mails be taken without an answer, one each."""
        self.port = free_port()
        self.taken: list[tuple[str, str, str]] = []
        self.mails: list[tuple[str, EmailMessage]] = []
        self.cut = 0
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        """Listen in a thread."""
        made = self._loop.create_server(
            lambda: SMTP(self, loop=self._loop, hostname="relay.example"), "127.0.0.1", self.port
        )
        self._server = self._loop.run_until_complete(made)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take it."""
        del session
        mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        for recipient in envelope.rcpt_tos:
            self.taken.append((str(mail["Message-ID"]), recipient, str(mail["Subject"])))
            self.mails.append((recipient, mail))
        if self.cut > 0:
            self.cut -= 1
            server.transport.abort()
        return "250 2.0.0 taken"

    def copies(self) -> int:
        """How many mails came again under the same Message-ID."""
        return len(self.taken) - len({(mail, to) for mail, to, _ in self.taken})
