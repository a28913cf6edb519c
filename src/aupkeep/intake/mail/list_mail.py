"""Mail that went to many: mailing lists (RFC 2919, RFC 2369), newsletters and bulk mail."""

import re

from aupkeep.intake.mail.mail import Mail

SHARED = ("list-id", "list-post")  # written by what many write to, not by one sender's program
# how Mailman and its like name what many wrote in one mail, where a relay took the list's fields
DIGEST = re.compile(r"\bdigest,? vol(?:ume|\.)? ?\d{1,5},? (?:issue|no\.?) ?\d", re.IGNORECASE)
BULK = frozenset({"bulk", "list", "junk"})


def mailing_list_reason(mail: Mail) -> str | None:
    """Why many read and write this, so that no word of it is meant for the desk, or None."""
    for name in SHARED:
        if mail.header(name):
            return f"a mailing list ({name})"
    if DIGEST.search(mail.subject[:400]):
        return "a mailing list (a digest)"
    return "a mailing list (Precedence: list)" if _precedence(mail) == "list" else None


def _precedence(mail: Mail) -> str:
    return mail.header("precedence").strip().lower()


def list_mail_reason(mail: Mail) -> str | None:
    """Why this went to many, not to the desk (RFC 2919, RFC 2369), or None."""
    if DIGEST.search(mail.subject[:400]):
        return "a mailing list (a digest)"
    for name in ("list-id", "list-unsubscribe", "list-post"):
        if mail.header(name):
            return f"a mailing list or newsletter ({name})"
    if _precedence(mail) in BULK:
        return f"bulk mail (Precedence: {_precedence(mail)})"
    return None
