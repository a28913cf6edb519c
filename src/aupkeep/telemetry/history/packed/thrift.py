"""The compact protocol of Thrift, as far as Parquet's page headers and footer need it.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
SHORT = 15  # elements, from which on the length of a list stands apart
SEVEN, MORE = 0x7F, 0x80

Field: TypeAlias = tuple[int, int, bytes]  # its number, its type, its value as bytes


def varint(number: int) -> bytes:
    """A number that is not negative, seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    if number <= SEVEN:
        return bytes((number,))
    made = bytearray()
    while number > SEVEN:
        made.append(number & SEVEN | MORE)
        number >>= 7
    made.append(number)
    return bytes(made)


def integer(number: int) -> bytes:
    """A number of 32 or 64 bits, small ones of both signs short.

    >>> integer(-3).hex()
    '05'
    """
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def binary(data: bytes) -> bytes:
    """Bytes, or text in UTF-8."""
    return varint(len(data)) + data


def listed(kind: int, elements: Sequence[bytes]) -> bytes:
    """Elements of one type."""
    count = len(elements)
    head = bytes((count << 4 | kind,)) if count < SHORT else bytes((0xF0 | kind,)) + varint(count)
    return head + b"".join(elements)


def struct(fields: Iterable[Field]) -> bytes:
    """Fields in the order of their numbers, none more than 15 after the one before.

    >>> struct([(1, I32, integer(1)), (3, BINARY, binary(b"a"))]).hex()
    '15022801610'
    """
    made, last = [], 0
    for number, kind, value in fields:
        made += [bytes((number - last << 4 | kind,)), value]
        last = number
    return b"".join(made) + b"\0"
