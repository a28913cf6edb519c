"""Identifiers, made from time and randomness given as arguments.

Ids inside are UUIDv7 (RFC 9562 section 5.7): they sort by time and say nothing about a person.
References outside are short and not sequential, so that nobody can count a provider's cases.
"""

from datetime import datetime

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels, no 0/O, 1/I/L: nothing to misread, no words
REFERENCE_LENGTH = 8


def uuid7(at: datetime, noise: bytes) -> str:
    """A UUIDv7 for the moment `at` (aware) from at least 10 random bytes.

    >>> from datetime import UTC, datetime
    >>> uuid7(datetime(2026, 1, 2, tzinfo=UTC), bytes(10))
    '019b7c01-0400-7000-8000-000000000000'
    """
    milliseconds = int(at.timestamp() * 1000)
    tail = int.from_bytes(noise[:10], "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (tail >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | tail & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def reference(noise: bytes) -> str:
    """A case reference such as `K7QF-2M9X` from at least 8 random bytes (38 bits of them used).

    >>> reference(bytes(range(8)))
    '2345-6789'
    """
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in noise[:REFERENCE_LENGTH])
    return f"{letters[:4]}-{letters[4:]}"
