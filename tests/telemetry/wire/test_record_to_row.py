"""What each element says, in whatever width and form it was sent."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.wire.information_elements import FIELDS
from telemetry.wire.exports import (
    NOON_S,
    a_set,
    ipfix,
    message,
    netflow9,
    options,
    record,
    template,
)
from telemetry.wire.samples import DST4, SRC4, SRC6, ethernet, ipv4, tcp
from telemetry.wire.seat import Seat

NOON = "2026-03-01T12:00:00"


def flow(fields, values, *, version=10, seat=None):
    """The one flow of a record of these fields."""
    sets = (template(version, 256, fields), a_set(256, record(fields, values)))
    (told,) = (seat or Seat()).take(ipfix(*sets) if version == 10 else netflow9(*sets))
    return told


@pytest.mark.parametrize(
    ("elements", "packets", "octets"),
    [
        ([(2, 5), (1, 600)], 5, 600),
        ([(86, 5), (85, 600)], 5, 600),
        ([(24, 5), (23, 600)], 5, 600),
        ([(298, 5), (299, 7), (231, 600), (232, 900)], 5, 600),
        ([(172, 5), (171, 600)], 5, 600),
        ([(23, 1), (24, 2), (1, 600), (2, 5)], 5, 600),
        ([(85, 9000), (86, 70), (1, 600), (2, 5)], 5, 600),
        ([(352, 600)], None, 600),
    ],
)
def test_counters(elements, packets, octets):
    """Deltas before totals, what came in before what left, the initiator's for the source."""
    told = flow([(one, 8) for one, _ in elements], [value for _, value in elements])
    assert (told["packets"], told["bytes"]) == (packets, octets)


@given(st.integers(0, 255), st.integers(1, 8), st.sampled_from([9, 10]))
def test_a_number_may_have_any_width(value, width, version):
    """Reduced-size encoding, RFC 7011 section 6.2."""
    names = {"packets": 2, "bytes": 1, "input": 10, "output": 14, "sport": 7, "vlan": 58}
    told = flow([(name, width) for name in names.values()], [value] * 6, version=version)
    assert [told[name] for name in names] == [value] * 6


def test_a_number_too_large_for_a_row_is_the_largest():
    told = flow([(7, 4), (10, 8)], [70_000, 1 << 40])
    assert (told["sport"], told["input"]) == (65535, (1 << 32) - 1)


def test_addresses_of_version_six():
    told = flow([(27, 16), (28, 16)], [int(SRC6), int(ip_address("2001:db8::ffff"))])
    assert (told["src"], told["dst"]) == (str(SRC6), "2001:db8::ffff")


@pytest.mark.parametrize(
    ("version", "values", "expected"),
    [
        ([(60, 1)], (6, 0, 9), "::9"),
        ([(60, 1)], (4, 7, 9), "0.0.0.7"),
        ([], (0, 9), "::9"),
        ([], (7, 0), "0.0.0.7"),
        ([], (0, 0), "0.0.0.0"),
    ],
)
def test_a_template_of_both_families_uses_the_one_that_is_filled(version, values, expected):
    assert flow([*version, (8, 4), (27, 16)], values)["src"] == expected


def test_an_address_of_a_wrong_width_is_none():
    assert flow([(8, 3), (12, 4)], [1, 2])["src"] is None


@pytest.mark.parametrize("element", [58, 243, 59, 254])
def test_each_vlan(element):
    assert flow([(element, 2)], [701])["vlan"] == 701


@pytest.mark.parametrize(
    ("fields", "values", "expected"),
    [
        ([(32, 2)], [2048], 2048),
        ([(139, 2)], [32768], 32768),
        ([(32, 2), (139, 2)], [0, 32768], 32768),
        ([(176, 1), (177, 1)], [8, 0], 2048),
        ([(178, 1), (179, 1)], [1, 4], 260),
        ([(4, 1), (11, 2)], [1, 2048], 2048),
    ],
)
def test_icmp_in_each_form(fields, values, expected):
    """The last: type and code where TCP has its port."""
    seat = Seat()
    flow(fields, values, seat=seat)
    assert seat.rows["icmp"].tolist() == [expected]


@pytest.mark.parametrize(
    ("fields", "values", "expected"),
    [
        ([(182, 2), (180, 2)], [0, 5353], 5353),
        ([(180, 2), (182, 2)], [0, 443], 443),
        ([(180, 2)], [5353], 5353),
        ([(182, 2), (7, 2)], [443, 444], 444),
    ],
)
def test_the_port_of_either_transport(fields, values, expected):
    """A template of both leaves the one that is not used zero."""
    to = [({7: 11, 180: 181, 182: 183}[element], length) for element, length in fields]
    told = flow([*fields, *to], values * 2)
    assert (told["sport"], told["dport"]) == (expected, expected)


