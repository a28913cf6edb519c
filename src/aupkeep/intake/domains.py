"""Organisational domains and alignment, RFC 7489 section 3, by the public suffix list."""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def organisation(domain: str) -> str | None:
    """The domain one label below its public suffix, or None for a public suffix itself.

    >>> organisation("mail.reports.example.co.uk"), organisation("co.uk")
    ('example.co.uk', None)
    """
    name = domain.rstrip(".").lower()
    registered = _suffixes().privatesuffix(name) if name and ".." not in name else None
    return str(registered) if registered else None


def is_aligned(proven: str, domain: str, *, strict: bool = False) -> bool:
    """True when what is proven speaks for the From domain: the same name, or one organisation.

    >>> is_aligned("mx.reporter.example", "reporter.example"), is_aligned("co.uk", "example.co.uk")
    (True, False)
    """
    sender, other = proven.rstrip(".").lower(), domain.rstrip(".").lower()
    if strict or not sender:
        return bool(sender) and sender == other
    ours = organisation(sender)
    return ours is not None and ours == organisation(other)
