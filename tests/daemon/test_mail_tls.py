"""STARTTLS where mail comes in (RFC 3207), with certificates made here and real clients."""

import asyncio
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aupkeep.app.receiving.receive import ReceivedRaw
from aupkeep.config.certificate import certificate_trouble, files_of, server_context
from aupkeep.config.home import Home
from aupkeep.config.settings import MailSettings, parse
from aupkeep.daemon import mail_certificate, mailin
from aupkeep.daemon.http.holdings import Bounds, Holdings
from aupkeep.daemon.mail_certificate import MailCertificate
from aupkeep.model.errors import Invalid
from aupkeep.model.raw import Channel
from aupkeep.store.models import RawRow
from daemon.processes import SAMPLE, listens, running, settle, until
from daemon.processes import mailin as running_mailin
from lists import certificate

pytestmark = pytest.mark.network
NAME = "mailin.example"
TO = ["abuse@aupkeep.example"]


def checking(trusted: Path) -> ssl.SSLContext:
    """A client that believes this certificate alone."""
    context = ssl.create_default_context(cafile=str(trusted))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def post(client: smtplib.SMTP, subject: bytes) -> None:
    client.sendmail("soc@cert.example", TO, SAMPLE % (subject, b"x"))


@pytest.mark.parametrize("kind", [smtplib.LMTP, smtplib.SMTP])
def test_a_client_that_checks_hands_its_mail_over_under_tls(home: Home, tmp_path: Path, kind):
    """By LMTP and SMTP; one that asks for no TLS is taken too, from this machine."""
    _, trusted = certificate(tmp_path, NAME)
    with running_mailin(home, tls_certificate=trusted.with_suffix(".key"), tls_required=True) as (
        lmtp,
        smtp,
    ):
        port = lmtp if kind is smtplib.LMTP else smtp
        with kind("127.0.0.1", port) as client:
            client._host = NAME
            assert client.ehlo()[0] == 250
            assert client.has_extn("starttls")
            assert client.starttls(context=checking(trusted))[0] == 220
            assert client.sock.version() in {"TLSv1.2", "TLSv1.3"}
            post(client, b"under TLS")
            assert not client.has_extn("starttls")
            assert not client.has_extn("auth")
            assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] == 500
        with kind("127.0.0.1", port) as client:
            post(client, b"in the clear")
    assert RawRow.objects.count() == 2


@pytest.mark.parametrize("kind", [smtplib.LMTP, smtplib.SMTP])
def test_tls_begins_once(home: Home, tmp_path: Path, kind):
    """RFC 3207 section 4.2: asked again under TLS it is refused, and the session goes on."""
    _, trusted = certificate(tmp_path, NAME)
    with (
        running_mailin(home, tls_certificate=trusted.with_suffix(".key")) as ports,
        kind("127.0.0.1", ports[kind is smtplib.SMTP]) as client,
    ):
        client._host = NAME
        client.starttls(context=checking(trusted))
        client.ehlo()
        assert [client.docmd("STARTTLS")[0] for _ in range(2)] == [503, 503]
        post(client, b"after it")
    assert RawRow.objects.count() == 1
    assert "Traceback" not in (home.path / "log").read_text()


def test_words_sent_before_the_handshake_are_not_obeyed_after_it(home: Home, tmp_path: Path):
    """RFC 3207 section 6: what was read in the clear is forgotten."""
    _, trusted = certificate(tmp_path, NAME)
    with running_mailin(home, tls_certificate=trusted.with_suffix(".key")) as (_, smtp):
        plain = socket.create_connection(("127.0.0.1", smtp))
        plain.recv(1000)
        plain.sendall(b"EHLO x\r\n")
        plain.recv(1000)
        plain.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<a@b.example>\r\n")
        plain.recv(1000)
        plain.settimeout(10)
        try:
            secret = checking(trusted).wrap_socket(plain, server_hostname=NAME)
        except (ssl.SSLError, OSError):
            return  # the words were taken for a handshake, and ended it
        secret.sendall(b"DATA\r\n")
        assert secret.recv(1000).startswith(b"503")
        secret.close()


