"""Which information elements feed which field of a row, the first one exported taking precedence.

Sources: IANA's registry of IPFIX entities; RFC 3954 section 8 for NetFlow v9, whose numbers below
128 are the same; Cisco's NSEL for firewalls; the element numbers of YAF (enterprise 6871) for TCP
flags. Elements of other enterprises, and the reverse direction of RFC 5103, are stepped over.
"""

from collections.abc import Mapping

YAF = 6871
CERT_FIRST_FLAGS, CERT_OTHER_FLAGS = 14, 15

# Deltas before totals, what came in before what was left after the exporter's own treatment, the
# whole before one direction's part; the initiator of a NSEL record is its source.
FIELDS: Mapping[str, tuple[int, ...]] = {
    "src4": (8,), "dst4": (12,), "src6": (27,), "dst6": (28,), "version": (60,),
    "sport": (7,), "dport": (11,), "tcp_sport": (182,), "tcp_dport": (183,),
    "udp_sport": (180,), "udp_dport": (181,), "proto": (4,), "flags": (6,),
    "packets": (2, 86, 298, 24, 172), "bytes": (1, 85, 231, 23, 171, 352, 353),
    "input": (10, 252), "output": (14, 253), "vlan": (58, 243, 59, 254),
    "icmp4": (32,), "icmp6": (139,), "icmp_type": (176, 178), "icmp_code": (177, 179),
    "fragment_at": (88,), "fragment_flags": (197,),
    "sampler": (48, 302), "interval": (34, 50), "taken": (305,), "space": (306,),
    "time_taken": (307,), "time_space": (308,),
    "size": (309,), "population": (310,), "probability": (311,),
    "start_up": (22,), "end_up": (21,), "start_s": (150,), "end_s": (151,),
    "start_ms": (152,), "end_ms": (153,), "start_us": (154,), "end_us": (155,),
    "start_ns": (156,), "end_ns": (157,), "start_ago": (158,), "end_ago": (159,),
    "seen_s": (322,), "seen_ms": (323,), "seen_us": (324,), "seen_ns": (325,),
    "boot": (160,), "lasted_ms": (161,), "lasted_us": (162,),
    "frame": (315, 104), "packet": (313,), "frame_size": (312,), "frame_kind": (408,),
    "section_at": (409, 102), "section_size": (410, 103),
    "domain": (149,), "template": (145,), "part": (141,),
}  # fmt: skip
OF_YAF: Mapping[str, int] = {"first_flags": CERT_FIRST_FLAGS, "other_flags": CERT_OTHER_FLAGS}
EXACT = {"src4": 4, "dst4": 4, "src6": 16, "dst6": 16}  # bytes; another length is no address
WIDEST = 8  # bytes of a number; a longer field is not one
BYTES = {"frame", "packet"}
PLAIN = {
    "src4", "dst4", "src6", "dst6", "version", "sport", "dport", "proto", "flags", "packets",
    "bytes", "input", "output", "vlan", "sampler", "start_up", "end_up", "start_s", "end_s",
    "start_ms", "end_ms", "start_us", "end_us", "start_ns", "end_ns",
}  # fmt: skip
NAMES = {
    **{(0, element): name for name, elements in FIELDS.items() for element in elements},
    **{(YAF, number): name for name, number in OF_YAF.items()},
}
RANKS = {
    **{(0, number): rank for elements in FIELDS.values() for rank, number in enumerate(elements)},
    **{(YAF, value): 0 for value in OF_YAF.values()},
}
