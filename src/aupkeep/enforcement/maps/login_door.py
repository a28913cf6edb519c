"""Asks a Postfix on this machine what its map says of a login, through a door that takes no mail.

The door authorises XCLIENT from loopback, looks the login up in the same map, and refuses every
mail: with the row where there is one (`maps/config/postfix-master.cf`).
"""

import re
import smtplib

from aupkeep.enforcement.options import address_and_port
from aupkeep.model.errors import Unavailable

PATIENCE = 5.0  # seconds
PLAIN = re.compile(r"[A-Za-z0-9._@-]")  # the rest is encoded, as RFC 3461 section 4 says
REFUSED = range(500, 600)


class LoginDoor:
    """One address of the Postfix."""

    def __init__(self, value: object) -> None:
        """`options.DOOR` has judged it."""
        self._address = address_and_port(value)

    def said_to(self, login: str) -> str:
        """How a mail of that login is refused there. Raises `Unavailable`."""
        try:
            with smtplib.SMTP(*self._address, local_hostname="localhost", timeout=PATIENCE) as smtp:
                smtp.ehlo()
                code, words = smtp.docmd("XCLIENT", f"LOGIN={_encoded(login)}")
                if code == 220:  # noqa: PLR2004 - it begins anew, as somebody else
                    smtp.ehlo()
                    smtp.mail("")
                    code, words = smtp.rcpt("nobody@aupkeep.invalid")
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"Postfix does not answer: {type(error).__name__}") from error
        if code not in REFUSED:
            raise Unavailable(f"Postfix: expected a door that takes no mail, found {code}")
        return words.decode("ascii", "backslashreplace")[:500]


def _encoded(login: str) -> str:
    """The login as xtext."""
    return "".join(x if PLAIN.fullmatch(x) else f"+{ord(x):02X}" for x in login)
