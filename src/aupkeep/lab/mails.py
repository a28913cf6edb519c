"""The lab's mails, in our own words: abuse reports as reporters write them, signed or forged."""

import base64
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import dkim
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SELECTOR = "lab"
REPORT = """\
Hello,

a machine of yours keeps guessing passwords on our SSH server. Times are UTC, from our own log:

{lines}

Please look into it. We will look at our logs again tomorrow.

Regards,
the night shift of {name}
"""
LINE = "{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[{process}]: {what} from {address} port {port} ssh2"
GUESSES = ("root", "admin", "oracle", "git", "postgres")


class LabReporter:
    """Somebody who runs a mail domain and signs with DKIM (RFC 6376)."""

    def __init__(self, domain: str, name: str) -> None:
        """Make a key pair; `records` is what the domain publishes."""
        self.domain = domain
        self.name = name
        self._key: RSAPrivateKey = generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def address(self) -> str:
        """Where the reporter writes from."""
        return f"soc@{self.domain}"

    @property
    def records(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """DNS records of the domain: the DKIM key, a strict SPF and DMARC."""
        public = self._key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        text = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
        pieces = " ".join(f'"{text[i : i + 250]}"' for i in range(0, len(text), 250))
        return {
            (f"{SELECTOR}._domainkey.{self.domain}", "TXT"): (pieces,),
            (self.domain, "TXT"): ('"v=spf1 -all"',),
            (f"_dmarc.{self.domain}", "TXT"): ('"v=DMARC1; p=reject"',),
        }

    def sign(self, mail: bytes) -> bytes:
        """The mail with this domain's DKIM signature in front."""
        secret = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        headers = [b"from", b"to", b"subject", b"date", b"message-id"]
        return bytes(
            dkim.sign(
                mail, SELECTOR.encode(), self.domain.encode(), secret, include_headers=headers
            )
            + mail
        )


def guessing_report(
    reporter: LabReporter,
    desk: str,
    address: str,
    last: datetime,
    *,
    sent: datetime,
    lines: int = 12,
) -> bytes:
    """A report about SSH guessing from `address`, the last attempt at `last` (UTC)."""
    log = [
        LINE.format(
            at=last - timedelta(seconds=3 * (lines - 1 - number)),
            process=4100 + number,
            what=f"Failed password for invalid user {GUESSES[number % len(GUESSES)]}",
            address=address,
            port=40_000 + 7 * number,
        )
        for number in range(lines)
    ]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{reporter.name} <{reporter.address}>"
    mail["To"] = desk
    mail["Subject"] = f"SSH password guessing from {address}"
    mail["Date"] = format_datetime(sent)
    mail["Message-ID"] = f"<{sent:%Y%m%d%H%M%S%f}.{lines}@{reporter.domain}>"
    mail.set_content(REPORT.format(lines="\n".join(log), name=reporter.name))
    return mail.as_bytes()
