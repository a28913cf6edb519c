"""What the kernel is asked and answers about elements, byte by byte; no kernel is asked."""

import struct
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from aupkeep.enforcement import nft_netlink
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.netlink import Changed, attribute, nested
from aupkeep.enforcement.nft_netlink import NftablesReader
from aupkeep.model.errors import Unavailable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = struct.pack("!BBH", 1, 0, 0)  # nfgenmsg: NFPROTO_INET
COMMENT = "case K7QF-2M9X action 019b7c01 target edge-1"


class Kernel:
    """Gives the answers that were put in, one for each question, and writes down what was asked."""

    answers: list[list[bytes] | Exception]
    asked: list[tuple[int, bytes, bool]]

    def __init__(self, protocol: int) -> None:
        assert protocol == 12  # NETLINK_NETFILTER

    def ask(self, kind: int, body: bytes, *, dump: bool = False):
        """As the socket."""
        Kernel.asked.append((kind, body, dump))
        answer = Kernel.answers.pop(0) if len(Kernel.answers) > 1 else Kernel.answers[0]
        if isinstance(answer, Exception):
            raise answer
        yield from answer


@pytest.fixture
def kernel(monkeypatch):
    """One that nobody has asked yet."""
    monkeypatch.setattr(nft_netlink, "NetlinkSocket", Kernel)
    Kernel.answers, Kernel.asked = [[]], []
    return Kernel


def packed(text: str) -> bytes:
    return ip_address(text).packed


def value(*fields: bytes) -> bytes:
    """A key as data: its fields fill words of four bytes."""
    whole = b"".join(field + bytes(-len(field) % 4) for field in fields)
    return attribute(1, whole)


def element(key: bytes, end: bytes = b"", flags: int = 0, **more: bytes) -> bytes:
    """One element with its attributes."""
    parts = nested(1, key)
    parts += attribute(3, struct.pack(">I", flags)) if flags else b""
    parts += attribute(4, more["timeout"]) if "timeout" in more else b""
    parts += attribute(5, more["left"]) if "left" in more else b""
    parts += attribute(6, more["data"]) if "data" in more else b""
    parts += more.get("expressions", b"")
    parts += nested(10, end) if end else b""
    return nested(1, parts)


def message(*elements: bytes, name="host4") -> bytes:
    """A message with some elements of a set."""
    names = attribute(1, b"aupkeep\0") + attribute(2, name.encode() + b"\0")
    return HEAD + names + nested(3, b"".join(elements))


def comment(text: str = COMMENT, before: bytes = b"") -> bytes:
    """User data with a comment, perhaps after something else."""
    return before + bytes((0, len(text) + 1)) + text.encode() + b"\0"


def big(number: int) -> bytes:
    return struct.pack(">Q", number)


def limit(rate: int, unit: int) -> bytes:
    """The expression of a limit: so many bytes in so many seconds."""
    return attribute(1, b"limit\0") + nested(2, attribute(1, big(rate)) + attribute(2, big(unit)))


def counter(packets: int) -> bytes:
    """The expression of a counter: bytes, then packets."""
    return attribute(1, b"counter\0") + nested(
        2, attribute(1, big(99)) + attribute(2, big(packets))
    )


HOST = value(packed("203.0.113.10"))
WHOLE = element(HOST, timeout=big(60_000), left=big(30_500), data=comment())
FOUND = InstalledElement(
    place="host4 203.0.113.10",
    action="019b7c01",
    reference="K7QF-2M9X",
    owner="edge-1",
    expires=NOW + timedelta(seconds=30, milliseconds=500),
)


def listed(kernel, name: str, *elements: bytes):
    """What a listing of a set says."""
    kernel.answers = [[message(x, name=name) for x in elements]]
    return NftablesReader().elements("aupkeep", name, NOW)


def places(kernel, name: str, *elements: bytes):
    return [x.place for x in listed(kernel, name, *elements)]


def test_an_element(kernel):
    """Whose it is, until when; asked for by its key, or listed."""
    assert listed(kernel, "host4", WHOLE) == [FOUND]
    assert kernel.asked == [
        (0xA0D, HEAD + attribute(1, b"aupkeep\0") + attribute(2, b"host4\0"), True)
    ]
    kernel.asked.clear()
    kernel.answers = [[message(WHOLE)]]
    assert NftablesReader().element("aupkeep", "host4 203.0.113.10", NOW) == FOUND
    names = attribute(1, b"aupkeep\0") + attribute(2, b"host4\0")
    key = attribute(0x8003, nested(1, nested(1, HOST)))
    assert kernel.asked == [(0xA0D, HEAD + names + key, False)]