def test_flags_of_two_bytes():
    assert flow([(6, 2)], [0x1FF])["flags"] == 0x1FF


def test_flags_of_yaf_are_those_of_all_packets():
    assert flow([(14, 1, 6871), (15, 1, 6871)], [2, 0x19])["flags"] == 0x1B


def test_elements_of_other_enterprises_are_stepped_over():
    """Their numbers mean something else, also those of the reverse direction."""
    fields = [(1, 4, 29305), (8, 4), (8, 4, 10704), (1, 4)]
    told = flow(fields, [111, 7, 222, 333])
    assert (told["src"], told["bytes"]) == ("0.0.0.7", 333)


def test_of_one_element_given_twice_the_first_counts():
    assert flow([(8, 4), (8, 4)], [7, 9])["src"] == "0.0.0.7"
    assert flow([(8, 4), (1, 4), (1, 4)], [7, 500, 600])["bytes"] == 500


S4, D4, S6, D6, PROTO, SPORT, DPORT = (8, 4), (12, 4), (27, 16), (28, 16), (4, 1), (7, 2), (11, 2)
OUTER6, INNER6 = (
    [b"\0" * 15 + b"\7", b"\0" * 15 + b"\x08"],
    [b"\0" * 15 + b"\1", b"\0" * 15 + b"\2"],
)
INNER = ("0.0.0.1", "0.0.0.2", 17, 53)


@pytest.mark.parametrize(("fields", "values", "expected"), [
    pytest.param([S4, D4, PROTO, S4, D4, PROTO, SPORT, DPORT], [7, 8, 4, 1, 2, 17, 9, 53], INNER,
                 id="IP in IP"),
    pytest.param([S4, S4, D4, D4, PROTO, PROTO, SPORT, DPORT], [7, 1, 8, 2, 4, 17, 9, 53], INNER,
                 id="element by element"),
    pytest.param([S4, D4, S4, D4, PROTO, SPORT, DPORT], [7, 8, 1, 2, 17, 9, 53], INNER,
                 id="what stands behind is of the inner one"),
    pytest.param([S6, D6, PROTO, S4, D4, PROTO, SPORT, DPORT], [*OUTER6, 4, 1, 2, 17, 9, 53],
                 INNER, id="SRv6 around IPv4"),
    pytest.param([S6, D6, PROTO, S6, D6, PROTO, SPORT, DPORT], [*OUTER6, 43, *INNER6, 17, 9, 53],
                 ("::1", "::2", 17, 53), id="SRv6 around IPv6"),
    pytest.param([S4, D4, PROTO, SPORT, DPORT, S4, D4, PROTO], [7, 8, 17, 9, 4789, 1, 2, 6],
                 ("0.0.0.1", "0.0.0.2", 6, None), id="ports of the outer one are not the inner's"),
    pytest.param([S4, D4, PROTO, S4, D4, SPORT, DPORT], [7, 8, 4, 1, 2, 9, 53],
                 ("0.0.0.7", "0.0.0.8", 4, None), id="the inner one does not say its protocol"),
    pytest.param([S4, D4, PROTO, S4, SPORT, DPORT], [7, 8, 4, 1, 9, 53],
                 ("0.0.0.7", "0.0.0.8", 4, None), id="the inner one is cut"),
    pytest.param([S4, D4, PROTO, SPORT, DPORT, S4, D4, PROTO, SPORT, DPORT],
                 [7, 8, 6, 9, 80, 0, 0, 0, 0, 0], ("0.0.0.7", "0.0.0.8", 6, 80),
                 id="a packet that carries none"),
])  # fmt: skip
@pytest.mark.parametrize("version", [9, 10])
def test_of_headers_within_headers_one_complete_one_counts(fields, values, expected, version):
    """The innermost, and never the addresses of one with the protocol or ports of another."""
    raw = [(*fields, (1, 4)), (*values, 600)]
    sets = (template(version, 256, list(raw[0])), a_set(256, record(list(raw[0]), raw[1])))
    (told,) = Seat().take(ipfix(*sets) if version == 10 else netflow9(*sets))
    assert tuple(told[name] for name in ("src", "dst", "proto", "dport")) == expected
    assert told["bytes"] == 600


