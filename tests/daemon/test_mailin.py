"""A real `aupkeep mailin`: 250 means durable, each mail is one raw, nothing else is final."""

import hashlib
import os
import smtplib
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from app.proof.test_verify_outside import alter
from aupkeep.config.home import Home
from aupkeep.store import outbox, raws, refresh
from aupkeep.store.models import EffectRow, RawRow, ReportRow
from daemon.processes import SAMPLE, give, mailin, running, settle, until

pytestmark = pytest.mark.network
SMALL = 2_000_000  # bytes; what the size tests let in

ODD = {
    "a line of 1 MB": b"A" * 1_000_000,
    "a NUL": b"before\0after",
    "8-bit bytes of no charset": bytes(range(128, 256)),
    "a dot alone": b"a\r\n.\r\nb\r\n..\r\n.c",
    "nothing of a mail": b"\xff\xfe",
    "a bare newline and a dot": b"a\n.\nb\r.\rc",
}


def kept(data: bytes) -> bool:
    """Whether these bytes are in the database once, intact on the disk, and to be read."""
    refresh()
    digest = hashlib.sha256(data).hexdigest()
    return RawRow.objects.filter(digest=digest).count() == 1 and raws.read(digest) == data


@pytest.fixture(scope="module")
def bodies() -> dict[str, bytes]:
    """Whole mails with something hard in each."""
    return {name: SAMPLE % (name.encode(), body) for name, body in ODD.items()}


def test_invariant_12_bytes_arrive_as_they_were(home: Home, bodies):
    """Whatever is in a mail, LMTP and SMTP keep it byte for byte before they say 250."""
    with mailin(home, max_bytes=SMALL) as (lmtp, smtp):
        for name, data in bodies.items():
            assert give(lmtp, data) == [250], name
            assert kept(data), name
        other = SAMPLE % (b"by smtp", b".x\r\n" + b"B" * 1_000_000)
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            client.sendmail("", ["abuse@aupkeep.example"], other)
        assert kept(other)
    assert EffectRow.objects.filter(kind="read").count() == len(bodies) + 1


def test_each_recipient_is_answered(home: Home):
    """RFC 2033 4.2: one answer a recipient, for what is kept and for what is too large."""
    many = tuple(f"abuse{n}@aupkeep.example" for n in range(3))
    with mailin(home, max_bytes=5000) as (lmtp, _):
        assert give(lmtp, SAMPLE % (b"three", b"x"), many) == [250, 250, 250]
        assert give(lmtp, SAMPLE % (b"large", b"x" * 6000), many) == [552, 552, 552]
        assert give(lmtp, SAMPLE % (b"lines", b"x\r\n" * 6000), many) == [552, 552, 552]
        assert give(lmtp, SAMPLE % (b"after", b"x"), many) == [250, 250, 250]
    assert RawRow.objects.count() == 2
    assert sorted(RawRow.objects.first().recipients) == list(many)


def test_same_mail_is_one_raw(home: Home):
    """Sent twice, then by twelve at once, a mail is one raw and one piece of work."""
    data = SAMPLE % (b"again", b"x")
    with mailin(home) as (lmtp, _), ThreadPoolExecutor(12) as pool:
        assert [give(lmtp, data), give(lmtp, data)] == [[250], [250]]
        other = SAMPLE % (b"at once", b"x")
        assert list(pool.map(lambda _: give(lmtp, other), range(12))) == [[250]] * 12
    assert RawRow.objects.count() == 2
    assert EffectRow.objects.count() == 2


@pytest.mark.parametrize("received", [False, True], ids=["left by a crash", "received before"])
def test_altered_bytes_cost_no_mail(home: Home, *, received: bool):
    """250 means that the mail can be read, also where altered bytes stood under its digest."""
    data = SAMPLE % (b"altered", b"x")
    log = home.path / "log"
    with mailin(home, log=log) as (lmtp, _):
        if received:
            assert give(lmtp, data) == [250]
        alter(raws.keep(data))
        assert give(lmtp, data) == [250]
        assert kept(data)
        until(lambda: raws.ALTERED in log.read_text(), "the log to say so")


