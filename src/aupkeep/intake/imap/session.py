"""One connection to an IMAP server (RFC 9051, RFC 3501): sign in, look, read without a trace.

The standard library's `imaplib` speaks the protocol; `docs/decisions/053-imap.md` says why. It has
no bound on a literal, so ours refuses one that is larger than a mail may be.
"""

import base64
import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.config.tls import client_context
from aupkeep.intake.imap.access_token import xoauth2
from aupkeep.intake.imap.refusals import MessageRefused, SignInRefused
from aupkeep.model.errors import Invalid, Unavailable

QUIET = 60.0  # seconds without a byte
SPARE = 1 << 16  # bytes that a literal may be larger than the size the server told
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
# RFC 5530 section 3: the server's own trouble, not that of the credentials
LATER = re.compile(rb"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)
BROKEN = (OSError, imaplib.IMAP4.error, EOFError)


@dataclass(frozen=True, slots=True)
class Folder:
    """What EXAMINE says; `uidnext` is 0 where the server does not say it."""

    uidvalidity: int
    uidnext: int
    messages: int


class _Plain(imaplib.IMAP4):
    """A connection whose literals are bounded."""

    most = 0

    def read(self, size: int) -> bytes:
        """Read a literal. Raises `abort` for one above `most`."""
        if size > self.most:
            raise self.abort(f"expected a literal of at most {self.most} bytes, found {size}")
        return super().read(size)


class _Tls(_Plain, imaplib.IMAP4_SSL):
    """The same under TLS from the first byte."""


class ImapSession:
    """One signed-in connection; each answer that breaks it is `Unavailable`."""

    def __init__(self, client: imaplib.IMAP4, host: str) -> None:
        """`client` is connected and signed in."""
        self._client, self._host = client, host

    def examine(self, folder: str) -> Folder:
        """Open a folder read only, as it is now. Raises `Invalid` where there is none."""
        with self._asking():
            status, said = self._client.select(quoted(folder), readonly=True)
            if status != "OK":
                reason = _words(said)
                raise Invalid(f"{self._host}: expected the folder {folder}, found: {reason}")
            uidvalidity = self._number("UIDVALIDITY")
            if not uidvalidity:
                raise Unavailable(f"{self._host}: expected UIDVALIDITY of {folder}, found none")
            return Folder(
                uidvalidity=uidvalidity,
                uidnext=self._number("UIDNEXT"),
                messages=int(said[0] or b"0"),
            )

    def first_since(self, day: date) -> int | None:
        """The lowest UID of a message that came on this day or later; None without one."""
        word = f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"
        with self._asking():
            status, said = self._client.uid("SEARCH", "SINCE", word)
            self._expect_ok(status, said)
            return min((int(uid) for line in said if line for uid in line.split()), default=None)

    def sizes(self, first: int) -> list[tuple[int, int]]:
        """UID and size in bytes of each message from UID `first` up, in their order."""
        with self._asking():
            status, said = self._client.uid("FETCH", f"{first}:*", "(RFC822.SIZE)")
            self._expect_ok(status, said)
            sizes = {}
            for line in said:
                words = line if isinstance(line, bytes) else b""
                uid, size = UID.search(words), SIZE.search(words)
                if uid and size and int(uid[1]) >= first:  # of n:* the last message always counts
                    sizes[int(uid[1])] = int(size[1])
            return sorted(sizes.items())

    def message(self, uid: int) -> bytes | None:
        """The bytes of a message, whose flags stay as they are; None for one that is gone.

        Raises `MessageRefused` where the server answers NO.
        """
        with self._asking():
            status, said = self._client.uid("FETCH", str(uid), "(BODY.PEEK[])")
            if status != "OK":
                raise MessageRefused(f"message {uid}: expected its bytes, found: {_words(said)}")
            parts = (part[1] for part in said if isinstance(part, tuple) and b"BODY[]" in part[0])
            return next(parts, None)

    def _number(self, word: str) -> int:
        _, said = self._client.response(word)
        value = said[-1] if said else None
        return int(value) if value else 0

    def _expect_ok(self, status: str, said: list[bytes | None]) -> None:
        if status != "OK":
            raise Unavailable(f"{self._host}: expected an answer, found: {_words(said)}")

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            raise Unavailable(f"{self._host}: {_why(error)}") from error
        except (ValueError, IndexError) as error:  # an answer of another form
            raise Unavailable(f"{self._host}: expected IMAP, found another answer") from error

    def close(self) -> None:
        """Sign out."""
        with suppress(*BROKEN):
            self._client.logout()
        with suppress(*BROKEN):  # a LOGOUT that failed leaves the socket open
            self._client.shutdown()


def open_session(
    mailbox: MailboxSettings, secrets: dict[str, str], token: Callable[[], str], most: int
) -> ImapSession:
    """Connect and sign in; `token` gives an access token, `most` bounds a message in bytes.

    Raises `SignInRefused`, `Unavailable`, and `Invalid` where a password would go in the clear.
    """
    try:
        client = _connected(mailbox, most + SPARE)
    except BROKEN as error:
        raise Unavailable(f"{mailbox.host}: {_why(error)}") from error
    try:
        _sign_in(client, mailbox, secrets, token)
    except BaseException:
        with suppress(*BROKEN):
            client.shutdown()
        raise
    return ImapSession(client, mailbox.host)


def _connected(mailbox: MailboxSettings, most: int) -> imaplib.IMAP4:
    trust = None
    if mailbox.tls != "none":
        trust = client_context(mailbox.ca_file)
    if mailbox.tls == "implicit":
        tls = _Tls(mailbox.host, mailbox.port, ssl_context=trust, timeout=QUIET)
        tls.most = most
        return tls
    plain = _Plain(mailbox.host, mailbox.port, timeout=QUIET)
    plain.most = most
    if mailbox.tls == "starttls":
        try:
            plain.starttls(trust)
        except BaseException:
            with suppress(*BROKEN):
                plain.shutdown()
            raise
    return plain


def _sign_in(
    client: imaplib.IMAP4,
    mailbox: MailboxSettings,
    secrets: dict[str, str],
    token: Callable[[], str],
) -> None:
    """Raises `SignInRefused` where the credentials are refused, `Unavailable` for other trouble."""
    challenge: list[bytes] = []
    try:
        if mailbox.oauth2:
            words = xoauth2(mailbox.user, token())

            def answer(said: bytes) -> bytes:
                challenge.append(said)  # an error as JSON; an empty answer ends the exchange
                return b"" if said else words

            client.authenticate("XOAUTH2", answer)
        elif "LOGINDISABLED" in client.capabilities:  # RFC 9051 section 7.2.2
            raise Invalid(f"{mailbox.host}: expected a server that takes passwords, found none")
        else:
            client.login(mailbox.user, secrets["password"])
    except imaplib.IMAP4.abort as error:
        raise Unavailable(f"{mailbox.host}: {_why(error)}") from error
    except imaplib.IMAP4.error as error:
        words_said = _why(error)
        if LATER.search(words_said.encode()):
            raise Unavailable(f"{mailbox.host}: {words_said}") from error
        more = " ".join(part.decode("utf-8", "replace") for part in challenge if part)
        why = f"{words_said} {more}".strip()[:300]
        raise SignInRefused(f"{mailbox.host}: sign-in as {mailbox.user} refused: {why}") from error
    except (OSError, EOFError) as error:
        raise Unavailable(f"{mailbox.host}: {_why(error)}") from error


def quoted(folder: str) -> str:
    r"""A folder's name as IMAP writes it: modified UTF-7 (RFC 3501 section 5.1.3), quoted.

    >>> quoted("INBOX"), quoted("Abuse & co"), quoted("Misbruk/på vent")
    ('"INBOX"', '"Abuse &- co"', '"Misbruk/p&AOU- vent"')
    """
    out: list[str] = []
    for run, ascii_run in _runs(folder):
        if ascii_run:
            out.append(run.replace("&", "&-"))
        else:
            code = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=")
            out.append("&" + code.replace("/", ",") + "-")
    name = "".join(out).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}"'


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of printable ASCII and of all else."""
    for match in re.finditer(r"([\x20-\x7e]+)|[^\x20-\x7e]+", text):
        yield match[0], match[1] is not None


def _words(said: list[bytes | None]) -> str:
    return b" ".join(line for line in said if isinstance(line, bytes)).decode("utf-8", "replace")[
        :200
    ]


def _why(error: BaseException) -> str:
    """What broke, as text; `imaplib` puts bytes into its errors."""
    first = error.args[0] if error.args else ""
    words = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    return (words or type(error).__name__)[:300]
