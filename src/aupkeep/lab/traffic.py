"""The lab's traffic: small servers and a bounded attacker, run inside a host.

    python -m aupkeep.lab.traffic web NAME            a web page on tcp/80 that says NAME
    python -m aupkeep.lab.traffic ssh COUNTS          an SSH banner on tcp/22; counts by source
    python -m aupkeep.lab.traffic attack TO COUNTS    password guessing at tcp/22 of TO, bounded
    python -m aupkeep.lab.traffic attack TO COUNTS FROM   the same from one of several addresses
    python -m aupkeep.lab.traffic hold TO COUNTS      one open connection that keeps talking
    python -m aupkeep.lab.traffic pour TO COUNTS      bytes to tcp/22 as fast as they go, bounded
    python -m aupkeep.lab.traffic probe TO            fetch TO's web page once; says its text

All take IPv4 and IPv6. COUNTS is a JSON file of whole numbers, replaced in one step ten times a
second. Nothing here guesses a real password or speaks real SSH beyond the banner (RFC 4253
section 4.2): the lab needs the connections, not the break-in.
"""

import json
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from typing import ClassVar

EVERY = 0.1  # seconds between attempts, and between two writes of a counts file
MOST = 3_000  # attempts
LONGEST = 300.0  # seconds an attacker lives
PATIENCE = 1.0  # seconds a connection may take
POUR_LONGEST = 10.0
BANNER = b"SSH-2.0-lab\r\n"
CHUNK = 64 << 10
KEYS = b"k" * 1_200 + b"\n"  # about what a key exchange says, each way
TRY, DENIED = b"try ", b"denied\n"
REFUSED = 0.4  # seconds a server takes to refuse a password


def read_counts(path: Path) -> dict[str, int]:
    """A counts file; empty before the first write."""
    try:
        counts: dict[str, int] = json.loads(path.read_text("ascii"))
    except FileNotFoundError:
        return {}
    return counts


class Counts:
    """Whole numbers by name, shown in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._numbers: Counter[str] = Counter()
        Thread(target=self._show, daemon=True).start()

    def add(self, name: str, many: int = 1) -> None:
        """Count something."""
        with self._lock:
            self._numbers[name] += many

    def write(self) -> None:
        """Replace the file now."""
        with self._lock:
            text = json.dumps(self._numbers)
            fresh = self._path.with_name(self._path.name + ".new")
            fresh.write_text(text, "ascii")
            fresh.replace(self._path)

    def _show(self) -> None:
        while True:
            self.write()
            time.sleep(EVERY)


class DualServer(ThreadingTCPServer):
    """A TCP server for both IP versions, a thread a connection."""

    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Both IP versions on one socket."""
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is what the lab is about, not an error."""


def source_of(address: str) -> str:
    """The peer's address; an IPv4 peer of a dual socket is shown as IPv4."""
    parsed = ip_address(address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


class _Banner(BaseRequestHandler):
    """Counts `SOURCE`, `SOURCE lines` and `SOURCE bytes`."""

    counts: ClassVar[Counts]

    def handle(self) -> None:
        """Say the banner, then listen to whatever comes."""
        source = source_of(self.client_address[0])
        self.counts.add(source)
        self.request.sendall(BANNER)
        rest = b""
        while data := self.request.recv(CHUNK):
            self.counts.add(f"{source} lines", data.count(b"\n"))
            self.counts.add(f"{source} bytes", len(data))
            *lines, rest = (rest[-len(KEYS) :] + data).split(b"\n")
            for line in lines:
                self._answer(line)

    def _answer(self, line: bytes) -> None:
        """What a server says to keys, and after a while to a password; to all else nothing."""
        if line + b"\n" == KEYS:
            self.request.sendall(KEYS)
        elif line.startswith(TRY):
            time.sleep(REFUSED)
            self.request.sendall(DENIED)


class _Page(BaseRequestHandler):
    """One page, one connection, HTTP/1.0 (RFC 1945)."""

    name: ClassVar[str]

    def handle(self) -> None:
        """Read a request, answer with the host's name."""
        self.request.recv(CHUNK)
        body = f"this is {self.name}\n".encode()
        head = f"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
        self.request.sendall(head.encode() + body)


def web(name: str) -> None:
    """Serve the page until ended."""
    handler = type("Page", (_Page,), {"name": name})
    DualServer(("::", 80), handler).serve_forever()


def ssh(counts: str) -> None:
    """Serve the banner until ended."""
    handler = type("Banner", (_Banner,), {"counts": Counts(Path(counts))})
    DualServer(("::", 22), handler).serve_forever()


def attack(to: str, counts: str, source: str = "") -> None:
    """Guess passwords: counts `tried`, `reached` and `failed`; ends by itself.

    `source` is the own address to do it from, "" for the one the kernel chooses.
    """
    numbers = Counts(Path(counts))
    end = time.monotonic() + LONGEST
    for attempt in range(MOST):
        if time.monotonic() > end:
            break
        numbers.add("tried")
        numbers.add("reached" if _guess(to, attempt, source) else "failed")
        time.sleep(EVERY)
    numbers.write()


def _guess(to: str, attempt: int, source: str) -> bool:
    own = (source, 0) if source else None
    try:
        with socket.create_connection((to, 22), PATIENCE, own) as peer:
            peer.settimeout(PATIENCE)
            reached = peer.recv(len(BANNER)) == BANNER
            peer.sendall(BANNER + f"root guess-{attempt}\n".encode())
            return reached
    except OSError:
        return False


def hold(to: str, counts: str) -> None:
    """Keep one connection and say a line ten times a second: counts `said`; ends by itself."""
    numbers = Counts(Path(counts))
    end = time.monotonic() + LONGEST
    with socket.create_connection((to, 22), PATIENCE) as peer:
        peer.settimeout(PATIENCE)
        while time.monotonic() < end:
            peer.sendall(b"still here\n")
            numbers.add("said")
            time.sleep(EVERY)


def pour(to: str, counts: str) -> None:
    """Send as fast as it goes for ten seconds at most: counts `bytes` sent."""
    numbers = Counts(Path(counts))
    end = time.monotonic() + POUR_LONGEST
    with socket.create_connection((to, 22), PATIENCE) as peer:
        peer.settimeout(POUR_LONGEST)
        while time.monotonic() < end:
            numbers.add("bytes", peer.send(bytes(CHUNK)))
    numbers.write()


def probe(to: str) -> None:
    """Fetch the page once; exit code 1 when it cannot be had."""
    peer = HTTPConnection(to, 80, timeout=PATIENCE)
    try:
        peer.request("GET", "/")
        sys.stdout.write(peer.getresponse().read().decode())
    except (OSError, HTTPException) as error:
        sys.exit(f"{to}: expected a page, found {error}")
    finally:
        peer.close()


def run_command(
    commands: Mapping[str, tuple[int, Callable[..., None]]], words: Sequence[str], usage: str | None
) -> None:
    """Run the command that the first word names; with too few words print the usage, exit code 1.

    `commands` are functions by name, each with the number of words that it takes at least.
    """
    least, command = commands.get(words[0], (0, None)) if words else (0, None)
    if command is None or len(words) - 1 < least:
        sys.exit(usage)
    command(*words[1:])


COMMANDS: Mapping[str, tuple[int, Callable[..., None]]] = {
    "web": (1, web),
    "ssh": (1, ssh),
    "attack": (2, attack),
    "hold": (2, hold),
    "pour": (2, pour),
    "probe": (1, probe),
}

if __name__ == "__main__":
    run_command(COMMANDS, sys.argv[1:], __doc__)
