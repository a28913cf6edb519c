"""Export datagrams for `bench/flows.py`, made here: NetFlow v5, v9, IPFIX and sFlow v5.

    python bench/flows_made.py KIND RECORDS FILE

A file starts with what one round of it adds to the sequence (four bytes), and goes on with lengths
(two bytes, all little endian) and datagrams. The traffic is a synthetic mix: some thousand servers
of ours in 10.0.0.0/16, of which few have most of the traffic, peers at random, one record in five
IPv6 (not in v5), and a few patterns of abuse: a SYN flood, an amplification, guessing and scans
outwards, a burst of mail. Records are as long as a router's usual ones: 55 bytes in v9 (IPv6: 75),
71 in IPFIX (91), 128 bytes of frame in sFlow.
"""

import argparse
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
Elements = tuple[tuple[int, int], ...]

OURS, PEERS = 0x0A000000, (0x0B000000, 0xDF000000)
ROOM = 1400  # bytes of sets in a datagram
UPTIME = 60_000
RATE = 1  # the sampling rate that every exporter states: every packet counts
EVERY = 500  # datagrams between two templates
SAMPLES = 7  # of a datagram of sFlow

TAIL9: Elements = (
    (10, 4), (14, 4), (2, 4), (1, 4), (22, 4), (21, 4), (7, 2), (11, 2), (6, 1), (4, 1), (5, 1),
    (16, 4), (17, 4), (9, 1), (13, 1), (61, 1), (48, 1),
)  # fmt: skip
TAIL10: Elements = (
    (10, 4), (14, 4), (2, 8), (1, 8), (152, 8), (153, 8), (7, 2), (11, 2), (6, 1), (4, 1), (5, 1),
    (16, 4), (17, 4), (9, 1), (13, 1), (61, 1),
)  # fmt: skip
HEAD4: Elements = ((8, 4), (12, 4), (15, 4))
HEAD6: Elements = ((27, 16), (28, 16))
COLUMNS = {7: "sport", 11: "dport", 4: "proto", 6: "flags", 2: "packets", 1: "bytes"}
PREFIX6 = bytes.fromhex("20010db8") + bytes(8)  # 2001:db8::/96, the IPv4 address behind it
V5 = np.dtype(
    [
        ("src", ">u4"), ("dst", ">u4"), ("next", ">u4"), ("input", ">u2"), ("output", ">u2"),
        ("packets", ">u4"), ("bytes", ">u4"), ("first", ">u4"), ("last", ">u4"), ("sport", ">u2"),
        ("dport", ">u2"), ("pad", "u1"), ("flags", "u1"), ("proto", "u1"), ("rest", "V9"),
    ]
)  # fmt: skip


def traffic(count: int, seed: int = 1) -> Columns:
    """So many flows, one array a field; addresses are 32-bit numbers."""
    dice = np.random.default_rng(seed)
    ports = np.array([443, 80, 53, 22, 25, 3389, 8080], np.uint16)
    peer = dice.integers(*PEERS, count, dtype=np.uint32)
    own = (OURS + np.minimum(dice.zipf(1.3, count), 65535)).astype(np.uint32)
    dport = dice.choice(ports, count, p=[0.5, 0.2, 0.1, 0.05, 0.05, 0.02, 0.08])
    proto = np.where(dport == 53, 17, 6).astype(np.uint8)
    packets = np.minimum(dice.zipf(1.7, count), 1_000_000).astype(np.uint32)
    kinds = np.array([0x1B, 0x18, 0x02, 0x12, 0x14], np.uint8)
    flags = dice.choice(kinds, count, p=[0.6, 0.2, 0.08, 0.07, 0.05])
    outward = dice.random(count) < 0.5
    made: Columns = {
        "src": np.where(outward, own, peer),
        "dst": np.where(outward, peer, own),
        "sport": dice.integers(1024, 65535, count, dtype=np.uint16),
        "dport": dport,
        "proto": proto,
        "flags": np.where(proto == 6, flags, 0).astype(np.uint8),
        "packets": packets,
        "bytes": (packets * dice.integers(60, 1400, count)).astype(np.uint32),
    }
    abuse(made, dice.random(count), peer)
    return made