@pytest.mark.parametrize(
    "sender",
    ["jo\u00e9@b\u00fccher.example".encode(), b"jo\xe9@cert.example"],
    ids=["utf8", "8-bit"],
)
def test_sender_in_any_bytes_is_kept(home: Home, sender: bytes):
    """SMTPUTF8 senders are kept as written; broken UTF-8 is replaced, never an error."""
    with mailin(home) as (lmtp, _), socket.create_connection(("127.0.0.1", lmtp), 20) as one:
        file = one.makefile("rb")
        file.readline()
        words = [
            b"LHLO x\r\n",
            b"MAIL FROM:<" + sender + b"> BODY=8BITMIME SMTPUTF8\r\n",
            b"RCPT TO:<abuse@aupkeep.example>\r\n",
            b"DATA\r\n",
            b"Subject: x\r\n\r\ny\r\n.\r\n",
        ]
        for word in words:
            one.sendall(word)
            while (line := file.readline())[3:4] == b"-":
                pass
        assert line.startswith(b"250 "), line
        file.close()
    assert RawRow.objects.get().sender == sender.decode("utf-8", "replace")


def test_a_cut_connection_leaves_nothing(home: Home):
    """A client that goes away within a mail has sent no mail, and the next one is served."""
    with mailin(home) as (lmtp, _):
        with socket.create_connection(("127.0.0.1", lmtp), 20) as one:
            one.sendall(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@aupkeep.example>\r\nDATA\r\nSubj")
        assert give(lmtp, SAMPLE % (b"next", b"x")) == [250]
    assert RawRow.objects.count() == 1


def test_a_log_nobody_can_write_stops_nothing(sqlite_home: Home):
    """With its log on a full disk `mailin` still accepts."""
    with mailin(sqlite_home, log=Path("/dev/full")) as (lmtp, _):
        assert give(lmtp, SAMPLE % (b"quiet", b"x")) == [250]


def test_maildir_is_taken(home: Home, tmp_path):
    """Files of `new` become raws and move to `cur`; one that cannot be read stops no other."""
    box = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "0.dead.link").symlink_to(tmp_path / "nowhere")
    mails = [SAMPLE % (b"%d" % n, b"x\0y") for n in range(3)]
    for number, data in enumerate(mails):
        (box / "new" / f"{number}.host").write_bytes(data)
    with mailin(home, maildir=box):
        until(lambda: len(list((box / "cur").iterdir())) == 3, "the Maildir to be taken")
        (box / "new" / "later.host").write_bytes(SAMPLE % (b"later", b"x"))
        until((box / "cur" / "later.host:2,S").exists, "the later mail")
    assert all(kept(data) for data in mails)
    assert RawRow.objects.count() == 4


def test_worker_reads_what_came(home: Home, bodies):
    """A worker in a process of its own reads every odd mail into one report each."""
    with mailin(home, max_bytes=SMALL) as (lmtp, _):
        for data in bodies.values():
            give(lmtp, data)
    settle(home)
    with running("worker", log=home.path / "log"):
        until(lambda: ReportRow.objects.count() == len(bodies), "the reports")
        until(lambda: not EffectRow.objects.filter(kind="read", done_at=None).exists(), "the work")
    assert ReportRow.objects.values("raw").distinct().count() == len(bodies)
    assert outbox.dead() == []


def fill(path: Path) -> None:
    """Write until the disk is full."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(descriptor, bytes(4096)):
            pass
    os.close(descriptor)


@pytest.mark.root
def test_full_disk_says_451_and_recovers(sqlite_home: Home, tmp_path, monkeypatch):
    """On a full disk nothing is accepted; once there is room the same process accepts again."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", place], check=True)
    try:
        monkeypatch.setenv("AUPKEEP_HOME", str(place / "home"))
        subprocess.run([sys.executable, "-m", "aupkeep", "verify"], check=True)
        home = Home(place / "home")
        with mailin(home) as (lmtp, _):
            assert give(lmtp, SAMPLE % (b"first", b"x")) == [250]
            fill(place / "ballast")
            answers = [give(lmtp, SAMPLE % (b"full %d" % n, b"x" * 5000)) for n in range(4)]
            assert answers == [[451]] * 4
            (place / "ballast").unlink()
            assert give(lmtp, SAMPLE % (b"full 1", b"x" * 5000)) == [250]
        told = subprocess.run(
            [sys.executable, "-m", "aupkeep", "verify", "-o", "json"],
            check=True,
            capture_output=True,
        )
        assert b'"ok": true' in told.stdout
    finally:
        subprocess.run(["umount", "-l", place], check=True)
