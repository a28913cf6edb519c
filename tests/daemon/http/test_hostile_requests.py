"""Requests that are wrong, huge or sly, one a row: the statuses that come back.

A row's bytes are sent in one piece; what a status of 200 reached stands in `seen`.
"""

import asyncio
import json
import re
from dataclasses import dataclass, field

import pytest

from aupkeep.daemon.http.heads import MOST_HEAD, MOST_LINES, MOST_TARGET
from daemon.http.serving import serving, talk

pytestmark = pytest.mark.network
HOST = b"Host: h\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
CHUNKED = b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True)
class Row:
    """What is sent, and the statuses of the answers; `seen` must stand in what was reached."""

    name: str
    sent: bytes
    statuses: tuple[int, ...]
    seen: dict[str, str] = field(default_factory=dict)


def get(*lines: bytes, target: bytes = b"/", version: bytes = b"1.1", method: bytes = b"GET"):
    """A request with these header lines."""
    rest = b"".join(line + b"\r\n" for line in lines)
    return method + b" " + target + b" HTTP/" + version + b"\r\n" + rest + b"\r\n"


def asked(*lines: bytes, **more: bytes) -> bytes:
    """The same for our host, the last of its connection."""
    return get(b"Host: h", b"Connection: close", *lines, **more)


def padded(size: int) -> bytes:
    """A head of so many bytes."""
    empty = asked(b"X: ")
    return asked(b"X: " + b"x" * (size - len(empty)))


