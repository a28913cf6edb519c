"""What an exporter writes is what the decoder reads, whatever the template and its order."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from telemetry.wire.exports import a_set, message, netflow5, options, record, record5, template
from telemetry.wire.seat import Seat

ELEMENTS = {  # by name: element, the widths it may have
    "sport": (7, (1, 2)),
    "dport": (11, (1, 2)),
    "proto": (4, (1,)),
    "flags": (6, (1, 2)),
    "packets": (2, (1, 2, 3, 4, 5, 8)),
    "bytes": (1, (1, 2, 3, 4, 5, 8)),
    "input": (10, (1, 2, 4)),
    "output": (14, (1, 2, 4)),
    "vlan": (58, (1, 2)),
}
STRANGE = [(96, 0xFFFF, 0), (1, 7, 29305), (400, 3, 6871), (61, 1, 0), (57, 0, 0)]
SEVERAL = st.lists(st.sampled_from(STRANGE), max_size=3)


@dataclass
class Form:
    """A template, and which of its fields mean what."""

    fields: list
    names: list


@st.composite
def forms(draw):
    """Fields in any order, of any width, strange ones in between."""
    family = draw(st.sampled_from([4, 6]))
    ends = (("src", 8, 4), ("dst", 12, 4)) if family == 4 else (("src", 27, 16), ("dst", 28, 16))
    chosen = draw(st.lists(st.sampled_from(list(ELEMENTS)), unique=True))
    fields = [(name, element, length, 0) for name, element, length in ends]
    for name in chosen:
        element, widths = ELEMENTS[name]
        fields.append((name, element, draw(st.sampled_from(widths)), 0))
    fields += [("", *one) for one in draw(SEVERAL)]
    fields = draw(st.permutations(fields))
    return Form([field[1:] for field in fields], [field[0] for field in fields])


def written(form, version):
    """The fields as a template of this version writes them: v9 knows no enterprises."""
    return [
        (element, length, enterprise) if enterprise and version == 10 else (element, length)
        for element, length, enterprise in form.fields
    ]


def value(draw, field):
    """A value of a field's width, and what a flow shows of it."""
    element, length, _ = field
    if length == 0xFFFF:
        return draw(st.binary(max_size=300))
    if element in (8, 12):
        return IPv4Address(draw(st.integers(0, (1 << 32) - 1))).packed
    if element in (27, 28):
        return IPv6Address(draw(st.integers(0, (1 << 128) - 1))).packed
    return draw(st.binary(min_size=length, max_size=length))


def shown(name, raw):
    """What a flow shows of a field's bytes."""
    if name in ("src", "dst"):
        return str(IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw))
    return int.from_bytes(raw, "big")


@given(st.data(), forms(), st.sampled_from([9, 10]), st.booleans())
def test_every_record_comes_back(data, form, version, early):
    """The template comes before its data, or in a later datagram."""
    if version == 9:
        form = Form(*map(list, zip(*[
            (field, name)
            for field, name in zip(form.fields, form.names, strict=True)
            if not field[2]
        ], strict=True)))  # fmt: skip
    drawn = [
        [value(data.draw, field) for field in form.fields]
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    fields = written(form, version)
    body = a_set(256, b"".join(record(fields, one) for one in drawn), pad=0)
    told = template(version, 256, fields)
    seat = Seat()
    order = [body, told] if early else [told, body]
    flows = [flow for one in order for flow in seat.take(message(version, one))]
    for flow, raw in zip(flows, drawn, strict=True):
        for name, one in zip(form.names, raw, strict=True):
            if name:
                assert flow[name] == shown(name, one), name
        absent = set(ELEMENTS) - set(form.names)
        assert all(flow[name] is None for name in absent)
    assert not seat.dropped


@given(
    st.integers(1, (1 << 32) - 1),
    st.integers(1, 255),
    st.sampled_from([9, 10]),
    st.booleans(),
)
def test_a_samplers_rate_comes_back(rate, sampler, version, apart):
    """Told in the same datagram or in one before."""
    scope = [(1, 4)] if version == 9 else [(144, 4)]
    table = [(48, 1), (50, 4)]
    told = [
        options(version, 300, scope, table),
        a_set(300, record([*scope, *table], (0, sampler, rate))),
    ]
    fields = [(8, 4), (48, 1)]
    flow = [template(version, 256, fields), a_set(256, record(fields, (7, sampler)))]
    seat = Seat()
    if apart:
        seat.take(message(version, *told))
        told = []
    assert [one["sampling"] for one in seat.take(message(version, *flow, *told))] == [rate]


@given(st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, 65535)), max_size=30))
def test_version_five_comes_back(flows):
    seat = Seat()
    data = netflow5(*(record5(src, 9, sport=port) for src, port in flows))
    told = [(int(IPv4Address(one["src"])), one["sport"]) for one in seat.take(data)]
    assert told == flows
    assert seat.dropped == ({} if flows else {"bad_count": 1})