def abuse(made: Columns, share: NDArray[Any], peer: NDArray[Any]) -> None:
    """Turn some of the flows into attacks, each with its part of the whole."""
    everyone = np.arange(len(peer))
    patterns: list[tuple[float, dict[str, Any]]] = [
        (0.02, {"dst": OURS + 0x101, "dport": 80, "flags": 2, "packets": 1, "bytes": 40}),
        (0.01, {"dst": OURS + 0x202, "sport": 53, "proto": 17, "packets": 3, "bytes": 4200}),
        (0.01, {"src": OURS + 0x303, "dst": peer, "dport": 22, "flags": 2, "packets": 1}),
        (0.01, {"src": OURS + 0x404, "dst": peer, "dport": 25, "flags": 0x1B, "packets": 12}),
        (0.005, {"src": OURS + 0x505, "dst": PEERS[0], "dport": everyone % 65535, "flags": 2}),
    ]
    floor = 0.0
    for part, fields in patterns:
        chosen = (share >= floor) & (share < floor + part)
        for name, value in ({"proto": 6} | fields).items():
            made[name][chosen] = value[chosen] if isinstance(value, np.ndarray) else value
        floor += part


def netflow5(made: Columns, now: int) -> Iterator[bytes]:
    """Version 5: thirty records a datagram."""
    table = np.zeros(len(made["src"]), V5)
    for name in ("src", "dst", "packets", "bytes", "sport", "dport", "flags", "proto"):
        table[name] = made[name]
    table["input"], table["output"], table["first"], table["last"] = 10, 14, UPTIME - 1000, UPTIME
    for start in range(0, len(table), 30):
        some = table[start : start + 30]
        yield (
            struct.pack(">HHIIIIBBH", 5, len(some), UPTIME, now, 0, start, 0, 0, 1 << 14 | RATE)
            + some.tobytes()
        )


def records(made: Columns, elements: Elements, now: int) -> tuple[bytes, int]:
    """Flows as records of a template, joined; how long one is."""
    form = [(f"f{element}", f">u{size}" if size <= 8 else "V16") for element, size in elements]
    table = np.zeros(len(made["src"]), np.dtype(form))
    fixed = {10: 10, 14: 14, 22: UPTIME - 1000, 21: UPTIME, 152: now * 1000 - 1000,
             153: now * 1000, 16: 64500, 17: 64501, 9: 24, 13: 24, 48: 1}  # fmt: skip
    for element, _ in elements:
        if element in COLUMNS:
            table[f"f{element}"] = made[COLUMNS[element]]
        elif element in {8, 12}:
            table[f"f{element}"] = made["src" if element == 8 else "dst"]
        elif element in {27, 28}:
            table[f"f{element}"] = wide(made["src" if element == 27 else "dst"])
        else:
            table[f"f{element}"] = fixed.get(element, 0)
    return table.tobytes(), table.dtype.itemsize


def wide(addresses: NDArray[Any]) -> NDArray[Any]:
    """IPv4 addresses as IPv6 ones of the documentation prefix."""
    both = np.zeros((len(addresses), 16), np.uint8)
    both[:, :12] = np.frombuffer(PREFIX6, np.uint8)
    both[:, 12:] = addresses.astype(">u4").view(np.uint8).reshape(-1, 4)
    return both.view("V16").reshape(-1)


def data_sets(made: Columns, tail: Elements, now: int) -> Iterator[tuple[int, bytes]]:
    """Data sets that fill a datagram each, with their counts: four of IPv4 and one of IPv6."""
    split = len(made["src"]) * 4 // 5
    streams = []
    for number, head, part in ((256, HEAD4, slice(split)), (257, HEAD6, slice(split, None))):
        body, size = records({name: one[part] for name, one in made.items()}, head + tail, now)
        step = (ROOM - 24) // size * size
        streams.append([(number, body[at : at + step], size) for at in range(0, len(body), step)])
    while any(streams):
        for stream, turn in zip(streams, (4, 1), strict=True):
            for number, chunk, size in stream[:turn]:
                yield len(chunk) // size, one_set(number, chunk)
            del stream[:turn]


def one_set(number: int, body: bytes) -> bytes:
    """A set, padded to four bytes."""
    body += bytes(-len(body) % 4)
    return struct.pack(">HH", number, 4 + len(body)) + body


def template_set(number: int, tail: Elements) -> bytes:
    """The set with both templates."""
    body = b""
    for template, head in ((256, HEAD4), (257, HEAD6)):
        elements = head + tail
        body += struct.pack(">HH", template, len(elements))
        body += b"".join(struct.pack(">HH", *one) for one in elements)
    return one_set(number, body)


def netflow9(made: Columns, now: int) -> Iterator[bytes]:
    """Version 9: two templates, and options that give sampler 1 its rate (RFC 3954)."""
    options = struct.pack(">HHHHHHHHHHH", 300, 4, 12, 1, 4, 48, 1, 49, 1, 50, 4)
    sampling = struct.pack(">IBBI", 0, 1, 1, RATE)
    first = template_set(0, TAIL9) + one_set(1, options) + one_set(300, sampling)
    number = 0
    for count, body in data_sets(made, TAIL9, now):
        if number % EVERY == 0:
            yield struct.pack(">HHIIII", 9, 4, UPTIME, now, number, 1) + first
            number += 1
        yield struct.pack(">HHIIII", 9, count, UPTIME, now, number, 1) + body
        number += 1


