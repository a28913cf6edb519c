"""What strangers send to break a reader: each ends in an outcome, in bounded time."""

import base64
import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome
from timing import assert_growth, cpu_seconds

HEAD = b"From: a@reporter.example\nSubject: report\nMIME-Version: 1.0\n"
SECONDS = 4.0  # of CPU, on a busy machine; alone most need a tenth


def levels(count: int) -> bytes:
    """Multiparts inside each other."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(count)
    )
    return HEAD + opening + b"\n192.0.2.1\n"


def embedded(count: int) -> bytes:
    """Messages inside each other."""
    return HEAD + b"Content-Type: message/rfc822\n\n" * count + b"\nx"


def attachment(size: int) -> bytes:
    """One mail with a large base64 attachment."""
    body = base64.encodebytes(bytes(size * 3 // 4))
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee the file.\n--b\n'
        + b"Content-Type: application/octet-stream; name=big.bin\n"
        + b"Content-Transfer-Encoding: base64\n\n"
        + body
        + b"--b--\n"
    )


def bomb(size: int) -> bytes:
    """Zeros, packed a thousand to one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", bytes(size))
    return out.getvalue()


def many(count: int) -> bytes:
    """An archive of many empty members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", b"")
    return out.getvalue()


def nested(count: int) -> bytes:
    """Archives inside archives."""
    data = b"ip,kind\n192.0.2.1,spam\n"
    for _ in range(count):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("in.zip", data)
        data = out.getvalue()
    return data


def typed(value: bytes) -> bytes:
    """A mail with this Content-Type."""
    return HEAD + b"Content-Type: " + value + b"\n\nwords"


CASES: dict[str, Callable[[], bytes]] = {
    "2,000 multipart levels": lambda: levels(2000),
    "2,000 embedded levels": lambda: embedded(2000),
    "1 MB line": lambda: HEAD + b"\n" + b"a" * 1_000_000,
    "1 MB line of digits": lambda: HEAD + b"\n" + b"1" * 1_000_000,
    "1 MB line of dots": lambda: HEAD + b"\n" + b"1." * 500_000,
    "1 MB line of colons": lambda: HEAD + b"\n" + b"a:" * 500_000,
    "1 MB line of spaces": lambda: HEAD + b"\n" + b" " * 1_000_000,
    "1 MB header": lambda: b"Subject: " + b"a" * 1_000_000 + b"\n\nx",
    "1 MB of encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\n\nx",
    "1 MB of half encoded words": lambda: b"Subject: " + b"=?" * 500_000 + b"\n\nx",
    "100,000 headers": lambda: b"X-A: b\n" * 100_000 + b"\nx",
    "100,000 folded lines": lambda: b"Subject: a\n" + b" b\n" * 100_000 + b"\nx",
    "100,000 parameters": lambda: typed(b"text/plain" + b"; a=b" * 100_000),
    "100,000 quotes": lambda: typed(b'text/plain; a="' + b'\\"' * 100_000),
    "100,000 comments": lambda: b"From: " + b"(" * 100_000 + b"\n\nx",
    "100,000 recipients": lambda: b"From: " + b"a@b.example," * 100_000 + b"\n\nx",
    "NUL bytes": lambda: HEAD.replace(b"report", b"re\0port") + b"\nwor\0ds \0",
    "unknown charset": lambda: typed(b"text/plain; charset=klingon"),
    "codec that is no charset": lambda: typed(b"text/plain; charset=zlib"),
    "quadratic codec": lambda: typed(b"text/plain; charset=punycode") + b"a" * 100_000,
    "wrong charset": lambda: typed(b"text/plain; charset=utf-16") + b"\xff\xfe\xd8",
    "surrogates by UTF-7": lambda: typed(b"text/plain; charset=utf-7") + b"+2AA-",
    "broken RFC 2231": lambda: typed(b"text/plain; name*0*=x'y; name*9999999999*=z; charset*=a'b"),
    "empty boundary": lambda: typed(b'multipart/mixed; boundary=""'),
    "boundary of 100 kB": lambda: typed(b'multipart/mixed; boundary="' + b"b" * 100_000 + b'"'),
    "200,000 boundaries": lambda: typed(b"multipart/mixed; boundary=b") + b"\n--b" * 200_000,
    "200,000 near boundaries": lambda: typed(b"multipart/mixed; boundary=b") + b"\n--bx" * 200_000,
    "HTML of open tags": lambda: typed(b"text/html") + b"<a " * 300_000,
    "HTML of open comments": lambda: typed(b"text/html") + b"<!--" * 250_000,
    "HTML of entities": lambda: typed(b"text/html") + b"&amp" * 250_000,
    "HTML of open scripts": lambda: typed(b"text/html") + b"<script>" * 125_000,
    "400 parts of hypertext": lambda: (
        typed(b"multipart/mixed; boundary=b")
        + (b"\n--b\nContent-Type: text/html\n\n" + b"<p>a</p>" * 900) * 400
    ),
    "answer of introductions": lambda: (
        HEAD.replace(b"report", b"Re: [K7QF-2M9X]") + b"\n" + b"2026-01-01 a:\n" * 80_000
    ),
    "answer of endings": lambda: (
        HEAD.replace(b"report", b"Re: [K7QF-2M9X]") + b"\n" + b"a>\n" * 400_000
    ),
    "bare carriage returns": lambda: HEAD.replace(b"\n", b"\r") + b"\rx\r\r\ny",
    "zip bomb": lambda: bomb(300 << 20),
    "zip of 5,000 members": lambda: many(5000),
    "zip ten deep": lambda: nested(10),
    "zip cut short": lambda: bomb(1000)[:60],
    "gzip of 400,000 empty members": lambda: gzip.compress(b"") * 400_000,
    "JSON of 400,000 broken lines": lambda: b'{"ip":"192.0.2.1"}\n' + b'{"a":[[\n' * 400_000,
    "gzip cut short": lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc",
    "JSON 100,000 deep": lambda: b'{"xarf_version":' + b"[" * 100_000,
    "JSON number of 10,000 digits": lambda: b'{"xarf_version": ' + b"1" * 10_000 + b"}",
    "JSON not a number": lambda: b'{"xarf_version": NaN}',
    "JSON lone surrogates": lambda: (
        rb'{"type":"\ud800","category":"x","source_identifier":"\ud800"}'
    ),
    "CSV quote never closed": lambda: (
        b'ip,kind\n"192.0.2.1,spam\n' * 2 + b"192.0.2.2,spam\n" * 9999
    ),
    "CSV of quotes": lambda: b"ip,kind\n" + b'"' * 999_999,
    "CSV of 1 MB cells": lambda: b"ip,kind\n" + b"a" * 1_000_000 + b",b\n",
    "CSV 3,000,000 columns": lambda: b"ip," * 3_000_000 + b"\n192.0.2.1\n",
    "CSV 100,000 columns": lambda: b"ip" + b",a" * 100_000 + b"\n192.0.2.1\n",
}


LONG = {"400 parts of hypertext"}  # at night


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.nightly("fuzz")) if name in LONG else name
        for name in CASES
    ],
)
def test_invariant_12_hostile_bytes_end_in_an_outcome_in_time(name: str) -> None:
    data, readings = CASES[name](), []
    spent = cpu_seconds(lambda: readings.extend(read(data, "x")), SECONDS)
    assert readings
    json.dumps([reading.reason for _, reading in readings], ensure_ascii=False).encode()
    assert spent < SECONDS, f"{name}: expected under {SECONDS} CPU seconds, found {spent:.2f}"


def test_attachment_of_50_mb_is_not_decoded() -> None:
    data = attachment(50 << 20)
    before = time.process_time()
    [(_, reading)] = read(data, "x")
    assert time.process_time() - before < SECONDS
    assert reading.outcome is ReadingOutcome.INBOX


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "word"),
    [  # made by the test, not by each process that lists the tests
        (lambda: levels(2000), "nested deeper than 50 levels"),
        (lambda: bomb(300 << 20), "archive"),
        (lambda: nested(10), "at most 2 levels"),
        (lambda: b'{"xarf_version": "4.2.0", "type": "a", "type": "b"}', "'type' twice"),
        (lambda: b'{"xarf_version":' + b"[" * 100_000, "levels"),
    ],
)
def test_the_reason_is_plain(make: Callable[[], bytes], word: str) -> None:
    [(_, reading)] = read(make(), "x")
    assert reading.outcome is ReadingOutcome.INBOX
    assert word in (reading.reason or "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", [b"<a", b"=?", b"1.", b"a@", b"(", b'"', b":", b"&", b"-\n", b",\n"]
)
def test_twice_the_input_takes_about_twice_the_time(unit: bytes) -> None:
    head = HEAD + b"Content-Type: text/html\n\n"
    assert_growth(lambda size: read(head + unit * (size // len(unit)), "x"), 150_000)


@pytest.mark.nightly("fuzz")
def test_many_tables_in_one_mail_are_read_as_far_as_one() -> None:
    """What one report may claim is counted over all its parts; the reason says where it ended."""
    rows = b"ip,kind\n" + b"192.0.2.1,spam\n" * 60_000
    parts = b"".join(
        b"--b\nContent-Type: text/csv; name=%d.csv\n\n" % number + rows for number in range(3)
    )
    head = b'From: a@b.example\nContent-Type: multipart/mixed; boundary="b"\n\n'
    mail = head + parts + b"--b--\n"
    [(_, reading)] = read(mail, "many.eml", "mail")
    assert len(reading.findings) == 120_000
    assert "beyond 120,000 claims was not read" in (reading.reason or "")
