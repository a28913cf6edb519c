"""The channel against a real server on loopback: taken, refused, stalled, cut."""

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from aupkeep.notify.channels.smtp import Delivered, NotDelivered, Relay, Tls, send
from aupkeep.notify.mail import compose
from notify.letters import notice

pytestmark = pytest.mark.network
SENDER, TO = "abuse@aupkeep.example", "drift@kari.example"
MAIL = compose(notice(text=".\n..\nHei på deg\n"), sender=SENDER, sender_name="Desk")


class Handler:
    """Answers as told and keeps what it took."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.taken = answers, []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        """The answer to MAIL FROM."""
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        """The answer to RCPT TO."""
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        """The answer to the text."""
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return self.answers.get("data", "250 OK")


@contextmanager
def server(handler, kind=SMTP, **options: object):
    """A relay for our channel."""

    class Own(Controller):
        def factory(self) -> SMTP:
            return kind(self.handler, hostname="relay.example", **options)

    running = Own(handler, hostname="127.0.0.1", port=_free())
    running.start()
    try:
        yield Relay(host="127.0.0.1", port=running.port, timeout=5, lmtp=kind is LMTP)
    finally:
        running.stop()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.mark.parametrize("kind", [SMTP, LMTP])
@pytest.mark.parametrize("sender", [SENDER, ""])
def test_taken(kind, sender):
    """The relay gets exactly our bytes and envelope, the null sender included."""
    handler = Handler()
    with server(handler, kind) as relay:
        assert send(MAIL, sender, TO, relay) == Delivered(encrypted=False)
    assert handler.taken == [(sender or "<>", [TO], MAIL)]  # aiosmtpd keeps the brackets


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("code", "temporary"), [("451 4.3.0 later", True), ("550 5.1.1 no", False)]
)
def test_refused(step, code, temporary):
    """A 4yz says try again, a 5yz says never, at each step, with the relay's words."""
    with server(Handler(**{step: code})) as relay:
        assert send(MAIL, SENDER, TO, relay) == NotDelivered(temporary, code)


def test_no_relay():
    """Nobody listening is temporary."""
    found = send(MAIL, SENDER, TO, Relay(host="127.0.0.1", port=_free()))
    assert found.temporary
    assert "ConnectionRefusedError" in found.reason


@contextmanager
def script(*lines: bytes | str):
    """A server that says each line after a command and then does what the last word says."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def talk() -> None:
        peer, _ = listening.accept()
        with peer, suppress(OSError):  # the channel may hang up first
            for line in lines:
                if line == "stall":
                    done.wait(10)
                    return
                peer.sendall(line)
                peer.recv(4096)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield Relay(host="127.0.0.1", port=listening.getsockname()[1], timeout=0.5)
    finally:
        done.set()
        thread.join(10)
        listening.close()


TROUBLE = {
    "stalls at once": ["stall"],
    "stalls later": [b"220 x\r\n", b"250 x\r\n", "stall"],
    "cut at once": [b"220 x\r\n"],
    "cut after the text": [b"220 x\r\n", *[b"250 x\r\n"] * 3, b"354 x\r\n"],
    "turned away": [b"554 go away\r\n"],
    "no SMTP": [b"\x16\x03\x01\x00\xff\r\n"],
    "an endless line": [b"220 " + b"x" * 100_000],
}


@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_is_an_answer(name):
    """Whatever the relay does, the answer is temporary and of one line."""
    with script(*TROUBLE[name]) as relay:
        found = send(MAIL, SENDER, TO, relay)
    assert isinstance(found, NotDelivered)
    assert found.temporary
    assert found.reason
    assert found.reason.isprintable()


@pytest.mark.parametrize("to", ["a@b.example\r\nDATA", "nobody", "blåbær@kari.example", ""])
def test_bad_recipient_never_connects(to):
    """An address that is none is permanent, and nothing is dialled."""
    assert not send(MAIL, SENDER, to, Relay(host="127.0.0.1", port=1)).temporary


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody has signed."""
    folder = tmp_path_factory.mktemp("tls")
    words = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=relay.example -keyout"
    made = subprocess.run(
        ["openssl", *words.split(), folder / "key", "-out", folder / "cert"],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


@pytest.mark.parametrize(
    ("tls", "encrypted"), [(Tls.OFFERED, True), (Tls.NEVER, False), (Tls.REQUIRED, None)]
)
def test_tls(certificate, tls, encrypted):
    """Offered TLS is used unchecked; required TLS refuses a certificate nobody vouches for."""
    with server(Handler(), tls_context=certificate) as open_relay:
        relay = Relay(host=open_relay.host, port=open_relay.port, tls=tls, timeout=5)
        found = send(MAIL, SENDER, TO, relay)
    if encrypted is None:
        assert found.temporary
        assert "CERTIFICATE_VERIFY_FAILED" in found.reason
    else:
        assert found == Delivered(encrypted=encrypted)


def test_required_tls_needs_an_offer():
    """A relay without STARTTLS gets nothing when TLS is required."""
    handler = Handler()
    with server(handler) as relay:
        found = send(MAIL, SENDER, TO, Relay(host=relay.host, port=relay.port, tls=Tls.REQUIRED))
    assert found.temporary
    assert not handler.taken


class Rude(SMTP):
    """Takes mail, and ends without a goodbye that would count."""

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """An answer that is no 221."""
        del arg
        await self.push("421 4.3.2 going down")
        self.transport.close()


def test_what_was_taken_is_taken_whatever_the_goodbye_is():
    """Else it would be sent again."""
    with server(Handler(), Rude) as relay:
        assert send(MAIL, SENDER, TO, relay) == Delivered(encrypted=False)


def test_nobody_who_answers_is_told_from_an_answer():
    """Who was not heard may be tried again soon; who said no keeps its time."""
    refused = send(MAIL, SENDER, TO, Relay(host="127.0.0.1", port=_free(), timeout=5))
    assert isinstance(refused, NotDelivered)
    assert (refused.temporary, refused.unheard) == (True, True)
    with server(Handler(data="451 4.3.0 later")) as relay:
        said = send(MAIL, SENDER, TO, relay)
    assert isinstance(said, NotDelivered)
    assert (said.temporary, said.unheard) == (True, False)
