"""Names and addresses of header fields (RFC 5322 section 3.4), the same on every Python."""

import email.utils
from collections.abc import Iterable

# Later Pythons give nothing of all values where one of them is odd: then one bad field
# would hide every recipient from what must not be shown on.
_LENIENT = {"strict": False} if getattr(email.utils, "supports_strict_parsing", False) else {}


def addresses_in(values: Iterable[str]) -> list[tuple[str, str]]:
    """Name and address of each in the values; an odd one takes none of the others away."""
    return email.utils.getaddresses(list(values), **_LENIENT)
