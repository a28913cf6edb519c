"""An IMAP server and a giver of tokens in this process, as far as we speak to one.

It passes the same tests as a real Dovecot (`tests/app/receiving/test_mailboxes.py`), and can do
what a Dovecot does not: refuse one message, or sign nobody in for a while.
"""

import base64
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

WORDS = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass
class Tokens:
    """Gives tokens over HTTP, and says of one whether it counts (RFC 7662) as Dovecot asks."""

    url: str = ""
    given: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)  # of the address that was asked
    good: set[str] = field(default_factory=set)
    error: str = ""  # an answer of RFC 6749 section 5.2
    life: int = 3600

    def grant(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """The answer to one request for a token."""
        self.asked.append(form)
        if self.error:
            return 400, {
                "error": self.error,
                "error_description": f"{form['client_secret']} is bad",
            }
        token = f"token-{len(self.given)}"
        self.given.append(token)
        self.good.add(token)
        return 200, {"access_token": token, "expires_in": self.life, "token_type": "Bearer"}


@contextmanager
def giving_tokens() -> Iterator[Tokens]:
    """A token endpoint on loopback."""
    tokens = Tokens()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path == "/introspect":
                active = form["token"] in tokens.good
                status, answer = 200, {"active": str(active).lower(), "username": "abuse"}
            else:
                tokens.queries.append(self.path.partition("?")[2])
                status, answer = tokens.grant(form)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    tokens.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield tokens
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Double:
    """One mailbox; `refuses` are UIDs it answers NO for, `later` what it says to every sign-in."""

    tokens: Tokens
    port: int = 0
    uidvalidity: int = 7
    messages: dict[int, bytes] = field(default_factory=dict)
    flags_of: dict[int, str] = field(default_factory=dict)
    refuses: set[int] = field(default_factory=set)
    later: str = ""
    since: str | None = None
    tries: int = 0
    written: list[bytes] = field(default_factory=list)  # commands that change something

    def append(self, data: bytes) -> None:
        """A message comes."""
        uid = max(self.messages, default=0) + 1
        self.messages[uid], self.flags_of[uid] = data, ""

    def flags(self) -> list[str]:
        """The flags of each message."""
        return list(self.flags_of.values())

    def renumber(self) -> None:
        """UIDs begin anew."""
        self.uidvalidity += 1
        self.messages = dict(enumerate(self.messages.values(), 1))

    def restart(self) -> None:
        """Connections end; ours are one a command anyway."""

    def refused(self) -> int:
        """How often somebody tried to sign in and was refused."""
        return self.tries


class _Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box: Double = self.server.box  # type: ignore[attr-defined]
        self._say(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] here")
        while line := self.rfile.readline():
            tag, *words = [a or b for a, b in WORDS.findall(line)]
            name = b"_".join(words[: 2 if words[0].upper() == b"UID" else 1]).decode().lower()
            act = getattr(self, f"on_{name}", None)
            if act is None:
                self.box.written.append(line)
            self._say(tag + b" " + (act(*words[1:]) if act else b"BAD unknown"))

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def on_capability(self) -> bytes:
        self._say(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
        return b"OK done"

    def on_login(self, user: bytes, password: bytes) -> bytes:
        if self.box.later:
            return b"NO " + self.box.later.encode()
        if (user, password) == (b"abuse", b"secret"):
            return b"OK done"
        self.box.tries += 1
        return b"NO [AUTHENTICATIONFAILED] no"

    def on_authenticate(self, _mechanism: bytes) -> bytes:
        self._say(b"+ ")
        said = base64.b64decode(self.rfile.readline())
        if re.search(rb"Bearer (\S+?)\x01", said)[1].decode() in self.box.tokens.good:
            return b"OK done"
        self.box.tries += 1
        self._say(b"+ " + base64.b64encode(b'{"status":"401"}'))
        self.rfile.readline()
        return b"NO AUTHENTICATE failed."

    def on_examine(self, folder: bytes) -> bytes:
        if folder != b"INBOX":
            return b"NO [NONEXISTENT] no such folder"
        self._say(b"* %d EXISTS" % len(self.box.messages))
        self._say(b"* OK [UIDVALIDITY %d] valid" % self.box.uidvalidity)
        self._say(b"* OK [UIDNEXT %d] next" % (max(self.box.messages, default=0) + 1))
        return b"OK [READ-ONLY]"

    def on_uid_search(self, _search: bytes, _since: bytes, day: bytes) -> bytes:
        self.box.since = day.decode()
        self._say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in self.box.messages))
        return b"OK done"

    def on_uid_fetch(self, _fetch: bytes, span: bytes, what: bytes, *_more: bytes) -> bytes:
        first = int(span.partition(b":")[0])
        last = max(self.box.messages, default=0)
        chosen = (
            [first] if b":" not in span else [u for u in self.box.messages if u >= min(first, last)]
        )
        for number, uid in enumerate(chosen, 1):
            data = self.box.messages.get(uid, b"")
            if b"SIZE" in what:
                self._say(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (number, uid, len(data)))
            elif uid in self.box.refuses:
                return b"NO cannot be read"
            else:
                if b"PEEK" not in what:
                    self.box.flags_of[uid] = "\\Seen"
                head = b"* %d FETCH (UID %d BODY[] {%d}" % (number, uid, len(data))
                self._say(head + b"\r\n" + data + b")")
        return b"OK done"

    def on_logout(self) -> bytes:
        self._say(b"* BYE")
        return b"OK done"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def serving(tokens: Tokens) -> Iterator[Double]:
    """The double on loopback."""
    box = Double(tokens)
    with _Server(("127.0.0.1", 0), _Connection) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