def test_an_answer_about_another(kernel):
    """Is none; and so is no answer at all."""
    kernel.answers = [[message(WHOLE)]]
    assert NftablesReader().element("aupkeep", "host4 203.0.113.11", NOW) is None
    kernel.answers = [[]]
    assert NftablesReader().element("aupkeep", "host4 203.0.113.10", NOW) is None
    kernel.answers = [[message(), message(WHOLE)]]
    assert NftablesReader().element("aupkeep", "host4 203.0.113.10", NOW) == FOUND


KEYS = {
    "port4 203.0.113.10 . tcp . 22": (packed("203.0.113.10"), b"\x06", b"\0\x16"),
    "port4 203.0.113.10 . udp . 65535": (packed("203.0.113.10"), b"\x11", b"\xff\xff"),
    "into6 2001:db8::1 . ipv6-icmp": (packed("2001:db8::1"), b"\x3a"),
    "into4 203.0.113.10 . 132": (packed("203.0.113.10"), b"\x84"),
    "peer6 2001:db8::1 . 2001:db8:f::1": (packed("2001:db8::1"), packed("2001:db8:f::1")),
    "portp4 203.0.113.10 . icmp . 5 . 9": (packed("203.0.113.10"), b"\x01", b"\0\x05", b"\0\x09"),
}


@pytest.mark.parametrize("place", KEYS)
def test_keys_of_several_fields(kernel, place):
    """Each fills words of four bytes; asked for and read back it is the same place."""
    name = place.partition(" ")[0]
    key = value(*KEYS[place])
    kernel.answers = [[message(element(key), name=name)]]
    found = NftablesReader().element("aupkeep", place, NOW)
    assert found == InstalledElement(place=place, action="", reference="", expires=None)
    assert kernel.asked[0][1].endswith(attribute(0x8003, nested(1, nested(1, key))))


@pytest.mark.parametrize("text", ["203.0.113.10", "203.0.113.10 . tcp . 22 . 1"])
def test_a_key_of_other_fields(kernel, text):
    with pytest.raises(Unavailable) as caught:
        NftablesReader().element("aupkeep", f"port4 {text}", NOW)
    assert str(caught.value) == f"set port4: expected a key of 3 fields, found {text!r}"
    assert kernel.asked == []


def end(text: str) -> bytes:
    """The flagged end of an interval of a plain set."""
    return element(value(packed(text)), flags=1)


def test_prefixes_of_a_plain_set(kernel):
    """Beginnings and ends stand side by side in any order; the last of all has the end nought."""
    rows = [
        end("2001:db8:0:1::"),
        element(value(packed("2001:db8::"))),
        end("2001:db8:1::2"),
        element(value(packed("2001:db8:1::1")), flags=2),
        element(value(packed("ffff::"))),
        end("::"),
    ]
    assert places(kernel, "hostn6", *rows) == [
        "hostn6 2001:db8::/64",
        "hostn6 2001:db8:1::1",
        "hostn6 ffff::/16",
    ]
    assert places(kernel, "hostn6", element(value(packed("2001:db8::1")))) == ["hostn6 2001:db8::1"]
    kernel.answers = [[message(x, name="hostn6") for x in rows]]
    reader = NftablesReader()
    assert reader.element("aupkeep", "hostn6 2001:db8::/64", NOW).place == "hostn6 2001:db8::/64"
    assert reader.element("aupkeep", "hostn6 2001:db8::/65", NOW) is None
    ends = element(value(packed("2001:db8::")), timeout=big(9_000), left=big(5_000))
    kernel.answers = [[message(ends, rows[0], name="hostn6")]]
    found = reader.element("aupkeep", "hostn6 2001:db8::/64", NOW)
    assert found.expires == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("place", "first", "last"),
    [
        (
            "portn6 2001:db8::/56 . tcp . 22",
            (packed("2001:db8::"), b"\x06", b"\0\x16"),
            (packed("2001:db8:0:ff:ffff:ffff:ffff:ffff"), b"\x06", b"\0\x16"),
        ),
        (
            "portp4 203.0.113.10 . tcp . 5-9 . 22",
            (packed("203.0.113.10"), b"\x06", b"\0\x05", b"\0\x16"),
            (packed("203.0.113.10"), b"\x06", b"\0\x09", b"\0\x16"),
        ),
        (
            "hostp6 2001:db8::1 . 0-1023",
            (packed("2001:db8::1"), b"\0\0"),
            (packed("2001:db8::1"), b"\x03\xff"),
        ),
        (
            "hostp6 2001:db8::1 . 2000",
            (packed("2001:db8::1"), b"\x07\xd0"),
            (packed("2001:db8::1"), b"\x07\xd0"),
        ),
    ],
)
def test_ranges_of_a_key_of_several_fields(kernel, place, first, last):
    """Its end is an attribute; a flag says nothing there."""
    name = place.partition(" ")[0]
    row = element(value(*first), value(*last), flags=1)
    assert places(kernel, name, row) == [place]


