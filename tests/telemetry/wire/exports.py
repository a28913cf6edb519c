"""An exporter for tests: NetFlow v5 and v9, IPFIX and sFlow, written field by field."""

import struct
from collections.abc import Sequence

NOON_S = 1_772_366_400  # 2026-03-01T12:00:00Z
FLOW = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (2, 4), (1, 4), (10, 4), (14, 4))
Fields = Sequence[tuple[int, ...]]  # (element, length) or (element, length, enterprise)


def number(value: int, length: int) -> bytes:
    """A number as it is sent."""
    return value.to_bytes(length, "big")


def variable(value: bytes) -> bytes:
    """A variable-length field (RFC 7011 section 7)."""
    if len(value) < 255:
        return number(len(value), 1) + value
    return b"\xff" + number(len(value), 2) + value


def record(fields: Fields, values: Sequence[int | bytes]) -> bytes:
    """One record of a template's fields."""
    made = b""
    for (_, length, *_), value in zip(fields, values, strict=True):
        raw = value if isinstance(value, bytes) else number(value, length)
        made += variable(raw) if length == 0xFFFF else raw
    return made


def a_set(number_: int, body: bytes, *, pad: int = 0) -> bytes:
    """A set with its header."""
    return struct.pack(">HH", number_, 4 + len(body) + pad) + body + bytes(pad)


def fields_of(fields: Fields) -> bytes:
    """Field specifiers; an enterprise sets the upper bit and follows."""
    return b"".join(
        struct.pack(">HHI", field[0] | 0x8000, field[1], field[2])
        if len(field) > 2
        else struct.pack(">HH", *field)
        for field in fields
    )


def template(version: int, number_: int, fields: Fields) -> bytes:
    """A set of one template."""
    body = struct.pack(">HH", number_, len(fields)) + fields_of(fields)
    return a_set(0 if version == 9 else 2, body)


def options(version: int, number_: int, scopes: Fields, fields: Fields) -> bytes:
    """A set of one options template."""
    counts = (
        (4 * len(scopes), 4 * len(fields))
        if version == 9
        else (len(scopes) + len(fields), len(scopes))
    )
    body = struct.pack(">HHH", number_, *counts) + fields_of([*scopes, *fields])
    return a_set(1 if version == 9 else 3, body)


def netflow9(*sets: bytes, sequence: int = 0, domain: int = 0, uptime: int = 60_000) -> bytes:
    """A v9 datagram of these sets."""
    return struct.pack(">HHIIII", 9, len(sets), uptime, NOON_S, sequence, domain) + b"".join(sets)


def ipfix(*sets: bytes, sequence: int = 0, domain: int = 0) -> bytes:
    """An IPFIX message of these sets."""
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), NOON_S, sequence, domain) + body


def message(version: int, *sets: bytes, sequence: int = 0, domain: int = 0) -> bytes:
    """A datagram of either version."""
    make = netflow9 if version == 9 else ipfix
    return make(*sets, sequence=sequence, domain=domain)


def netflow5(*records: bytes, sequence: int = 0, sampling: int = 0, uptime: int = 60_000) -> bytes:
    """A v5 datagram."""
    head = struct.pack(">HHIIIIBBH", 5, len(records), uptime, NOON_S, 0, sequence, 0, 0, sampling)
    return head + b"".join(records)


def record5(
    src: int, dst: int, *, sport: int = 1024, dport: int = 80, packets: int = 3, octets: int = 300
) -> bytes:
    """One v5 record: TCP with a SYN, two seconds long, ended a second before it was sent."""
    return struct.pack(
        ">IIIHHIIIIHHxBBBHHBBxx",
        src, dst, 0, 7, 8, packets, octets, 57_000, 59_000, sport, dport, 2, 6, 0, 0, 0, 0, 0,
    )  # fmt: skip
