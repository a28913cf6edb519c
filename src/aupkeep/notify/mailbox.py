"""A mail address safe in a header and on an envelope: dot-atoms of RFC 5321 section 4.1.2."""

import re

from aupkeep.model.errors import Invalid

LONGEST = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(
    rf"(?P<local>{ATOM}(?:\.{ATOM})*)@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
)


def parse_mailbox(text: str, what: str = "address") -> str:
    """The address as it is. Raises `Invalid`; quoted and non-ASCII local parts are not taken."""
    if len(text) > LONGEST or not ADDRESS.fullmatch(text):
        raise Invalid(f"{what}: expected a mail address, found {text[:60]!r}")
    return text
