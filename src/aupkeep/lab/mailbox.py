"""A mailbox for the lab: a real SMTP server on loopback that keeps what it is given."""

import asyncio
import email
import threading
import time
from collections.abc import Callable
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Every mail of the lab's people ends here; `mails` are (recipients, message) in order."""

    def __init__(self) -> None:
        """Listen on a free loopback port; `port` tells which."""
        self.mails: list[tuple[tuple[str, ...], Message]] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mailbox", daemon=True)
        self._thread.start()
        self._ready.wait(10)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail."""
        del server, session
        content = envelope.content
        data = content.encode() if isinstance(content, str) else content or b""
        self.mails.append((tuple(envelope.rcpt_tos), email.message_from_bytes(data)))
        return "250 kept"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def start() -> asyncio.Server:
            return await self._loop.create_server(
                lambda: SMTP(self, hostname="mailbox", loop=self._loop), "127.0.0.1", 0
            )

        server = self._loop.run_until_complete(start())
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        """Let every conversation that still waits end."""
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()

    def wait_for(self, wanted: Callable[[Message], bool], seconds: float = 15.0) -> Message | None:
        """The first kept mail that is wanted, waiting for it; None when it did not come."""
        until = time.monotonic() + seconds
        while True:
            for _, mail in list(self.mails):
                if wanted(mail):
                    return mail
            if time.monotonic() > until:
                return None
            time.sleep(0.05)

    def to(self, address: str) -> list[Message]:
        """Everything kept for one address."""
        return [mail for recipients, mail in list(self.mails) if address in recipients]

    def close(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
