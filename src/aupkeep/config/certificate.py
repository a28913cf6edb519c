"""The certificate that `mailin` shows: [mail] tls_certificate and tls_key of aupkeep.toml."""

import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from aupkeep.config import tls
from aupkeep.config.home import Home
from aupkeep.config.settings import MailSettings
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import show_moment

EXPECTED = "[mail] tls_certificate, tls_key: expected PEM files of a certificate and its key"
SOON = timedelta(days=7)


def files_of(home: Home, mail: MailSettings) -> tuple[Path, Path]:
    """The files of certificate and key; relative names begin at the home."""
    certificate = home.path / mail.tls_certificate
    return certificate, home.path / mail.tls_key if mail.tls_key else certificate


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 and 1.3 for a server with this certificate. Raises `Invalid`."""
    context = tls.server_context()
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # never ask a terminal
    except ssl.SSLError as error:
        what = error.reason or "another form, or a key under a password"
        raise Invalid(f"{EXPECTED}, found {what} ({certificate}, {key})") from error
    except OSError as error:
        raise Invalid(f"{EXPECTED}, found: {error.strerror} ({certificate}, {key})") from error
    return context


def certificate_trouble(home: Home, mail: MailSettings, now: datetime) -> str:
    """Why senders will refuse the certificate, "" while they do not. `now` in UTC.

    One that this user may not read is left to the user of `mailin`.
    """
    if not mail.tls_certificate:
        return ""
    file, _ = files_of(home, mail)
    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except PermissionError:
        return ""
    except (OSError, ValueError) as error:
        return f"{file}: expected a certificate in PEM, found: {str(error)[:80]}"
    if ends - now > SOON:
        return ""
    verb = "ended" if ends <= now else "ends"
    return f"the certificate of mailin {verb} at {show_moment(ends)}"