@pytest.mark.parametrize("long", [0, 3, 254, 255, 3000])
@pytest.mark.parametrize("version", [9, 10])
def test_fields_of_variable_length(long, version):
    """Numbers stand before and behind a text, in records of different lengths."""
    fields = [(8, 4), (82, 0xFFFF), (1, 4)]
    rows = b"".join(record(fields, (n, b"x" * (long + n), 600 + n)) for n in (1, 2))
    sets = (template(version, 256, fields), a_set(256, rows))
    told = Seat().take(ipfix(*sets) if version == 10 else netflow9(*sets))
    assert [(one["src"], one["bytes"]) for one in told] == [("0.0.0.1", 601), ("0.0.0.2", 602)]


def test_a_number_of_variable_length():
    assert flow([(1, 0xFFFF)], [b"\x02\x58"])["bytes"] == 600


def test_fields_without_length_are_absent():
    told = flow([(8, 4), (12, 0), (1, 4)], [7, b"", 600])
    assert (told["src"], told["dst"], told["bytes"]) == ("0.0.0.7", None, 600)


def ntp(milliseconds):
    """A moment in NTP's form, rounded up as exporters do."""
    seconds, rest = divmod(milliseconds, 1000)
    return (seconds + 2_208_988_800) % (1 << 32) << 32 | ((rest << 32) + 999) // 1000


AT = NOON_S * 1000 - 5500


@pytest.mark.parametrize(
    ("element", "width", "value", "expected"),
    [
        (150, 4, NOON_S - 5, "11:59:55.000"),
        (152, 8, AT, "11:59:54.500"),
        (154, 8, ntp(AT), "11:59:54.500"),
        (154, 8, AT * 1000, "11:59:54.500"),
        (154, 8, (NOON_S - 6) << 32 | 1 << 31, "11:59:54.500"),
        (156, 8, ntp(AT), "11:59:54.500"),
        (156, 8, AT * 1_000_000, "11:59:54.500"),
        (158, 4, 5_500_000, "11:59:54.500"),
        (323, 8, AT, "11:59:54.500"),
    ],
)
def test_times_in_each_form(element, width, value, expected):
    """Seconds, milliseconds, NTP's form, plain micro- and nanoseconds, a time ago, observed.

    The third in NTP's form counts from 1970, as some exporters do.
    """
    assert flow([(element, width)], [value])["start"] == f"2026-03-01T{expected}Z"


