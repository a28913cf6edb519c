"""Mail in: LMTP (RFC 2033), SMTP (RFC 5321), mailboxes; 250 only once the bytes are durable."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException, syntax

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.receive import RawEnvelope as Arrival
from aupkeep.app.receiving.receive import ReceivedRaw
from aupkeep.config.certificate import files_of
from aupkeep.daemon.http.holdings import Bounds, Holdings, is_own, name_of
from aupkeep.daemon.mail_certificate import MailCertificate
from aupkeep.daemon.mailbox_reader import reading_mailboxes
from aupkeep.model.errors import AupkeepError
from aupkeep.model.raw import Channel

log = structlog.get_logger("mailin")
SPARE = 1024  # bytes a line may be longer than a mail, so that only the mail's size refuses it
BEFORE_DATA = ("354", "501", "503")  # answers to the word DATA itself, said once
TRY_LATER = "451 4.3.0 the storage cannot take it now, please try again"
BOUNDS = Bounds(peer=32, own=500, total=1000)  # connections
LONGEST = 600.0  # seconds for one mail, from the greeting or the mail before
NO_TLS = "530 5.7.0 Must issue a STARTTLS command first"  # RFC 3207 section 4
UNDER_TLS = "503 5.5.1 TLS is active already"  # section 4.2: not twice
LOOK = 2.0  # seconds between looks into the Maildir
Accept = Callable[[bytes, Arrival], ReceivedRaw]


class Smtp(SMTP):
    """SMTP whose lines may be as long as the mail: real reports exceed the limit of RFC 5321.

    A peer holds so many connections at most; of more the one that waited longest is dropped, and no
    mail may take longer than `LONGEST`.
    """

    def __init__(self, intake: "MailHandler", *, data_size_limit: int, **options: Any) -> None:  # noqa: ANN401 - aiosmtpd's options
        """`data_size_limit` in bytes bounds a mail, and with it a line."""
        self.line_length_limit = data_size_limit + SPARE
        super().__init__(intake, data_size_limit=data_size_limit, **options)
        del self._smtp_methods["AUTH"]  # nobody signs in here
        self._held = intake.held
        self._ending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it with those of its peer; once more under TLS it is the same one."""
        super().connection_made(transport)
        if self._ending is not None:
            return
        address = transport.get_extra_info("peername")
        peer = str(address[0]) if address else ""
        own = is_own(peer, self.event_handler.relays)
        for other in self._held.add(self, name_of(peer), self.loop.time(), own=own):
            other.drop()
        self.lives_on()

    def lives_on(self) -> None:
        """A mail was taken, or none yet: the time for the next begins."""
        if self._ending is not None:
            self._ending.cancel()
        self._ending = self.loop.call_later(LONGEST, self.drop)

    def drop(self) -> None:
        """End it at once; a mail that was not acknowledged stays the sender's."""
        transport = self.transport or self._original_transport  # the latter in a TLS handshake
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Go on under TLS (RFC 3207), once; a connection whose handshake fails ends."""
        if self._tls_protocol is not None:
            await self.push(UNDER_TLS)
            return
        with suppress(TLSSetupException):
            await super().smtp_STARTTLS(arg)
        if self._original_transport is not None and self.session and self.session.ssl is None:
            self.drop()  # asyncio tells nobody of the end of a handshake
            self.connection_lost(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it no more."""
        self._held.remove(self)
        if self._ending is not None:
            self._ending.cancel()
        super().connection_lost(error)