ROWS = [
    # the target and the host
    Row("absolute form", asked(target=b"http://h/a?b"), (200,), {"PATH_INFO": "/a"}),
    Row(
        "absolute form outweighs Host",
        asked(target=b"http://evil.example/a"), (200,), {"HTTP_HOST": "evil.example"},
    ),
    Row("absolute form of a user", asked(target=b"http://h@evil.example/a"), (400,)),
    Row("absolute form without a host", asked(target=b"http:///a"), (400,)),
    Row("absolute form in capitals", asked(target=b"HTTP://evil.example"), (200,),
        {"HTTP_HOST": "evil.example", "PATH_INFO": "/"}),
    Row("another scheme", asked(target=b"ftp://h/a"), (400,)),
    Row("no Host", get(b"Connection: close"), (400,)),
    Row("two Hosts", get(b"Host: h", b"Host: h"), (400,)),
    Row("asterisk form", asked(target=b"*", method=b"OPTIONS"), (400,)),
    Row("authority form", asked(target=b"h:443", method=b"CONNECT"), (501,)),
    Row("CONNECT to a path", asked(method=b"CONNECT"), (501,)),
    Row("TRACE", asked(method=b"TRACE"), (501,)),
    Row("an unknown method", asked(method=b"BREW"), (501,)),
    # the size of a head
    Row("a head at the limit", padded(MOST_HEAD), (200,)),
    Row("a head over the limit", padded(MOST_HEAD + 1), (431,)),
    Row("a head of 200 kB", padded(200_000), (431,)),
    Row("lines at the limit", asked(*[b"X: 1"] * (MOST_LINES - 2)), (200,)),
    Row("lines over the limit", asked(*[b"X: 1"] * (MOST_LINES - 1)), (431,)),
    Row("a target at the limit", asked(target=b"/" + b"x" * (MOST_TARGET - 1)), (200,)),
    Row("a target over the limit", asked(target=b"/" + b"x" * MOST_TARGET), (414,)),
    Row("a request line of 100 kB", asked(target=b"/" + b"x" * 100_000), (414,)),
    # the lines of a head
    Row("a folded line", asked(b"X: a\r\n b"), (200,), {"HTTP_X": "a b"}),
    Row("a folded first line", get(b" X: a", HOST.strip()), (400,)),
    Row("a space before the colon", asked(b"X : a"), (400,)),
    Row("a line without a colon", asked(b"X"), (400,)),
    Row("a bare CR in a value", asked(b"X: a\rb"), (400,)),
    Row("a null byte in a value", asked(b"X: a\0b"), (400,)),
    Row("a null byte in the target", asked(target=b"/a\0b"), (400,)),
    Row("a null byte first", b"\0" + asked(), (400,)),
    Row("an underscore for a hyphen", asked(b"X_Forwarded_For: 192.0.2.1"), (200,)),
    Row("TLS", b"\x16\x03\x01\x02\x00\x01\x00", (400,)),
    # versions
    Row("HTTP/0.9", b"GET /\r\n\r\n", (400,)),
    Row("HTTP/1.0", get(version=b"1.0"), (200,)),
    Row("HTTP/2 by its preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (505,)),
    Row("HTTP/9.9", asked(version=b"9.9"), (505,)),
    Row("an upgrade to HTTP/2", asked(b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"), (200,)),
    # the length of a body
    Row("one length, told twice", asked(b"Content-Length: 0", b"Content-Length: 0"), (200,)),
    Row("two lengths", asked(b"Content-Length: 0", b"Content-Length: 5"), (400,)),
    Row("two lengths in a line", asked(b"Content-Length: 0, 5"), (400,)),
    Row("a length with a sign", asked(b"Content-Length: +1"), (400,)),
    Row("a length below zero", asked(b"Content-Length: -1"), (400,)),
    Row("a length of 30 digits", asked(b"Content-Length: " + b"9" * 30), (400,)),
    Row(
        "a length and chunks",
        asked(b"Content-Length: 3", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + LAST, (400,),
    ),
    Row("another coding", asked(b"Transfer-Encoding: gzip, chunked"), (501,)),
    Row("chunked twice", asked(b"Transfer-Encoding: chunked, chunked"), (501,)),
    Row("a coding with a vertical tab", asked(b"Transfer-Encoding: \x0bchunked"), (400,)),
    Row("chunks of HTTP/1.0", get(b"Transfer-Encoding: chunked", version=b"1.0"), (400,)),
    # chunks
    Row("chunks", CHUNKED + b"3;a=b\r\nabc\r\n0\r\n\r\n" + LAST, (200, 200), {"body": "abc"}),
    Row(
        "trailers",
        CHUNKED + b"3\r\nabc\r\n0\r\nAuthorization: Bearer x\r\n\r\n" + LAST, (200, 200),
        {"body": "abc"},
    ),
    Row("trailers of 100 kB", CHUNKED + b"0\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", (200,),
        {"aupkeep.refused": "400"}),
    Row("a chunk extension of 3 MB", CHUNKED + b"1;" + b"x" * 3_000_000 + b"\r\na", (200,),
        {"aupkeep.refused": "400"}),
    Row("many chunk extensions", CHUNKED + (b"1;" + b"x" * 20_000 + b"\r\na\r\n") * 50, (200,),
        {"aupkeep.refused": "400"}),
    Row("a chunk with another end", CHUNKED + b"3\r\nabcXX0\r\n\r\n", (200,),
        {"aupkeep.refused": "400"}),
    Row("a chunk size that is none", CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n", (200,),
        {"aupkeep.refused": "400"}),
    # order
    Row("bytes are awaited", asked(b"Content-Length: 1", b"Expect: 100-continue"), (100, 200),
        {"aupkeep.refused": "408"}),
    Row("bytes that came anyway",
        asked(b"Content-Length: 1", b"Expect: 100-continue", method=b"POST") + b"a", (200,),
        {"body": "a"}),
    Row("an empty line first", b"\r\n" + asked(), (400,)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_request_that_is_wrong_gets_its_status(row: Row):
    async def story(port: int) -> None:
        answer = await talk(port, row.sent)
        assert tuple(map(int, STATUS.findall(answer))) == row.statuses, answer[:300]
        for own in re.findall(rb"HTTP/1\.1 [45].+?\r\n\r\n", answer, re.DOTALL):
            assert b"nosniff" in own, "the server's own words are guarded like a page"
            assert b"default-src 'none'" in own
        if row.seen:
            bodies = [json.loads(body) for body in re.findall(rb"\{.*?\}", answer)]
            told = {name: str(value) for name, value in bodies[0].items()}
            assert row.seen.items() <= told.items()
            assert "HTTP_AUTHORIZATION" not in told

    serving(story)


def test_two_thousand_requests_in_one_piece_are_answered_in_order():
    async def story(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        pieces = [get(b"Host: h", target=b"/%d" % number) for number in range(2_000)]
        sending = asyncio.create_task(send(writer, b"".join(pieces) + LAST))
        answer = await reader.read()
        await sending
        paths = re.findall(rb'"PATH_INFO": "/(\w+)"', answer)
        assert paths == [b"%d" % number for number in range(2_000)] + [b"last"]
        writer.close()

    async def send(writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        await writer.drain()

    serving(story)
