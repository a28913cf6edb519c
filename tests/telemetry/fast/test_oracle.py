"""The kernels give the very rows of the general decoder, and it is asked only where it must be."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.wire.information_elements import FIELDS, OF_YAF, YAF
from examples import times
from telemetry.corpora import CORPORA, MARKS
from telemetry.fast.both import AT, LISTED, STRANGER, Both, sent
from telemetry.wire.exports import NOON_S, a_set, message, netflow5, options, record5, template
from telemetry.wire.samples import (
    a_record,
    ethernet,
    expanded,
    header,
    ipv4,
    ipv6,
    sample,
    sflow,
    tcp,
    udp,
)  # fmt: skip
from telemetry.wire.test_hostile import pieces, usable

# Element and widths: those a kernel reads, those it hands over, those nobody reads.
ELEMENTS = [
    (8, 4), (12, 4), (27, 16), (28, 16), (7, 2), (11, 2), (4, 1), (6, 1), (6, 2), (2, 4), (2, 8),
    (1, 4), (1, 8), (1, 3), (10, 4), (10, 2), (14, 4), (58, 2), (243, 2), (32, 2), (139, 2),
    (176, 1), (177, 1), (22, 4), (21, 4), (150, 4), (151, 4), (152, 8), (153, 8), (48, 1), (48, 2),
    (34, 4), (50, 4), (60, 1), (9, 1), (61, 1), (56, 6), (305, 4), (88, 2), (160, 8), (161, 4),
    (154, 8), (10, 8), (7, 4), (82, 0xFFFF), (96, 0xFFFF), (4, 0), (8, 16),
]  # fmt: skip
PLAIN = [
    element for element in ELEMENTS[:42] if element not in {(88, 2), (160, 8), (161, 4), (305, 4)}
]
EVERY = [  # that feeds a row at all, in any width, and what other enterprises call alike
    *(
        (element, width, 0)
        for elements in FIELDS.values()
        for element in elements
        for width in range(9)
    ),
    *((one, 16, 0) for one in (27, 28, 8, 4)),
    *((one, 0xFFFF, 0) for one in (1, 7, 8, 22, 27, 48, 50, 104, 152, 313, 315)),
    *((one, width, YAF) for one in OF_YAF.values() for width in (1, 2, 9)),
    *((one, 4, 29305) for one in (1, 2, 7, 8, 22, 34)),
]
FILLS = st.sampled_from([None, b"\0", b"\xff", b"\1", b"\0\0\0\1", b"\0\0\1\x9c\xa9\1\2\3"])
COUNTS = st.integers(1, 4)
SCOPES = {9: st.sampled_from([1, 2, 3, 5]), 10: st.sampled_from([149, 144, 145, 141, 14])}
STARTED = (NOON_S * 1000 - 60 * 24 * 3600 * 1000).to_bytes(8, "big")
SAID = st.sampled_from([STARTED, *(bytes([one] * 8) for one in (0, 1, 2, 3, 255))])
BYTES = st.binary(min_size=1, max_size=120)
FRAMES = [
    ethernet(ipv4(tcp())),
    ethernet(ipv4(udp(b"x" * 20), 17), tags=((0x8100, 7),)),
    ethernet(ipv4(udp(b"x" * 20), 17), tags=((0x88A8, 7), (0x8100, 0xFFFF))),
    ethernet(ipv6(tcp()), 0x86DD),
    ethernet(ipv6(struct.pack(">BBHI", 17, 0, 1, 9) + udp(), 44), 0x86DD),
    ethernet(ipv6(struct.pack(">BBHI", 17, 0, 0x100, 9) + udp(), 44), 0x86DD),
    ethernet(ipv6(b"\x06\x01" + bytes(14) + tcp(), 0), 0x86DD),
    ethernet(ipv6(b"\x80\x00" + bytes(6), 58), 0x86DD),
    ethernet(ipv4(b"\x08\x00" + bytes(6), 1)),
    ethernet(ipv4(tcp(), fragment=0x2000)),
    ethernet(ipv4(b"later", 17, fragment=0x2001)),
    ethernet(ipv4(bytes(8), 50)),
    ethernet(ipv4(bytes(8), 51)),
    ethernet(ipv4(ipv4(tcp()), 4)),
    ethernet(ipv4(struct.pack(">HH", 0, 0x0800) + ipv4(tcp()), 47)),
    ethernet(ipv4(udp(b"\x08" + bytes(7) + ethernet(ipv4(tcp())), dport=4789), 17)),
    ethernet(b"\0\1\1\1" + ipv4(tcp()), 0x8847),
    ethernet(bytes(28), 0x0806),
    ethernet(b"\x42\x42\x03" + bytes(35), 38),
    ethernet(ipv4(tcp())[:30]),
    bytes(10),
    ethernet(ipv4(b"") + bytes(26)),
    ethernet(ipv4(b"\0\x35\0\x35", 17) + bytes(22)),
    ethernet(ipv6(b"\x80\0", 58) + bytes(22), 0x86DD),
]
BESIDE = [
    (),
    (a_record(1001, struct.pack(">IIII", 5, 0, 6, 0)),),
    (a_record(2, bytes(16)), a_record(1002, bytes(16))),
    (a_record(3, bytes(32)),),
]


@st.composite
def sessions(draw):
    """What an exporter sends: templates, their data, options, version 5, samples; some changed."""
    made: list[bytes] = []
    for version in draw(st.lists(st.sampled_from([5, 9, 10, 105]), min_size=1, max_size=4)):
        made += draw(flows(version) if version in (9, 10) else others(version))
    changed = draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 999), BYTES), max_size=3))
    for which, place, new in changed:
        old = made[which % len(made)]
        at = place % (len(old) + 1)
        made[which % len(made)] = old[:at] + new[:3] + old[at + len(new[:3]) :]
    for _ in range(draw(st.integers(0, 2))):
        which = draw(st.integers(0, len(made) - 1))
        made[which] = draw(st.sampled_from([
            made[which] + bytes(draw(st.integers(1, 9))),
            made[which] + draw(BYTES),
            made[which] + draw(st.sampled_from(made)),
            made[which][: draw(st.integers(0, len(made[which])))],
        ]))  # fmt: skip
    return made


@st.composite
def fields_drawn(draw, version):
    """The fields of a template: mostly those that kernels read, sometimes any."""
    if not draw(st.integers(0, 2)):
        drawn = draw(st.lists(st.sampled_from(EVERY), min_size=1, max_size=12))
        return [one if one[2] and version == 10 else one[:2] for one in drawn]
    fields = draw(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=8))
    return fields + draw(st.lists(st.sampled_from(ELEMENTS), max_size=1))


@st.composite
def bodies(draw, size):
    """A data set of records of that size: any bytes, or numbers near their ends."""
    fill = draw(FILLS)
    if fill is None:
        return draw(st.binary(min_size=size, max_size=size * 4 + 3))
    length = draw(st.integers(size, size * 4 + 3))
    return (fill * (length // len(fill) + 1))[:length]


@st.composite
def flows(draw, version):
    """Templates and data sets of v9 or IPFIX, their sequence mostly unbroken."""
    fields = draw(fields_drawn(version))
    size = sum(1 if length == 0xFFFF else length for _, length, *_ in fields)
    scope = [(draw(SCOPES[version]), 4)]
    where, number = (
        draw(st.sampled_from([0, 7])),
        draw(st.sampled_from([0, 1, 256])).to_bytes(4, "big"),
    )
    table = draw(st.sampled_from([
        [(48, 1), (50, 4)], [(34, 4)], [(10, 4), (34, 4)], [(160, 8)], [(302, 8), (305, 4)],
    ]))  # fmt: skip
    told = options(version, 300, scope, table)
    parts = [template(version, 256, fields), told]
    parts += draw(st.lists(st.sampled_from([
        a_set(300, number + (draw(SAID) * 2)[: sum(one for _, one in table)]),
        template(version, 256, fields[::-1]),
        struct.pack(">HHHH", 0 if version == 9 else 2, 8, 256, 0),
    ]), max_size=2))  # fmt: skip
    for _ in range(draw(COUNTS)):
        body = draw(bodies(size))
        parts.append(a_set(draw(st.sampled_from([256, 256, 256, 257])), body))
    sequence, made = draw(st.sampled_from([0, 7, (1 << 32) - 2])), []
    for part in draw(st.permutations(parts)) if draw(st.booleans()) else parts:
        several = [part] * draw(COUNTS) if draw(st.booleans()) else [part]
        domain = 0 if part == told or part[:2] == told[4:6] else where
        made.append(message(version, *several, sequence=sequence, domain=domain))
        sequence = (sequence + draw(st.sampled_from([1, 1, 1, 2, 50]))) % (1 << 32)
    return made


@st.composite
def others(draw, version):
    """Datagrams of version 5 or of sFlow."""
    made = []
    for number in range(draw(COUNTS)):
        if version == 5:
            ports = draw(st.lists(st.integers(0, 65535), min_size=1, max_size=3))
            rate = draw(st.sampled_from([0, 1000, 0x4064]))
            made.append(netflow5(*(record5(1, 2, dport=port) for port in ports),
                                 sequence=number * 2, sampling=rate))  # fmt: skip
            continue
        samples = []
        for frame in draw(st.lists(st.sampled_from(FRAMES), max_size=4)):
            more = draw(st.sampled_from(BESIDE))
            make = draw(st.sampled_from([sample, expanded]))
            samples.append(make(*more, header(frame, length=len(frame) + 4)))
        samples += [a_record(2, bytes(16))] if draw(st.booleans()) else []
        made.append(sflow(*samples, sequence=number))
    return made


@settings(max_examples=times(1.5), deadline=None)
@given(sessions(), st.integers(1, 9), st.sampled_from([1, 64]), st.booleans())
def test_any_session_gives_the_same_rows_counts_and_knowledge(session, size, room, within):
    Both(room=room, within=within).take(sent(*session), size)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(sessions(), sessions(), st.sampled_from([0, 1, 512]))
def test_exporters_and_the_operators_rates_are_kept_apart(first, second, rate):
    both = Both(override={LISTED[1]: rate}, static={LISTED[0]: 77})
    mixed = [one for pair in zip(sent(*first), sent(*second, by=LISTED[1]), strict=False)
             for one in pair]  # fmt: skip
    both.take([*mixed, *sent(b"\0\5", by=STRANGER)], 3)


@pytest.mark.parametrize("files", [pytest.param("flows-*/**/*", marks=MARKS)])
def test_real_exports_give_the_same_rows(files):
    found = sorted(path for path in CORPORA.glob(files) if usable(path))
    both = Both()
    for path in found:
        data = [piece for piece in pieces(path, path.read_bytes()) if len(piece) < 65_536]
        both.take(sent(*data, *data), 16)  # the second time their templates are known
    assert both.by_kernels() > 10


FLOW = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (2, 4), (1, 4), (21, 4), (22, 4), (48, 1))


@pytest.mark.parametrize("version", [9, 10])
def test_plain_data_needs_no_general_decoder(version):
    """The first datagram tells the template, the second begins nothing new."""
    both = Both()
    body = a_set(256, bytes(range(34)) * 3)
    data = [message(version, template(version, 256, FLOW), sequence=0)]
    steps = 1 if version == 9 else 3
    first = 1 if version == 9 else 0
    data += [message(version, body, sequence=first + number * steps) for number in range(5)]
    assert len(both.take(sent(*data))) == 15
    assert both.by_kernels() == 5


def test_a_sampled_frame_needs_no_general_decoder():
    both = Both()
    plain = [header(one) for one in (*FRAMES[:12], *FRAMES[17:19])]
    data = [sflow(*(sample(one) for one in plain), sequence=number) for number in range(3)]
    both.take(sent(*data))
    assert both.by_kernels() == 2


def test_a_later_datagram_of_version_five_needs_no_general_decoder():
    both = Both()
    both.take(sent(*(netflow5(record5(1, 2), sequence=number) for number in range(4))))
    assert both.by_kernels() == 3


@pytest.mark.parametrize("rest", [b"", b"!"])
def test_a_rate_told_between_two_datagrams_holds_for_the_second(rest):
    """Also where the datagram that told it is so odd that no stream is looked for."""
    both = Both()
    scope, fields = [(149, 4)], [(34, 4)]
    flow = a_set(256, bytes(34))
    data = [
        message(10, template(10, 256, FLOW), options(10, 300, scope, fields), sequence=0),
        message(10, flow, sequence=0),
        message(10, a_set(300, bytes(4) + b"\0\0\0\x64"), sequence=1) + rest,
        message(10, flow, sequence=2),
    ]
    assert both.take(sent(*data), 1)["sampling"].tolist() == [0, 100]


@pytest.mark.parametrize(("scope", "expected"), [(145, [100, 0]), (141, [100, 100])])
def test_a_rate_told_for_a_template_or_in_domain_zero_is_known_to_the_kernels(scope, expected):
    """Template 256 has it, 257 has not, while another rate is told for a third."""
    both, fields = Both(), [(scope, 2), (34, 4)]
    pairs = [(256, 100), (258, 1000)] if scope == 145 else [(1, 100)]
    told = b"".join(struct.pack(">HI", *pair) for pair in pairs)
    where = 0 if scope == 145 else 7
    data = [
        message(10, options(10, 300, fields[:1], fields[1:]), a_set(300, told), sequence=0),
        message(10, template(10, 256, FLOW), template(10, 257, FLOW), domain=where),
        message(10, a_set(256, bytes(34)), domain=where),
        message(10, a_set(256, bytes(34)), a_set(257, bytes(34)), sequence=1, domain=where),
    ]
    assert both.take(sent(*data), 1)["sampling"].tolist() == [100, *expected]
    assert both.by_kernels()


@pytest.mark.parametrize("started", [0, AT - (60 << 32), AT, 1 << 62, 1 << 63, (1 << 64) - 1])
@pytest.mark.parametrize("version", [9, 10])
def test_a_start_that_no_calendar_holds_is_not_believed(started, version):
    """Whatever an exporter says of its start, nothing fails over it."""
    both, fields = Both(), ((8, 4), (22, 4))
    told = a_set(300, bytes(4) + started.to_bytes(8, "big"))
    data = [
        message(version, template(version, 256, fields), sequence=0),
        message(version, options(version, 300, [(1, 4)], [(160, 8)]), told, sequence=1),
        message(version, a_set(256, bytes(8)), sequence=2),
        message(version, a_set(256, b"\xff" * 8), sequence=3),
    ]
    both.take(sent(*data), 1)
    assert both.by_kernels()


def test_who_is_not_listed_is_refused_and_remembered():
    both = Both()
    data = [*sent(netflow5(record5(1, 2))), *sent(b"", b"x", by=STRANGER)]
    assert len(both.take(data)) == 1
    told = [(one.sender, one.datagrams, one.last) for one in both.fast.refused()]
    assert told == [(STRANGER, 2, AT)]


def test_a_flood_of_strangers_is_counted_to_the_last_one():
    """Its senders are remembered as far as there is room, the others together."""
    both = Both()
    strangers = [
        Datagram(data=b"", at=AT, exporter=type(STRANGER)(number)) for number in range(5000)
    ]
    both.take(strangers)
    told = both.fast.refused()
    assert sum(one.datagrams for one in told) == 5000
    assert 1 < len(told) <= 1025


def test_rows_are_the_callers_own():
    both = Both()
    data = sent(*(netflow5(record5(number, 2), sequence=number) for number in range(3)))
    first = both.take(data[:2])
    kept = first.copy()
    both.take(data[2:])
    assert (first == kept).all()
