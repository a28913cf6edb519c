"""More of the lab's traffic: mail, name servers, guesses and forged questions, each bounded.

    python -m aupkeep.lab.application_traffic COMMAND ARGUMENTS

    mail COUNTS                  an SMTP server on tcp/25
    names SIZE COUNTS            answers of SIZE bytes from udp/53
    send FROM MAILS PACE COUNTS TO…  mails to each TO
    guess FROM TO TASKS MANY COUNTS  passwords at tcp/22 of TO
    ask FROM TO MANY PACE COUNTS questions to udp/53 of TO

`send`, `guess` and `ask` are what an abuser does: a burst of mail to many exchangers, passwords
tried by several tasks at once, each waiting for its refusals as the usual tools do, and questions
whose sender (FROM) is the victim that gets the large answers. SMTP is RFC 5321 as far as one short
mail needs it; questions are DNS messages (RFC 1035 section 4.1) for a name nobody has.
"""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from itertools import cycle, islice
from pathlib import Path
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer
from typing import ClassVar

from aupkeep.lab.traffic import BANNER, CHUNK, KEYS, TRY, Counts, DualServer, run_command, source_of

PATIENCE = 1.0  # seconds a connection may take
PATIENT = 5.0  # seconds a guess may: a busy machine must not make guesses unlike
LONGEST = 120.0  # seconds anything here goes on
MOST = 20_000  # mails, questions or pages
MOST_TASKS, TRIES = 16, 3  # sessions at once; passwords a session
QUESTION = (  # id, recursion wanted, one question: any record of lab.example
    b"\x1d\x0b\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03lab\x07example\x00\x00\xff\x00\x01"
)
ANSWERED = b"\x81\x80"  # the flags of an answer
LETTER = (
    b"EHLO lab.example\r\n",
    b"MAIL FROM:<offer@lab.example>\r\n",
    b"RCPT TO:<you@lab.example>\r\n",
    b"DATA\r\n",
    b"Subject: an offer\r\n\r\n" + b"Buy now.\r\n" * 40 + b".\r\n",
    b"QUIT\r\n",
)


def paced(many: int, pace: float) -> Iterator[int]:
    """Count to `many`, `pace` a second, within the bounds of this module."""
    begun = time.monotonic()
    for number in range(min(many, MOST)):
        due = begun + number / pace
        if due > begun + LONGEST:
            return
        time.sleep(max(0.0, due - time.monotonic()))
        yield number


class _Exchanger(StreamRequestHandler):
    """Says yes to everything; counts `SOURCE` for each mail."""

    counts: ClassVar[Counts]
    timeout = PATIENCE

    def handle(self) -> None:
        """A dialogue line by line; the text of a mail is read to its dot."""
        self.wfile.write(b"220 lab.example\r\n")
        for line in islice(self.rfile, 1000):
            if line.startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline(1000) not in (b".\r\n", b""):
                    pass
                self.counts.add(source_of(self.client_address[0]))
            self.wfile.write(b"250 so be it\r\n")
            if line.startswith(b"QUIT"):
                return


class _Sink(BaseRequestHandler):
    """Takes what comes; counts `SOURCE bytes`."""

    counts: ClassVar[Counts]

    def handle(self) -> None:
        """Read to the end."""
        source = source_of(self.client_address[0])
        while data := self.request.recv(CHUNK):
            self.counts.add(f"{source} bytes", len(data))


def mail(counts: str) -> None:
    """Take mail on tcp/25 and bytes on tcp/873 until ended."""
    from threading import Thread

    recorded = Counts(Path(counts))
    sink: ThreadingTCPServer = DualServer(("::", 873), type("Sink", (_Sink,), {"counts": recorded}))
    Thread(target=sink.serve_forever, daemon=True).start()
    DualServer(("::", 25), type("Exchanger", (_Exchanger,), {"counts": recorded})).serve_forever()


def names(size: str, counts: str) -> None:
    """Answer whoever asks on udp/53 with that many bytes, from the address that was asked."""
    numbers = Counts(Path(counts))
    filling = bytes(max(0, int(size) - len(QUESTION)))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        server.bind(("::", 53))
        while True:
            question, asked, _, peer = server.recvmsg(CHUNK, 128)
            answer = question[:2] + ANSWERED + question[4:] + filling
            server.sendmsg([answer], asked, 0, peer)
            numbers.add("answered")


def send(source: str, mails: str, pace: str, counts: str, *to: str) -> None:
    """A burst of mails to each exchanger in turn: counts `sent` and `failed`."""
    numbers = Counts(Path(counts))
    for _, peer in zip(paced(int(mails), float(pace)), cycle(to), strict=False):
        numbers.add("sent" if _deliver(source, peer) else "failed")
    numbers.write()


def _deliver(source: str, to: str) -> bool:
    try:
        with (
            socket.create_connection((to, 25), PATIENCE, (source, 0)) as peer,
            peer.makefile("rb") as said,
        ):
            said.readline()
            for line in LETTER:
                peer.sendall(line)
                said.readline()
    except OSError:
        return False
    return True


def guess(source: str, to: str, tasks: str, many: str, counts: str) -> None:
    """Try passwords, three a session, with so many tasks at once: counts `tried` and `failed`."""
    numbers = Counts(Path(counts))
    turns = min(int(many), MOST)
    with ThreadPoolExecutor(min(int(tasks), MOST_TASKS)) as pool:
        end = time.monotonic() + LONGEST
        for _ in range(turns):
            pool.submit(_session, source, to, numbers, end)
    numbers.write()


def _session(source: str, to: str, numbers: Counts, end: float) -> None:
    """One session with the server; nothing once the time is over."""
    if time.monotonic() > end:
        return
    try:
        with socket.create_connection((to, 22), PATIENT, (source, 0)) as peer:
            peer.settimeout(PATIENT)
            peer.sendall(BANNER)
            for line in (KEYS, *(TRY + b"guess\n" for _ in range(TRIES))):
                peer.recv(CHUNK)
                peer.sendall(line)
            peer.recv(CHUNK)
        numbers.add("tried", TRIES)
    except OSError:
        numbers.add("failed")


def ask(sender: str, to: str, many: str, pace: str, counts: str) -> None:
    """Questions whose sender is somebody else, who gets the answers: counts `asked`."""
    numbers = Counts(Path(counts))
    for _ in paced(int(many), float(pace)):
        with _udp(sender) as line:  # forgers take another port each time
            line.sendto(QUESTION, (to, 53))
        numbers.add("asked")
    numbers.write()


def _udp(sender: str) -> socket.socket:
    """A datagram socket of an address."""
    six = ip_address(sender).version == 6  # noqa: PLR2004 - the IP version
    line = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((sender, 0))
    return line


COMMANDS: dict[str, tuple[int, Callable[..., None]]] = {  # name → words it takes at least
    "mail": (1, mail),
    "names": (2, names),
    "send": (5, send),
    "guess": (5, guess),
    "ask": (5, ask),
}


if __name__ == "__main__":
    run_command(COMMANDS, sys.argv[1:], __doc__)
