"""A list server on loopback that serves, and misbehaves in every way a feed's server does."""

import gzip
import io
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = b"<!DOCTYPE html>\n<html><head><title>502</title></head><body>Bad gateway</body></html>\n"
DRIP = 0.05  # seconds between two bytes
ROUNDS = 4000  # bytes a drip would send


@dataclass
class Lists:
    """What the server answers by path; `asked` is every request as (path, headers)."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    ways: dict[str, str] = field(default_factory=dict)  # path → how it misbehaves; "*" for all
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def way(self, path: str) -> str:
        return self.ways.get(path, self.ways.get("*", "well"))


class Handler(BaseHTTPRequestHandler):
    """Answers one request in the way its path is set to."""

    protocol_version = "HTTP/1.1"
    lists: Lists

    def do_GET(self) -> None:
        lists = self.lists
        path = self.path.partition("?")[0]
        lists.asked.append((self.path, dict(self.headers)))
        body = lists.bodies.get(path, b"")
        WAYS[lists.way(path)](self, body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def say(self, status: int, body: bytes, **headers: str) -> None:
        """One answer; a header given as "" is left out."""
        self.send_response(status)
        said = {"Content-Length": str(len(body)), "Connection": "close"}
        said.update({name.replace("_", "-"): value for name, value in headers.items()})
        for name, value in said.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def chunk(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


def etagged(self: Handler, body: bytes) -> None:
    """304 for who has it (RFC 9110 section 15.4.5)."""
    etag = f'"{hash(body) & 0xFFFFFF:x}"'
    if self.headers.get("If-None-Match") == etag:
        self.say(304, b"", ETag=etag, Content_Length="")
    else:
        self.say(200, body, ETag=etag, Last_Modified="Sun, 01 Mar 2026 11:00:00 GMT")


def stall(self: Handler, body: bytes) -> None:
    """Half, then nothing."""
    self.send_response(200)
    self.send_header("Content-Length", str(len(body)))
    self.end_headers()
    self.wfile.write(body[: len(body) // 2])
    self.lists.over.wait(30)
    self.close_connection = True


def drip(self: Handler, body: bytes) -> None:
    """A byte now and then, never silent for long, never done."""
    self.send_response(200)
    self.send_header("Content-Length", str(ROUNDS))
    self.end_headers()
    for _ in range(ROUNDS):
        if self.lists.over.wait(DRIP):
            break
        try:
            self.wfile.write(b"#")
        except OSError:
            break
    self.close_connection = True


def drip_head(self: Handler, body: bytes) -> None:
    """A header that never ends."""
    self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(ROUNDS):
        if self.lists.over.wait(DRIP):
            break
        try:
            self.wfile.write(b"a")
        except OSError:
            break
    self.close_connection = True


def short(self: Handler, body: bytes) -> None:
    """Less than announced."""
    self.say(200, body[: len(body) // 2], Content_Length=str(len(body)))


def long(self: Handler, body: bytes) -> None:
    """More than announced."""
    self.say(200, body, Content_Length=str(max(len(body) // 2, 1)))


def endless(self: Handler, body: bytes) -> None:
    """No length, no end."""
    self.send_response(200)
    self.send_header("Connection", "close")
    self.end_headers()
    for _ in range(ROUNDS):
        if self.lists.over.is_set():
            break
        try:
            self.wfile.write(b"198.51.100.1\n" * 5000)
        except OSError:
            break
    self.close_connection = True


def chunked(self: Handler, body: bytes) -> None:
    self.send_response(200)
    self.send_header("Transfer-Encoding", "chunked")
    self.end_headers()
    for start in range(0, len(body), 37):
        self.chunk(body[start : start + 37])
    self.chunk(b"")
    self.close_connection = True


def cut_chunks(self: Handler, body: bytes) -> None:
    """Chunks without the last one."""
    self.send_response(200)
    self.send_header("Transfer-Encoding", "chunked")
    self.end_headers()
    self.chunk(body)
    self.close_connection = True


def bomb(self: Handler, body: bytes) -> None:
    """Much in little."""
    self.say(200, gzip.compress(b"0" * (400 << 20), 9), Content_Encoding="gzip")


def zipped(self: Handler, body: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../list.txt", body)
    self.say(200, out.getvalue(), Content_Type="application/zip")


WAYS: dict[str, Callable[[Handler, bytes], None]] = {
    "well": lambda self, body: self.say(200, body),
    "etag": etagged,
    "500": lambda self, body: self.say(500, HTML),
    "404": lambda self, body: self.say(404, HTML),
    "403": lambda self, body: self.say(403, b"no"),
    "later": lambda self, body: self.say(429, b"", Retry_After="1800"),
    "page": lambda self, body: self.say(200, HTML, Content_Type="text/html"),
    "garbage": lambda self, body: self.say(200, bytes(range(256)) * 60),
    "no http": lambda self, body: self.wfile.write(b"\x16\x03\x01" * 400) and None,
    "empty": lambda self, body: self.say(200, b""),
    "stall": stall,
    "drip": drip,
    "drip head": drip_head,
    "short": short,
    "long": long,
    "endless": endless,
    "chunked": chunked,
    "cut chunks": cut_chunks,
    "gzip": lambda self, body: self.say(200, gzip.compress(body), Content_Encoding="gzip"),
    "cut gzip": lambda self, body: self.say(200, gzip.compress(body)[:-9], Content_Encoding="gzip"),
    "bomb": bomb,
    "zip": zipped,
    "brotli": lambda self, body: self.say(200, body, Content_Encoding="br"),
    "away": lambda self, body: self.say(302, b"", Location="https://elsewhere.example/list"),
    "inward": lambda self, body: self.say(302, b"", Location="http://169.254.169.254/latest"),
    "round": lambda self, body: self.say(302, b"", Location=self.path),
    "nowhere": lambda self, body: self.say(302, b""),
    "hang up": lambda self, body: setattr(self, "close_connection", True),
}


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Lists]:
    """A server on loopback until the block ends."""
    lists = Lists()
    handler = type("One", (Handler,), {"lists": lists})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if context is None else "https"
    lists.url = f"{scheme}://lists.example:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield lists
    finally:
        lists.over.set()
        server.shutdown()
        server.server_close()


def in_process(one, copy, ours, *, names, schema=None):
    """The sifter without a box, for tests of many lists."""
    from aupkeep.intake.feed_client.filter import filter_list

    found = filter_list(one.feed, copy, one.options, ours)
    found.named = found.named if names else []
    return found


def at_home(host: str) -> list[str]:
    """The resolver of these tests: every name is this machine."""
    return ["127.0.0.1"]


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's context and the file that trusts it."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    both = folder / f"{name}.key"
    both.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, pem