def ipfix(made: Columns, now: int) -> Iterator[bytes]:
    """IPFIX: two templates, and options that give the domain its rate (RFC 7011)."""
    options = struct.pack(">HHHHHHHHH", 300, 3, 1, 149, 4, 34, 4, 35, 1)
    sampling = struct.pack(">IIB", 1, RATE, 1)
    first = template_set(2, TAIL10) + one_set(3, options) + one_set(300, sampling)
    sequence = 0
    for number, (count, body) in enumerate(data_sets(made, TAIL10, now)):
        if number % (EVERY - 1) == 0:
            yield struct.pack(">HHIII", 10, 16 + len(first), now, sequence, 1) + first
            sequence += 1
        yield struct.pack(">HHIII", 10, 16 + len(body), now, sequence, 1) + body
        sequence += count


def frame(flow: dict[str, int]) -> tuple[bytes, int]:
    """The first 128 bytes of an Ethernet frame of a flow; the length of the whole frame."""
    length = max(60, min(1514, flow["bytes"] // max(1, flow["packets"])))
    if flow["proto"] == 6:
        ports = struct.pack(
            ">HHIIBBHHH", flow["sport"], flow["dport"], 1, 1, 0x50, flow["flags"], 8192, 0, 0
        )
    else:
        ports = struct.pack(">HHHH", flow["sport"], flow["dport"], max(8, length - 34), 0)
    if flow["six"]:
        sides = b"".join(PREFIX6 + struct.pack(">I", flow[side]) for side in ("src", "dst"))
        network = struct.pack(">IHBB", 6 << 28, max(20, length - 54), flow["proto"], 64) + sides
    else:
        network = struct.pack(
            ">BBHHHBBHII",
            0x45, 0, length - 14, 1, 0x4000, 64, flow["proto"], 0, flow["src"], flow["dst"],
        )  # fmt: skip
    kind = 0x86DD if flow["six"] else 0x0800
    ethernet = bytes.fromhex("020000000001020000000002") + struct.pack(">H", kind)
    return (ethernet + network + ports).ljust(128, b"\xaa"), length


def sample(flow: dict[str, int], number: int) -> bytes:
    """A flow sample with its raw header."""
    header, length = frame(flow)
    raw = struct.pack(">IIIIII", 1, 16 + len(header), 1, length, 4, len(header)) + header
    body = struct.pack(">IIIIIIII", number, 1, RATE, number * RATE % (1 << 32), 0, 10, 14, 1) + raw
    return struct.pack(">II", 1, len(body)) + body


def sflow(made: Columns, _now: int) -> Iterator[bytes]:
    """Version 5 of sFlow: seven samples a datagram, one in five IPv6."""
    columns = [made[name].tolist() for name in made]
    flows = [dict(zip(made, values, strict=True)) for values in zip(*columns, strict=True)]
    samples = [sample(flow | {"six": n % 5 == 4}, n + 1) for n, flow in enumerate(flows)]
    for number, start in enumerate(range(0, len(samples), SAMPLES)):
        some = samples[start : start + SAMPLES]
        yield struct.pack(">IIIIIII", 5, 1, 0x7F000001, 0, number, UPTIME, len(some)) + b"".join(
            some
        )


KINDS: dict[str, Callable[[Columns, int], Iterator[bytes]]] = {
    "v5": netflow5,
    "v9": netflow9,
    "ipfix": ipfix,
    "sflow": sflow,
}


def units(kind: str, count: int, made: list[bytes]) -> int:
    """What the sequence counts: records (of options too) in v5 and IPFIX, else datagrams."""
    options = sum(one[16:18] == b"\0\2" for one in made)
    return {"v5": count, "ipfix": count + options}.get(kind, len(made))


def write(kind: str, count: int, path: Path) -> int:
    """Write a file of datagrams; how many they are."""
    made = list(KINDS[kind](traffic(count), int(time.time())))
    head = struct.pack("<I", units(kind, count, made))
    path.write_bytes(head + b"".join(struct.pack("<H", len(one)) + one for one in made))
    return len(made)


def main() -> None:
    """One file."""
    options = argparse.ArgumentParser(description="Make export datagrams.")
    options.add_argument("kind", choices=KINDS)
    options.add_argument("records", type=int)
    options.add_argument("file", type=Path)
    chosen = options.parse_args()
    print(write(chosen.kind, chosen.records, chosen.file), "datagrams")


if __name__ == "__main__":
    main()
