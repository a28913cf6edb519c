"""Mail in: LMTP (RFC 2033) and SMTP (RFC 5321); 250 only after the bytes are durable."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from aupkeep.app.desk import Desk
from aupkeep.app.receive import Envelope as Arrival
from aupkeep.app.receive import Receipt
from aupkeep.model.errors import AupkeepError
from aupkeep.model.raw import Channel

log = structlog.get_logger("mailin")
LONG_LINE = 1 << 20  # real reports hold lines far above RFC 5321's 1,000 bytes
TRY_LATER = "451 4.3.0 the storage cannot take it now, please try again"
Accept = Callable[[bytes, Arrival], Receipt]


class Lmtp(LMTP):
    """LMTP that takes long lines."""

    line_length_limit = LONG_LINE


class Smtp(SMTP):
    """SMTP that takes long lines."""

    line_length_limit = LONG_LINE


@dataclass(slots=True)
class Intake:
    """aiosmtpd's handler: every finished DATA becomes one accepted raw, or a 451."""

    accept: Accept
    pool: ThreadPoolExecutor
    channel: Channel
    seen: dict[str, int] = field(default_factory=lambda: {"accepted": 0, "repeated": 0, "later": 0})

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept the mail durably, then answer; one answer a recipient in LMTP (RFC 2033 4.2)."""
        content = envelope.content
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        arrival = Arrival(
            channel=self.channel,
            peer=str(session.peer[0]) if session.peer else None,
            helo=session.host_name,
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
        )
        loop = asyncio.get_running_loop()
        try:
            receipt = await loop.run_in_executor(self.pool, self.accept, data or b"", arrival)
        except (AupkeepError, OSError) as error:
            self.seen["later"] += 1
            log.warning("not accepted", error=str(error), size=len(data or b""))
            return self._each(server, envelope, TRY_LATER)
        self.seen["repeated" if receipt.repeated else "accepted"] += 1
        log.info("accepted", raw=receipt.raw, repeated=receipt.repeated, size=len(data or b""))
        return self._each(server, envelope, f"250 2.0.0 kept as {receipt.raw}")

    def _each(self, server: SMTP, envelope: Envelope, answer: str) -> str:
        many = len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1
        return "\r\n".join([answer] * max(many, 1))


async def serve(desk: Desk, accept: Accept, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Listen until `stop` is set. Raises `OSError` when a port cannot be had."""
    mail = desk.settings.mail
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {
        "data_size_limit": mail.max_bytes,
        "enable_SMTPUTF8": True,
        "decode_data": False,
        "ident": "Aupkeep",
        "hostname": "aupkeep",
        "loop": loop,
    }
    with ThreadPoolExecutor(max_workers=32, thread_name_prefix="accept") as pool:
        servers = []
        for port, kind, channel in (
            (mail.lmtp_port, Lmtp, Channel.LMTP),
            (mail.smtp_port, Smtp, Channel.SMTP),
        ):
            if not port:
                continue
            intake = Intake(accept, pool, channel)
            servers.append(
                await loop.create_server(
                    lambda kind=kind, intake=intake: kind(intake, **options),  # type: ignore[misc]
                    mail.host,
                    port,
                )
            )
            log.info("listening", protocol=channel.value, host=mail.host, port=port)
        ready()
        await stop.wait()
        for server in servers:
            server.close()
            await server.wait_closed()


def run(desk: Desk) -> None:
    """Take mail until SIGTERM or SIGINT."""
    from aupkeep.app.receive import accepting

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        with accepting(desk) as accept:
            maildir = loop.create_task(_maildir(desk, accept, stop))
            await serve(desk, accept, stop, lambda: None)
            await maildir

    asyncio.run(main())


async def _maildir(desk: Desk, accept: Accept, stop: asyncio.Event) -> None:
    """Look into the Maildir every few seconds, where one is set."""
    from aupkeep.app.maildir import take_maildir

    while desk.settings.mail.maildir and not stop.is_set():
        taken = await asyncio.to_thread(take_maildir, desk, accept)
        if taken:
            log.info("maildir read", taken=taken)
        try:
            await asyncio.wait_for(stop.wait(), timeout=5)
        except TimeoutError:
            continue
