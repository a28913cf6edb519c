"""A real Postfix in front of `mailin` and behind the worker: what arrives, what is believed."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from aupkeep.app.context import open_context
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.reading.read import read_raw
from aupkeep.config.home import Home
from aupkeep.intake.auth.authenticate import authenticate
from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.intake.reading import read as reader
from aupkeep.model.entry import EntryType
from aupkeep.model.link_tokens import without_tokens
from aupkeep.model.report import ReadingOutcome
from aupkeep.store import log, raws, refresh, reports
from aupkeep.store.models import NoticeRow, RawRow, ReportRow
from daemon.postfix import DESK, NAME, Postfix, postfix
from daemon.processes import SAMPLE, listens, running, settle, until
from enrol import enrol

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.slow]
PASSED = b"Authentication-Results: mx.aupkeep.example; dkim=pass header.d=cert.example\r\n"
FORGED = b"Authentication-Results: mx.aupkeep.example; dkim=pass header.d=bank.example"
LONG = b"A" * 1_000_000
BODIES = {
    "words": b"a host of yours guesses passwords\r\n.\r\n..a line of dots",
    "8-bit": bytes(range(128, 256)),
    "a NUL": b"before\0after",
    "a line of 1 MB": LONG,
}
ATTACHED = (
    b"From: soc@cert.example\r\nSubject: attached\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    + FORGED
    + b"\r\nSubject: evidence\r\n\r\nx\r\n--b--\r\n"
)
FORGERIES = {
    "plain": FORGED,
    "in capitals": FORGED.upper(),
    "folded": FORGED.replace(b": ", b":\r\n\t"),
    "a comment before": FORGED.replace(b": ", b": (ours) "),
    "a comment after": FORGED.replace(b"example;", b"example(ours);"),
    "a version": FORGED.replace(b"example;", b"example 1;"),
    "a space before the colon": FORGED.replace(b":", b" :"),
    "behind a bare CR": b"X-A: b\r" + FORGED,
    "behind a bare LF": b"X-A: b\n" + FORGED,
    "behind 200 kB": b"X-A: " + b"b" * 200_000 + b"\r\n" + FORGED,
    "behind a folded line": b"X-A: b\r\n c\r\n" + FORGED,
    "behind an mbox line": b"From bank.example Sun Mar  1 12:00:00 2026\r\n" + FORGED,
}


@pytest.fixture(scope="module")
def mta() -> Iterator[Postfix]:
    """One Postfix for all tests here; its filter finds the mails of cert.example signed."""
    if os.geteuid() or shutil.which("postfix") is None:
        pytest.skip("a Postfix of the test's own needs root and the package postfix")
    with postfix(("cert.example",)) as running_one:
        yield running_one


@contextmanager
def mailin(home: Home, mta: Postfix, **mail: object) -> Iterator[None]:
    """A `mailin` where this Postfix delivers to."""
    settle(
        home, lmtp_port=mta.lmtp, trusted_relays=["127.0.0.1"], authserv_ids=[NAME], **mail
    )  # what docs/operating.md asks for
    with running("mailin", log=home.path / "log"):
        until(lambda: listens(mta.lmtp), "mailin to listen")
        yield


def arrived(mta: Postfix) -> list[RawRow]:
    """All that was received once Postfix has nothing left."""
    until(mta.empty, "Postfix to deliver")
    refresh()
    return list(RawRow.objects.order_by("received_at"))


def sent_part(raw: RawRow) -> bytes:
    """A raw without what Postfix and the filter put above it."""
    data = raws.read(raw.digest)
    above = re.match(rb"(?:(?:Authentication-Results|Received):.*\r\n(?:[ \t].*\r\n)*)+", data)
    return data[above.end() :] if above else data


def test_invariant_12_bytes_arrive_once_below_two_headers(home: Home, mta: Postfix):
    """Whatever is in a mail, Postfix hands it on as sent, below its stamp and its Received."""
    mails = [ATTACHED, *(SAMPLE % (name.encode(), body) for name, body in BODIES.items())]
    with mailin(home, mta):
        for data in mails:
            mta.post(data)
        rows = arrived(mta)
    assert sorted(sent_part(row) for row in rows) == sorted(mails)
    for row in rows:
        data = raws.read(row.digest)
        assert data.startswith(PASSED + b"Received: from cert.example "), data[:200]
        assert (row.peer, row.sender) == ("127.0.0.1", "soc@cert.example")


@pytest.mark.nightly("processes")
def test_default_line_limit_breaks_lines(sqlite_home: Home, mta: Postfix):
    """With lmtp_line_length_limit as Postfix has it, a long line gets a break each 998 bytes."""
    mail = SAMPLE % (b"long", LONG)
    with mailin(sqlite_home, mta):
        mta.post(mail, ("abuse@broken.example",))
        (row,) = arrived(mta)
    got = sent_part(row)
    assert got != mail
    assert max(len(line) for line in got.split(b"\r\n")) <= 998
    assert got.replace(b"\r\n ", b"") == mail


def test_each_recipient_is_kept(sqlite_home: Home, mta: Postfix):
    """Two recipients in one delivery are one raw that names both."""
    to = (DESK, "noc@aupkeep.example")
    with mailin(sqlite_home, mta):
        mta.post(SAMPLE % (b"two", b"x"), to)
        (row,) = arrived(mta)
    assert sorted(row.recipients) == sorted(to)


def test_a_delivery_for_each_recipient_is_one_raw(sqlite_home: Home, mta: Postfix):
    """Where Postfix delivers to each recipient on its own, the same bytes are kept once."""
    with mailin(sqlite_home, mta):
        mta.post(SAMPLE % (b"each", b"x"), ("abuse@single.example", "noc@single.example"))
        assert len(arrived(mta)) == 1
    assert len(re.findall(r"postfix/lmtp.*@single\.example>.*status=sent", mta.log())) >= 2


@pytest.mark.nightly("processes")
def test_utf8_senders_and_headers(sqlite_home: Home, mta: Postfix):
    """With SMTPUTF8 an address of any letters is kept; without it 8-bit headers still pass."""
    name = "jo\u00e9@b\u00fccher.example"
    data = f"From: {name}\r\nSubject: bl\u00e5b\u00e6r\r\n\r\nx\r\n".encode()
    with mailin(sqlite_home, mta):
        mta.post(data, sender=name, utf8=True)
        (row,) = arrived(mta)
        assert (row.sender, sent_part(row)) == (name, data)
        mta.post(data, door=mta.open)
        assert [sent_part(row) for row in arrived(mta)] == [data] * 2


def test_invariant_12_what_was_deferred_arrives_once(sqlite_home: Home, mta: Postfix):
    """Refused while `mailin` is down, then with 451 while it cannot store, a mail comes once."""
    mta.post(SAMPLE % (b"later", b"x"))
    until(lambda: "Connection refused" in str(mta.queue()), "a refused connection")
    in_the_way = [sqlite_home.raw / f"{first:02x}" for first in range(256)]
    for place in in_the_way:  # files where the folders of all digests would be
        place.touch()
    with mailin(sqlite_home, mta):
        until(lambda: mta.flush() or "451 4.3.0" in str(mta.queue()), "a 451")
        assert RawRow.objects.count() == 0
        for place in in_the_way:
            place.unlink()
        assert len(arrived(mta)) == 1


def identity(home: Home, raw: RawRow) -> str | None:
    """Who the desk finds to have proven that a raw is theirs."""
    (report,) = read_raw(open_context(home), raw.id, reader, None)
    return report.reading.authentication.identity


def test_only_the_filter_authenticates(home: Home, mta: Postfix):
    """What our filter finds signed is authenticated, what it does not is not, forged or plain."""
    with mailin(home, mta):
        mta.post(SAMPLE % (b"signed", b"x"))
        (row,) = arrived(mta)
        assert identity(home, row) == "cert.example"
        for head in (b"", FORGED + b"\r\n"):
            mta.post(head + b"From: x@bank.example\r\nSubject: y\r\n\r\nz\r\n")
            assert identity(home, arrived(mta)[-1]) is None


def test_no_foreign_stamp_passes(sqlite_home: Home, mta: Postfix):
    """Written in any way, a stamp from outside is gone when Postfix hands the mail on."""
    with mailin(sqlite_home, mta):
        for name, head in FORGERIES.items():
            tail = b"\r\nFrom: x@bank.example\r\nSubject: " + name.encode() + b"\r\n\r\nz\r\n"
            mta.post(head + tail)
        rows = arrived(mta)
    assert len(rows) == len(FORGERIES)
    boundary = TrustBoundary(relays=("127.0.0.1",), names=(NAME,))
    for row in rows:
        data = raws.read(row.digest)
        told = {"peer": "127.0.0.1", "helo": None, "sender": row.sender, "lookup": None}
        below = data.partition(b"\r\n")[2]  # as if the filter had put none on top
        assert authenticate(data, boundary=boundary, **told).identity is None
        assert authenticate(below, boundary=boundary, **told).identity is None, data[:600]


@pytest.mark.nightly("processes")
def test_forgotten_header_check(sqlite_home: Home, mta: Postfix):
    """Left in, a forged stamp loses below our filter's; without a filter it is believed."""
    data = FORGED + b"\r\nFrom: x@bank.example\r\nSubject: y\r\n\r\nz\r\n"
    with mailin(sqlite_home, mta):
        mta.post(data, door=mta.careless)
        (row,) = arrived(mta)
        assert FORGED in raws.read(row.digest)
        assert identity(sqlite_home, row) is None
        mta.post(data, door=mta.open)
        assert identity(sqlite_home, arrived(mta)[-1]) == "bank.example"


