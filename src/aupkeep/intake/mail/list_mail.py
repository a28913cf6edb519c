"""Mail that went to many: mailing lists (RFC 2919, RFC 2369), newsletters and bulk mail."""

from aupkeep.intake.mail.mail import Mail

BULK = frozenset({"bulk", "list", "junk"})


def list_mail_reason(mail: Mail) -> str | None:
    """Why this went to many, not to the desk (RFC 2919, RFC 2369), or None."""
    for name in ("list-id", "list-unsubscribe", "list-post"):
        if mail.header(name):
            return f"a mailing list or newsletter ({name})"
    if mail.header("precedence").strip().lower() in BULK:
        return f"bulk mail (Precedence: {mail.header('precedence').strip().lower()})"
    return None