def test_another_machine_is_asked_for_tls(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(mailin, "is_own", lambda *_: False)
    _, trusted = certificate(tmp_path, NAME)
    kept: list[bytes] = []

    def talk(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client._host = NAME
            with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
                post(client, b"in the clear")
            client.starttls(context=checking(trusted))
            post(client, b"under TLS")

    served(talk, tmp_path, kept, encrypted=True)
    assert [b"under TLS" in data for data in kept] == [True]


def test_handshakes_that_end_badly_leave_nothing(tmp_path: Path):
    """Garbage, silence and a lost connection: each is let go of, and the next mail is taken."""
    _, trusted = certificate(tmp_path, NAME)
    kept: list[bytes] = []

    def talk(port: int) -> None:
        begun = [begin_tls(port) for _ in range(9)]
        assert [read(peer) for peer in begun[:6]] == [b""] * 6, "dropped in their handshake"
        begun[6].sendall(b"MAIL FROM:<a@b.example>\r\n" * 50)
        begun[7].close()
        with smtplib.SMTP("127.0.0.1", port) as client:
            client._host = NAME
            client.starttls(context=checking(trusted))
            post(client, b"after them")
        while read(begun[6]):  # told what is wrong, and let go of
            pass
        for peer in begun:
            peer.close()

    held = served(talk, tmp_path, kept, bounds=Bounds(own=3, turn=0.0))
    assert len(kept) == 1
    assert len(held) == 0


def read(peer: socket.socket) -> bytes:
    """What comes, b"" at the end or a reset."""
    try:
        return peer.recv(4096)
    except ConnectionError:
        return b""


def begin_tls(port: int) -> socket.socket:
    """A connection that asked for TLS and has not begun it."""
    peer = socket.create_connection(("127.0.0.1", port))
    peer.settimeout(20)
    for sent, awaited in ((b"", b"220 "), (b"EHLO x\r\n", b"HELP"), (b"STARTTLS\r\n", b"220 ")):
        peer.sendall(sent)
        said = b""
        while awaited not in said or said[-1:] != b"\n":
            said += peer.recv(1000)
    return peer


def served(talk, folder: Path, kept: list[bytes], *, encrypted=False, bounds=mailin.BOUNDS):
    """Let a client talk to a server in this process; who is held when both are done."""
    held = Holdings[mailin.Smtp](bounds)

    def accept(data, arrival) -> ReceivedRaw:
        kept.append(data)
        return ReceivedRaw(raw="r1", digest="d", repeated=False)

    async def story(pool: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        handler = mailin.MailHandler(accept, pool, Channel.SMTP, (), encrypted, held)
        options = {"data_size_limit": 1000, "hostname": "x", "loop": loop}
        tls = MailCertificate(folder / f"{NAME}.key", folder / f"{NAME}.key")
        door = mailin.Door(mailin.Smtp, handler, options, tls)
        listening = await loop.create_server(door, "127.0.0.1", 0)
        await loop.run_in_executor(None, talk, listening.sockets[0].getsockname()[1])
        listening.close()
        for _ in range(200):
            if not len(held):
                break
            await asyncio.sleep(0.05)

    with ThreadPoolExecutor(1) as pool:
        asyncio.run(story(pool))
    return held


def broken(folder: Path) -> dict[str, tuple[str, str]]:
    """Settings that name no certificate with its key, and what is said of each."""
    _, one = certificate(folder, "one.example")
    _, two = certificate(folder, "two.example")
    text = folder / "text.pem"
    text.write_text("no certificate\n")
    locked = folder / "locked.pem"
    words = ["ec", "-aes256", "-passout", "pass:x", "-in", str(one.with_suffix(".key"))]
    subprocess.run(["openssl", *words, "-out", str(locked)], check=True, capture_output=True)
    return {
        str(folder / "none.pem"): ("", "No such file"),
        str(text): ("", "found"),
        str(one): ("", "found"),  # no key in it
        str(two): (str(one.with_suffix(".key")), "KEY_VALUES_MISMATCH"),
        str(one.with_name("one.example.pem")): (str(locked), "key under a password|found"),
    }


def test_a_wrong_certificate_is_an_error_at_the_start(home: Home, tmp_path: Path):
    """In words, with exit 2, and nothing listens: the sender keeps its mail."""
    for number, (file, (key, words)) in enumerate(broken(tmp_path).items()):
        settings = MailSettings(tls_certificate=file, tls_key=key)
        with pytest.raises(Invalid, match=words):
            server_context(*files_of(home, settings))
        if number:
            continue
        settle(home, tls_certificate=file, smtp_port=0)
        ended = subprocess.run(
            [sys.executable, "-m", "aupkeep", "mailin"], capture_output=True, text=True, check=False
        )
        assert ended.returncode == Invalid.exit_code
        assert "tls_certificate" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_tls_is_not_asked_for_without_a_certificate():
    with pytest.raises(Invalid, match="tls_certificate"):
        parse("[mail]\ntls_required = true\n", "aupkeep.toml")


def test_a_renewed_certificate_is_shown_without_a_restart(home: Home, tmp_path: Path, monkeypatch):
    """A wrong one in its place is said, and the one before goes on."""
    monkeypatch.setattr(mail_certificate, "LOOK", 0.01)
    certificate(tmp_path, NAME)
    file = tmp_path / f"{NAME}.key"
    tls = MailCertificate(file, file)
    first = tls.context
    assert not tls.renew()
    file.write_text("half a file")
    with pytest.raises(Invalid):
        tls.renew()
    assert tls.context is first
    certificate(tmp_path, NAME)

    async def looked() -> None:
        looking = asyncio.ensure_future(tls.keep_renewed())
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if tls.context is not first:
                break
        looking.cancel()

    asyncio.run(looked())
    assert tls.context is not first


def test_doctor_is_told_of_a_certificate_that_ends(home: Home, tmp_path: Path):
    certificate(tmp_path, NAME)
    mail = MailSettings(tls_certificate=str(tmp_path / f"{NAME}.pem"))
    now = datetime.now(UTC)
    assert certificate_trouble(home, MailSettings(), now) == ""
    assert "ends at" in certificate_trouble(home, mail, now)
    assert certificate_trouble(home, mail, now - timedelta(days=30)) == ""
    assert "ended at" in certificate_trouble(home, mail, now + timedelta(days=2))
    (tmp_path / f"{NAME}.pem").unlink()
    assert "expected a certificate" in certificate_trouble(home, mail, now)


@contextmanager
def mailin_with(home: Home, port: int, trusted: Path) -> Iterator[None]:
    """A `mailin` that shows this certificate."""
    settle(home, lmtp_port=port, tls_certificate=trusted.with_suffix(".key"))
    with running("mailin", log=home.path / "log"):
        until(lambda: listens(port), "mailin to listen")
        yield


@pytest.mark.nightly("processes")
@pytest.mark.root
def test_a_real_postfix_hands_on_under_tls_alone_to_who_it_expects(home: Home, tmp_path: Path):
    """With `verify` it waits while another name answers, and delivers once the right one does."""
    if shutil.which("postfix") is None:
        pytest.skip("needs the package postfix")
    from daemon.postfix import postfix

    _, wrong = certificate(tmp_path, "other.example")
    _, right = certificate(tmp_path, NAME)
    with postfix(()) as mta:
        both = wrong.read_text() + right.read_text()
        (mta.folder / "etc" / "ca.pem").write_text(both)
        with mailin_with(home, mta.lmtp, wrong):
            mta.post(SAMPLE % (b"checked", b"x"), ("abuse@tls.example",))
            until(lambda: mta.flush() or "not verified" in str(mta.queue()), "a refusal")
            assert RawRow.objects.count() == 0
        with mailin_with(home, mta.lmtp, right):
            until(mta.empty, "Postfix to deliver")
        assert RawRow.objects.count() == 1
        assert "Verified TLS connection established to 127.0.0.1" in mta.log()