class Lmtp(Smtp, LMTP):
    """LMTP: after the mail one answer a recipient, whatever the answer is (RFC 2033 4.2)."""

    answers = 1

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take the mail; the refusals of its size and lines are said for each recipient too."""
        self.answers = max(len(self.envelope.rcpt_tos), 1) if self.envelope else 1
        try:
            await super().smtp_DATA(arg)
        finally:
            self.answers = 1

    async def push(self, status: str | bytes) -> None:
        """Send an answer, as often as there are recipients when it ends a mail."""
        line = status if isinstance(status, str) else status.decode("utf-8", "replace")
        many = 1 if line.startswith(BEFORE_DATA) else self.answers
        await super().push("\r\n".join([line] * many))


@dataclass(slots=True)
class MailHandler:
    """aiosmtpd's handler: every finished DATA becomes one accepted raw, or a 451."""

    accept: Accept
    pool: ThreadPoolExecutor
    channel: Channel
    relays: tuple[str, ...] = ()
    encrypted: bool = False  # from other machines by TLS alone
    held: "Holdings[Smtp]" = field(default_factory=lambda: Holdings(BOUNDS))

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """What aiosmtpd offers, without the AUTH that it has under TLS (RFC 4954)."""
        session.host_name = name
        return [line for line in answers if not line.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse a mail in the clear from another machine, where TLS is asked for."""
        peer = str(session.peer[0]) if session.peer else ""
        if self.encrypted and session.ssl is None and not is_own(peer, ()):
            return NO_TLS
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept the mail durably, then answer; whatever goes wrong, the sender keeps it."""
        content = envelope.content
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        arrival = Arrival(
            channel=self.channel,
            peer=str(session.peer[0]) if session.peer else None,
            helo=_storable(session.host_name or ""),
            sender=_storable(_sender(envelope.mail_from)),
            recipients=tuple(_storable(recipient) for recipient in envelope.rcpt_tos),
        )
        try:
            receipt = await self._durable(server, data or b"", arrival)
        except (AupkeepError, OSError) as error:
            log.warning("not accepted", error=str(error), size=len(data or b""))
            return TRY_LATER
        except Exception:
            log.exception("not accepted", size=len(data or b""))
            return TRY_LATER
        log.info("accepted", raw=receipt.raw, repeated=receipt.repeated, size=len(data or b""))
        return f"250 2.0.0 kept as {receipt.raw}"

    async def _durable(self, server: SMTP, data: bytes, arrival: Arrival) -> ReceivedRaw:
        """Keep it; meanwhile the connection is not dropped for another."""
        loop = asyncio.get_running_loop()
        if not isinstance(server, Smtp):
            return await loop.run_in_executor(self.pool, self.accept, data, arrival)
        self.held.is_busy(server)
        try:
            return await loop.run_in_executor(self.pool, self.accept, data, arrival)
        finally:
            self.held.waits(server, loop.time())
            server.lives_on()

    async def handle_exception(self, error: Exception) -> str:
        """Answer 451 to an error outside of a mail, so that the sender tries again."""
        log.warning("a session failed", error=repr(error))
        return TRY_LATER


def _storable(text: str) -> str:
    """What a client says of itself, without NUL and broken UTF-8, which no database takes."""
    valid = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return valid.replace("\0", "\N{REPLACEMENT CHARACTER}")


@dataclass(slots=True)
class Door:
    """Makes the protocol of each connection to one port, with the certificate of the moment."""

    kind: type[Smtp]
    intake: MailHandler
    options: dict[str, Any]
    tls: MailCertificate | None = None

    def __call__(self) -> Smtp:
        """The protocol of a new connection."""
        context = self.tls.context if self.tls else None
        return self.kind(self.intake, tls_context=context, **self.options)


async def serve(
    context: AppContext, accept: Accept, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """Listen until `stop` is set.

    Raises `OSError` when a port cannot be had, `Invalid` for a certificate that is none.
    """
    mail = context.settings.mail
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {
        "data_size_limit": mail.max_bytes,
        "enable_SMTPUTF8": True,
        "decode_data": False,
        "ident": "Aupkeep",
        "hostname": "aupkeep",
        "loop": loop,
    }
    tls = MailCertificate(*files_of(context.home, mail)) if mail.tls_certificate else None
    renewing = loop.create_task(tls.keep_renewed()) if tls else None
    with ThreadPoolExecutor(max_workers=32, thread_name_prefix="accept") as pool:
        servers = []
        for port, kind, channel in (
            (mail.lmtp_port, Lmtp, Channel.LMTP),
            (mail.smtp_port, Smtp, Channel.SMTP),
        ):
            if not port:
                continue
            intake = MailHandler(accept, pool, channel, mail.trusted_relays, mail.tls_required)
            door = Door(kind, intake, options, tls)
            servers.append(await loop.create_server(door, mail.host, port))
            log.info("listening", protocol=channel.value, host=mail.host, port=port)
        ready()
        await stop.wait()
        for server in servers:
            server.close()
            with suppress(TimeoutError):  # a client that idles does not keep us from ending
                await asyncio.wait_for(server.wait_closed(), timeout=1)
    if renewing:
        renewing.cancel()


def run(context: AppContext) -> None:
    """Take mail until SIGTERM or SIGINT."""
    from aupkeep.app.receiving.receive import accepting

    async def main(accept: Accept) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        beside = [_maildir(context, accept, stop), _say_alive(context, stop)]
        tasks = [loop.create_task(coroutine) for coroutine in beside]
        await serve(context, accept, stop, lambda: None)
        await asyncio.gather(*tasks)

    with accepting(context) as accept, reading_mailboxes(context, accept):
        asyncio.run(main(accept))


async def _maildir(context: AppContext, accept: Accept, stop: asyncio.Event) -> None:
    """Look into the Maildir every few seconds, where one is set."""
    from aupkeep.app.receiving.maildir import take_maildir

    while context.settings.mail.maildir and not stop.is_set():
        try:
            taken = await asyncio.to_thread(take_maildir, context, accept)
        except (AupkeepError, OSError) as error:
            log.warning("maildir not read; what is in it stays", error=str(error))
        except Exception:
            log.exception("maildir not read; what is in it stays")
        else:
            if taken:
                log.info("maildir read", taken=taken)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=LOOK)


async def _say_alive(context: AppContext, stop: asyncio.Event) -> None:
    """Say every few seconds that mail is taken, and at the end that it is not any more."""
    from aupkeep.app.process_pulse import BEAT, say_alive, say_ended

    async def say(word: Callable[[AppContext, str], None]) -> None:
        try:
            await asyncio.to_thread(word, context, "mailin")
        except AupkeepError as error:
            log.warning("nobody hears that mail is taken here", error=str(error))

    while not stop.is_set():
        await say(say_alive)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=BEAT)
    await say(say_ended)


def _sender(path: str | None) -> str:
    """The envelope sender; a null reverse-path is empty (RFC 5321 section 4.5.5)."""
    return "" if path in (None, "<>") else path