def test_the_next_era_of_ntp():
    """2036: the seconds begin again at zero."""
    at = 2_100_000_000_000
    seat = Seat()
    data = ipfix(template(10, 256, [(154, 8)]), a_set(256, ntp(at).to_bytes(8, "big")))
    late = data[:4] + (at // 1000).to_bytes(4, "big") + data[8:]
    (told,) = seat.take(late)
    assert told["start"] == "2036-07-18T13:20:00.000Z"


def test_times_since_the_exporter_started():
    """The uptime of a v9 header is 60 s at noon."""
    told = flow([(22, 4), (21, 4)], [57_000, 61_000], version=9)
    assert (told["start"], told["end"]) == ("2026-03-01T11:59:57.000Z", f"{NOON[:-2]}01.000Z")


def test_an_uptime_that_wrapped_in_between():
    told = flow([(22, 4)], [(1 << 32) - 1000], version=9)
    assert told["start"] == "2026-03-01T11:58:59.000Z"


def test_ipfix_tells_its_start_in_the_record():
    told = flow([(160, 8), (22, 4)], [AT, 500])
    assert told["start"] == "2026-03-01T11:59:55.000Z"


def test_ipfix_tells_its_start_by_options():
    seat = Seat()
    fields = [(160, 8)]
    told = a_set(300, record([(144, 4), *fields], (1, AT)))
    seat.take(ipfix(options(10, 300, [(144, 4)], fields), told))
    assert flow([(22, 4)], [500], seat=seat)["start"] == "2026-03-01T11:59:55.000Z"


LONG_AGO = NOON_S * 1000 - 60 * 24 * 3600 * 1000  # more than an uptime counter holds


@pytest.mark.parametrize("version", [9, 10])
@pytest.mark.parametrize("apart", [False, True])
def test_an_uptime_that_wrapped_since_a_stated_start(version, apart):
    """Sixty days of milliseconds need more than four bytes."""
    ticks = (NOON_S * 1000 - 5500 - LONG_AGO) % (1 << 32)
    fields, values, seat = [(160, 8), (22, 4)], [LONG_AGO, ticks], Seat()
    if apart:
        scope = [(1, 4)] if version == 9 else [(144, 4)]
        body = a_set(300, record([*scope, (160, 8)], (1, LONG_AGO)))
        seat.take(message(version, options(version, 300, scope, [(160, 8)]), body))
        fields, values = fields[1:], values[1:]
    told = flow(fields, values, version=version, seat=seat)
    assert told["start"] == "2026-03-01T11:59:54.500Z"


def test_a_flow_from_before_the_exporter_started():
    """One that meters a capture tells such: its counter stands below zero, as four bytes."""
    told = flow([(160, 8), (22, 4)], [NOON_S * 1000 - 1000, (1 << 32) - 4500])
    assert told["start"] == "2026-03-01T11:59:54.500Z"


def test_a_start_of_zero_is_not_stated():
    assert flow([(160, 8), (22, 4)], [0, 57_000], version=9)["start"] == "2026-03-01T11:59:57.000Z"


def test_a_time_since_an_unknown_start_is_unknown():
    assert flow([(22, 4)], [500])["start"] is None


def test_a_duration_gives_the_other_end():
    told = flow([(152, 8), (161, 4)], [AT, 500])
    assert told["end"] == "2026-03-01T11:59:55.000Z"


@pytest.mark.parametrize("element", [150, 152, 154, 156, 322])
def test_no_time_is_no_time(element):
    """Zero, where a moment is counted from 1970."""
    assert flow([(element, 8)], [0])["start"] is None


def test_a_time_that_no_calendar_holds_is_none():
    assert flow([(152, 8)], [1 << 63])["start"] is None


@pytest.mark.parametrize(
    ("element", "section"),
    [(315, ethernet(ipv4(tcp(), 6))), (104, ethernet(ipv4(tcp()))), (313, ipv4(tcp()))],
)
@pytest.mark.parametrize("variable", [True, False])
def test_a_section_of_the_packet(element, section, variable):
    """Of variable or fixed length, with or without a link layer."""
    width = 0xFFFF if variable else len(section)
    told = flow([(10, 4), (element, width)], [7, section])
    assert (told["src"], told["dst"], told["dport"]) == (str(SRC4), str(DST4), 80)
    assert (told["packets"], told["bytes"], told["input"]) == (1, 40, 7)


def test_a_stated_size_of_the_frame_counts_before_the_packets():
    told = flow([(312, 2), (315, 0xFFFF)], [1518, ethernet(ipv4(tcp()))])
    assert told["bytes"] == 1518


@pytest.mark.parametrize("element", [410, 103])
def test_a_fixed_section_is_filled_up_behind_its_stated_size(element):
    """The zeros are no ports."""
    section = ethernet(ipv4(tcp())[:20])
    told = flow([(element, 2), (315, 64)], [len(section), section.ljust(64, b"\0")])
    assert (told["src"], told["proto"], told["sport"]) == (str(SRC4), 6, None)


@pytest.mark.parametrize("element", [409, 408, 102])
def test_a_section_that_begins_elsewhere_is_not_read(element):
    """Behind the frame's beginning, or with the header of a wireless frame."""
    told = flow([(element, 2), (315, 0xFFFF)], [2, ethernet(ipv4(tcp()))])
    assert (told["src"], told["packets"]) == (None, 1)


def test_a_section_that_holds_no_packet():
    """It was a packet all the same."""
    told = flow([(312, 2), (315, 0xFFFF)], [64, ethernet(bytes(28), 0x0806)])
    assert (told["src"], told["packets"], told["bytes"]) == (None, 1, 64)


@pytest.mark.parametrize(
    ("fields", "values", "expected"),
    [([(88, 2)], [185], 2), ([(88, 2)], [0], 0), ([(197, 1)], [0x20], 1), ([(197, 1)], [0x40], 0)],
)
def test_fragments(fields, values, expected):
    seat = Seat()
    flow(fields, values, seat=seat)
    assert seat.rows["fragment"].tolist() == [expected]


def test_a_record_without_addresses_is_a_row():
    told = flow([(2, 4), (1, 4)], [5, 600])
    assert (told["src"], told["bytes"]) == (None, 600)


def test_no_element_feeds_two_fields():
    every = [element for elements in FIELDS.values() for element in elements]
    assert len(every) == len(set(every))


def test_padding_behind_the_records_is_none():
    fields = [(8, 4), (12, 4)]
    data = struct.pack(">II", 1, 2)
    seat = Seat()
    sets = (template(9, 256, fields), a_set(256, data, pad=3))
    assert len(seat.take(netflow9(*sets))) == 1
    assert not seat.dropped