@pytest.mark.parametrize(
    ("data", "action", "reference", "owner"),
    [
        (comment(), "019b7c01", "K7QF-2M9X", "edge-1"),
        (comment("case A action b"), "b", "A", ""),
        (comment(before=b"\x01\x03abc"), "019b7c01", "K7QF-2M9X", "edge-1"),
        (comment(before=b"\x01\x03abc\x02\x01d"), "019b7c01", "K7QF-2M9X", "edge-1"),
        (comment("case A action b c"), "", "", ""),
        (comment("case \xff"), "", "", ""),
        (b"\x01\x03abc", "", "", ""),
        (b"\x00", "", "", ""),
        (b"", "", "", ""),
        (b"\x00\x01\0", "", "", ""),
    ],
)
def test_a_comment_among_user_data(kernel, data, action, reference, owner):
    """By its kind and its length; one of somebody else's making is nobody's."""
    (found,) = listed(kernel, "host4", element(HOST, data=data))
    assert (found.action, found.reference, found.owner) == (action, reference, owner)


@pytest.mark.parametrize(
    ("expressions", "rate", "packets"),
    [
        (nested(11, nested(1, limit(5120, 1)) + nested(1, counter(7))), 5120, 7),
        (nested(11, nested(1, counter(8)) + nested(1, limit(180, 60))), 3, 8),
        (nested(7, limit(181, 60)), 3, None),
        (nested(7, limit(180, 0)), 180, None),
        (nested(7, counter(0)), None, 0),
        (nested(7, counter(9)) + nested(11, nested(1, limit(5, 1))), 5, None),
        (nested(7, attribute(1, b"quota\0") + nested(2, attribute(1, big(5)))), None, None),
        (nested(7, b""), None, None),
    ],
)
def test_a_limit_and_a_counter(kernel, expressions, rate, packets):
    """Bytes in one second, whatever its unit; packets, not bytes."""
    (found,) = listed(kernel, "rate4", element(HOST, expressions=expressions))
    assert (found.rate, found.packets) == (rate, packets)


def test_what_has_no_end(kernel):
    """Without a timeout, or with one whose rest is not told."""
    rows = [element(HOST, left=big(5)), element(HOST, timeout=big(5)), element(HOST)]
    assert [x.expires for x in listed(kernel, "host4", *rows)] == [None, None, None]
    (found,) = listed(kernel, "host4", element(HOST, timeout=big(1), left=big(1)))
    assert found.expires == NOW + timedelta(milliseconds=1)


def test_a_listing_is_begun_anew_while_others_write(kernel):
    """Four times; then it says so."""
    kernel.answers = [Changed(), Changed(), Changed(), [message(WHOLE)]]
    assert NftablesReader().elements("aupkeep", "host4", NOW) == [FOUND]
    kernel.answers, kernel.asked = [Changed()], []
    Kernel.asked = kernel.asked
    with pytest.raises(Unavailable) as caught:
        NftablesReader().elements("aupkeep", "host4", NOW)
    assert str(caught.value) == "set host4: expected to list it, found it changed all the time"
    assert len(kernel.asked) == 4


def test_no_elements(kernel):
    """A set without any, a message that is of the set alone."""
    kernel.answers = [[HEAD + attribute(1, b"aupkeep\0")]]
    assert NftablesReader().elements("aupkeep", "host4", NOW) == []


def test_the_number_of_the_ruleset(kernel):
    """Four bytes, the highest first; without it nothing is known."""
    kernel.answers = [[HEAD + attribute(1, b"\0\0\x01\x02") + attribute(2, b"\0\0\0\x09")]]
    assert NftablesReader().generation() == 258
    assert kernel.asked == [(0xA10, HEAD, False)]
    kernel.answers = [[]]
    with pytest.raises(Unavailable) as caught:
        NftablesReader().generation()
    assert str(caught.value) == "nftables: expected the ruleset's number, found none"
