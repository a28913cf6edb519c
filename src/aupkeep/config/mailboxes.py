"""Mailboxes that are read by IMAP: a table `[[mail.mailboxes]]` for each."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aupkeep.config.secrets import opened
from aupkeep.model.errors import Invalid

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
HERE = ("127.0.0.1", "::1", "localhost")
SOONEST = 5  # seconds
TLS = ("implicit", "starttls", "none")
SECRETS = ("password", "client_secret", "refresh_token")
MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
GOOGLE = "https://oauth2.googleapis.com/token"
SCOPES = {"microsoft": "https://outlook.office365.com/.default"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """One mailbox at an IMAP server; secrets as `file:PATH` or `env:NAME`.

    With `oauth2` the sign-in is XOAUTH2: `microsoft` gets its tokens by client credentials,
    `google` by a refresh token, `other` by whichever of the two is given, at `token_url`.
    """

    name: str = ""  # required; the journal names what came from it `imap:NAME`
    host: str = ""  # required
    port: int = 993
    tls: str = "implicit"  # starttls (mostly port 143); none for loopback alone
    ca_file: str = ""  # whom to believe in place of the machine's own
    user: str = ""  # required; the address of the mailbox at Microsoft and Google
    password: str = ""
    folder: str = "INBOX"
    every: int = 30  # seconds between two looks
    days: int = 1  # at the first look: mails that came so many days before it
    site: str = ""  # what such mail is about, where address spaces of sites overlap
    authserv_ids: tuple[str, ...] = ()  # the names its server signs results with, and we believe
    oauth2: str = ""  # microsoft, google or other; empty = a password
    tenant: str = ""  # of Microsoft's directory
    token_url: str = ""  # empty = that of microsoft or google
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    scope: str = ""  # empty = what the provider needs for IMAP

    def __post_init__(self) -> None:
        """Raises `Invalid` for what cannot be read with, or not safely."""
        where = f"[[mail.mailboxes]] {self.name[:40]!r}"
        if not NAME.fullmatch(self.name):
            raise Invalid(f"{where}: expected a name of small letters, digits, - _ and .")
        for option in ("host", "user", "folder"):
            value = getattr(self, option)
            if not value or not value.isprintable():
                raise Invalid(f"{where} {option}: expected one line of text, found {value[:60]!r}")
        if self.tls not in TLS:
            raise Invalid(f"{where} tls: expected {', '.join(TLS)}, found {self.tls[:40]!r}")
        if self.tls == "none" and self.host not in HERE:
            raise Invalid(f"{where} tls: expected TLS to another machine, found none")
        if self.every < SOONEST or self.days < 0:
            raise Invalid(f"{where}: expected every from {SOONEST} seconds up, days from 0 up")
        if self.oauth2 not in ("", "microsoft", "google", "other"):
            given = self.oauth2[:40]
            raise Invalid(f"{where} oauth2: expected microsoft, google or other, found {given!r}")
        for option in self._needed():
            if not getattr(self, option):
                raise Invalid(f"{where} {option}: expected a value, found none")
        if self.oauth2 and not _keeps_secrets(self.tokens_at):
            given = self.tokens_at[:80]
            raise Invalid(f"{where} token_url: expected https, or http to loopback, found {given}")

    def _needed(self) -> tuple[str, ...]:
        """The options that this way of signing in cannot be without."""
        if not self.oauth2:
            return ("password",)
        if self.oauth2 == "microsoft":
            return ("client_id", "client_secret", "token_url" if self.token_url else "tenant")
        if self.oauth2 == "google" or self.refresh_token:
            return (
                "client_id",
                "refresh_token",
                *(["token_url"] if self.oauth2 == "other" else []),
            )
        return ("client_id", "client_secret", "token_url")

    @property
    def tokens_at(self) -> str:
        """Where access tokens are had."""
        if self.token_url or not self.oauth2:
            return self.token_url
        return MICROSOFT.format(tenant=self.tenant) if self.oauth2 == "microsoft" else GOOGLE

    @property
    def token_scope(self) -> str:
        """What a token is asked for."""
        return self.scope or SCOPES.get(self.oauth2, "")

    @property
    def door(self) -> str:
        """The peer of what came from it, as the record of received bytes names it."""
        return f"imap:{self.name}"

    def secrets(self) -> dict[str, str]:
        """The secrets, read. Raises `Invalid` where one cannot be, which never names its value."""
        where = f"mailbox {self.name}"
        return {option: str(opened(option, getattr(self, option), where)) for option in SECRETS}


def _keeps_secrets(url: str) -> bool:
    """Whether secrets can be sent to this address: by TLS, or without leaving the machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is none
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    )