def furnish(home: Home) -> None:
    """Two customers with a machine each; birch's contact is gone. Mail may leave."""
    context = open_context(home)
    enrol(context, "ada")
    set_listening(context, wanted=False, reason="the first weeks are over", person="ada")
    declare_space(context, "203.0.113.0/24", "main")
    import_customers(
        context,
        b"customer,name,contact,language,tags,since\n"
        b"alder,Alder,noc@alder.example,nb,,2024-01-01\n"
        b"birch,Birch,gone@birch.example,en,,2024-01-01\n",
    )
    import_assignments(
        context,
        b"address,customer,resource,from,until\n"
        b"203.0.113.10,alder,vm-a,2024-01-01T00:00:00Z,\n"
        b"203.0.113.20,birch,vm-b,2024-01-01T00:00:00Z,\n",
        "csv",
    )


def about(address: str) -> bytes:
    """A report of what this address did a minute ago."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    line = f"{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[7]: Failed password for root from {address}"
    return (
        f"From: Night shift <soc@cert.example>\r\nTo: {DESK}\r\nSubject: guessing\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{address}@cert.example>\r\n\r\n"
        f"Your host guesses passwords. All times are UTC.\r\n\r\n{line} port 40001 ssh2\r\n"
    ).encode()


@contextmanager
def desk_at_work(home: Home, mta: Postfix) -> Iterator[None]:
    """`mailin` and a worker whose relay is this Postfix."""
    mta.sink.mails.clear()
    furnish(home)
    with mailin(home, mta, relay_port=mta.port), running("worker", log=home.path / "log"):
        yield


def test_notices_go_out(sqlite_home: Home, mta: Postfix):
    """Notice and receipt reach the world with the headers and the return path they left with."""
    sink = mta.sink
    with desk_at_work(sqlite_home, mta):
        mta.post(about("203.0.113.10"))
        until(lambda: sink.to("noc@alder.example") and sink.to("soc@cert.example"), "both mails")
    ((path, data),) = sink.to("noc@alder.example")
    kept = NoticeRow.objects.get(recipient="noc@alder.example")
    mail = message_from_bytes(data, policy=policy.default)
    assert path == DESK
    told = {name: mail[name] for name in ("To", "Subject", "Message-ID", "Auto-Submitted")}
    assert told == {
        "To": kept.recipient,
        "Subject": kept.title,
        "Message-ID": kept.message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert mail["From"].addresses[0].addr_spec == DESK
    text = mail.get_content().replace("\r\n", "\n")
    assert "/c/" in text
    assert kept.text == without_tokens(text) != text, "the link is in the mail alone"
    ((path, _),) = sink.to("soc@cert.example")
    assert path == "", "a receipt must never bounce back"


@pytest.mark.nightly("processes")
def test_bounced_notice_is_marked(home: Home, mta: Postfix):
    """Refused by the customer's server, a notice comes back through Postfix and is shown failed."""
    gone = NoticeRow.objects.filter(recipient="gone@birch.example")
    with desk_at_work(home, mta):
        mta.post(about("203.0.113.20"))
        until(lambda: ReportRow.objects.count() == 2, "the report and the bounce to be read")
        until(gone.filter(failure__isnull=False).exists, "the notice to be marked")
    (bounce,) = reports.by_raw(RawRow.objects.exclude(sender="soc@cert.example").get().id)
    assert bounce.reading.outcome is ReadingOutcome.BOUNCE
    assert "550 5.1.1" in gone.get().failure
    assert gone.get().sent_at is not None, "the relay had taken it"
    (failed,) = log.entries(types=(EntryType.NOTICE_FAILED,))
    assert failed.entry.payload["notice"] == gone.get().id
