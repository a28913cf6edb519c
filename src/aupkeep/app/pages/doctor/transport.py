"""Which connections to other machines go in the clear, or to whoever answers there. Pure."""

from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from aupkeep.config.settings import Settings

CHECKED = {"verify-full", "verify-ca"}  # PostgreSQL 34.19.1: the server is asked who it is
TO_HTTPS = "aupkeep settings set provider.url https://YOUR-NAME"
TO_TLS = "aupkeep settings set mail.relay_starttls true"
TO_MAIL_TLS = "aupkeep settings set mail.tls_certificate /etc/aupkeep/mail.pem"
TO_MAIL_TLS_ONLY = "aupkeep settings set mail.tls_required true"
TO_WITNESS = "aupkeep witness add https://HOST/witness KEY"
TO_CHECKED = r"""sed -i 's/^\(database = "[^"?]*\)"/\1?sslmode=verify-full"/' aupkeep.toml"""


def unprotected(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What may be read or answered on the way, and the command that ends it; none = nothing.

    >>> unprotected(Settings())
    ()
    """
    open_ways = []
    url, mail = urlsplit(settings.provider.url), settings.mail
    if url.scheme != "https" and not _is_here(url.hostname or ""):
        open_ways.append((f"the pages at {settings.provider.url} have no TLS", TO_HTTPS))
    if not mail.relay_starttls and not _is_here(mail.relay_host):
        open_ways.append((f"mail to {mail.relay_host} goes to whoever answers there", TO_TLS))
    if not mail.tls_certificate and not _is_here(mail.host):
        open_ways.append((f"mail to {mail.host} comes in the clear", TO_MAIL_TLS))
    elif not mail.tls_required and not mail.smtp_port and not _is_here(mail.host):
        open_ways.append((f"a relay may hand mail to {mail.host} in the clear", TO_MAIL_TLS_ONLY))
    open_ways += [
        (f"the witness at {witness.hostname} may be anybody", TO_WITNESS)
        for witness in map(urlsplit, settings.witness.witnesses)
        if witness.scheme != "https" and not _is_here(witness.hostname or "")
    ]
    database = urlsplit(settings.database)
    modes = parse_qs(database.query).get("sslmode", [""])
    host = parse_qs(database.query).get("host", [database.hostname or ""])[-1]
    if modes[-1] not in CHECKED and not _is_here(unquote(host)):
        open_ways.append((f"the database at {host} is whoever answers there", TO_CHECKED))
    return tuple(open_ways)


def _is_here(host: str) -> bool:
    """Whether a host is this machine: loopback, or the folder of a Unix socket.

    >>> [_is_here(host) for host in ("", "/run/postgresql", "::1", "localhost", "db.example")]
    [True, True, True, True, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"} or host.startswith("/")
