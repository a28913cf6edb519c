"""Sampling rates: every encoding that exporters use, who says it, and what stays unknown."""

import json
import struct
from ipaddress import ip_address

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.wire.sampling import Domain, RateSource, Sampling
from telemetry.wire.exports import (
    FLOW,
    a_set,
    message,
    netflow5,
    options,
    record,
    record5,
    template,
)
from telemetry.wire.seat import EXPORTER, Seat

VALUES = (1, 2, 3, 4, 6, 2, 5, 600, 7, 8)
HERE = Domain(EXPORTER, 9, 0)
PROBABILITY = struct.pack(">d", 0.01)


def rate(version, scopes, fields, values, *, more=(), more_values=()):
    """The rate of a flow whose exporter told these options; `more` are fields of the flow."""
    seat = Seat()
    seat.take(
        message(
            version,
            options(version, 300, scopes, fields),
            a_set(300, record([*scopes, *fields], values), pad=2),
        )
    )
    flow = [*FLOW, *more]
    data = message(
        version, template(version, 256, flow), a_set(256, record(flow, (*VALUES, *more_values)))
    )
    return seat.take(data)[0]["sampling"]


SYSTEM = [(1, 4)]  # a scope of v9
PROCESS = [(144, 4)]  # a scope of IPFIX


@pytest.mark.parametrize(
    ("version", "scopes", "fields", "values", "expected"),
    [
        (9, SYSTEM, [(34, 4), (35, 1)], (0, 1000, 2), 1000),
        (9, [(1, 0)], [(35, 1), (34, 4)], (b"", 2, 1000), 1000),
        (9, SYSTEM, [(48, 1), (49, 1), (50, 4)], (0, 3, 2, 500), 500),
        (9, SYSTEM, [(48, 2), (50, 2), (49, 1), (84, 32)], (0, 3, 500, 2, bytes(32)), 500),
        (9, [(2, 4)], [(34, 4), (35, 1)], (7, 200, 1), 200),
        (10, PROCESS, [(34, 4)], (0, 64), 64),
        (10, PROCESS, [(304, 2), (305, 4), (306, 4)], (0, 1, 1, 99), 100),
        (10, PROCESS, [(305, 4), (306, 4)], (0, 10, 990), 100),
        (10, PROCESS, [(305, 4), (306, 4)], (0, 1, 0), 1),
        (10, PROCESS, [(305, 4)], (0, 100), 100),
        (10, PROCESS, [(309, 4), (310, 4)], (0, 1, 2048), 2048),
        (10, PROCESS, [(311, 8)], (0, PROBABILITY), 100),
        (10, PROCESS, [(307, 4), (308, 4)], (0, 1, 9), 10),
        (10, [(302, 8)], [(304, 2), (305, 4), (306, 4)], (1, 1, 1, 511), 512),
        (10, [(10, 4)], [(34, 4)], (7, 300), 300),
        (10, [(149, 4)], [(34, 4)], (0, 128), 128),
    ],
)
def test_a_rate_is_read_in_each_encoding(version, scopes, fields, values, expected):
    assert rate(version, scopes, fields, values) == expected


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ([(34, 4)], (0, 0)),
        ([(305, 4), (306, 4)], (0, 0, 9)),
        ([(311, 8)], (0, struct.pack(">d", 0))),
        ([(311, 8)], (0, struct.pack(">d", float("nan")))),
        ([(311, 8)], (0, struct.pack(">d", 1e-310))),
        ([(309, 4), (310, 4)], (0, 0, 5)),
    ],
)
def test_a_rate_that_cannot_be_is_unknown(fields, values):
    assert rate(10, PROCESS, fields, values) is None


def test_a_record_names_its_sampler():
    """Of two samplers, the one that each record names."""
    seat = Seat()
    fields = [(48, 2), (50, 4)]
    data = b"".join(record([*SYSTEM, *fields], (0, *pair)) for pair in ((1, 4000), (2, 2000)))
    seat.take(message(9, options(9, 300, SYSTEM, fields), a_set(300, data)))
    flow = [*FLOW, (48, 1)]
    rows = b"".join(record(flow, (*VALUES, one)) for one in (1, 2, 3, 0))
    told = seat.take(message(9, template(9, 256, flow), a_set(256, rows)))
    assert [one["sampling"] for one in told] == [4000, 2000, None, None]


def test_a_record_that_no_sampler_sampled_is_unknown():
    """It names sampler 0 beside a table of one; a record without the field has that one's rate."""
    sampling = Sampling()
    sampling.learn(HERE, 1000, 0, sampler=1)
    assert sampling.of(HERE, sampler=0) == (0, RateSource.UNKNOWN)
    assert sampling.of(HERE) == (1000, RateSource.OPTIONS)


def test_several_samplers_and_a_record_that_names_none_is_unknown():
    """The same rate everywhere is known all the same."""
    sampling = Sampling()
    sampling.learn(HERE, 100, 0, sampler=1)
    assert sampling.of(HERE) == (100, RateSource.OPTIONS)
    sampling.learn(HERE, 100, 0, sampler=2)
    assert sampling.of(HERE).rate == 100
    sampling.learn(HERE, 200, 0, sampler=3)
    assert sampling.of(HERE) == (0, RateSource.UNKNOWN)


def test_a_rate_of_an_interface_holds_for_it():
    sampling = Sampling()
    sampling.learn(HERE, 100, 0, interface=1)
    sampling.learn(HERE, 200, 0, interface=2)
    assert sampling.of(HERE, interface=2).rate == 200
    assert sampling.of(HERE, interface=3).source is RateSource.UNKNOWN


@pytest.mark.parametrize(("version", "scope"), [(9, (5, 2)), (9, (5, 4)), (10, (145, 2))])
def test_a_rate_of_a_template_holds_for_its_records(version, scope):
    """Of a template that none was told of, the rate is unknown while they differ."""
    seat, fields = Seat(), [scope, (34, 4)]
    body = b"".join(record(fields, pair) for pair in ((256, 100), (257, 1000)))
    seat.take(message(version, options(version, 300, fields[:1], fields[1:]), a_set(300, body)))
    sets = [
        one
        for number in (256, 257, 258)
        for one in (template(version, number, FLOW), a_set(number, record(FLOW, VALUES)))
    ]
    told = seat.take(message(version, *sets))
    assert [one["sampling"] for one in told] == [100, 1000, None]


@pytest.mark.parametrize(
    ("version", "scope"), [(9, (3, 4)), (10, (141, 4)), (10, (14, 4)), (10, (253, 4))]
)
@pytest.mark.parametrize(("second", "expected"), [(100, 100), (1000, None)])
def test_rates_of_parts_that_no_record_names(version, scope, second, expected):
    """Line cards and outgoing interfaces: known while all of them agree."""
    seat, fields = Seat(), [scope, (34, 4)]
    body = b"".join(record(fields, pair) for pair in ((1, 100), (2, second)))
    seat.take(message(version, options(version, 300, fields[:1], fields[1:]), a_set(300, body)))
    data = message(version, template(version, 256, FLOW), a_set(256, record(FLOW, VALUES)))
    assert [one["sampling"] for one in seat.take(data)] == [expected]


@pytest.mark.parametrize(("version", "expected"), [(10, 100), (9, None)])
def test_what_ipfix_tells_in_domain_zero_holds_for_the_whole_device(version, expected):
    """RFC 7011 section 3.1; a source id of NetFlow v9 is never more than itself."""
    sampling, whole = Sampling(), Domain(EXPORTER, version, 0)
    one = whole._replace(domain=7)
    sampling.learn(whole, 100, 0)
    assert (sampling.of(one).rate or None) == expected
    sampling.learn(one, 200, 0, sampler=3)
    assert (sampling.of(one, sampler=3).rate, sampling.of(one, sampler=0).rate) == (200, 0)


def test_a_rate_in_the_record_itself():
    seat = Seat()
    flow = [*FLOW, (305, 4), (306, 4)]
    data = message(10, template(10, 256, flow), a_set(256, record(flow, (*VALUES, 1, 15))))
    assert seat.take(data)[0]["sampling"] == 16


@pytest.mark.parametrize(
    ("word", "expected"), [(0, None), (0x4001, 1), (0x4400, 1024), (0x0064, 100)]
)
def test_a_header_of_version_five_states_a_rate(word, expected):
    """Zero is no word about it: some exporters sample and leave it empty."""
    (flow,) = Seat().take(netflow5(record5(1, 2), sampling=word))
    assert flow["sampling"] == expected


def test_options_and_data_in_one_datagram():
    """The rate comes behind the flows it holds for."""
    fields = [(34, 4), (35, 1)]
    data = message(
        9,
        template(9, 256, FLOW),
        a_set(256, record(FLOW, VALUES)),
        options(9, 300, SYSTEM, fields),
        a_set(300, record([*SYSTEM, *fields], (0, 512, 2))),
    )
    assert Seat().take(data)[0]["sampling"] == 512


def test_the_operator_has_the_first_and_the_last_word():
    """An override before everything, a static rate where nobody says one."""
    other = ip_address("192.0.2.2")
    sampling = Sampling(static={EXPORTER: 10, other: 20}, override={other: 30})
    assert sampling.of(HERE) == (10, RateSource.STATIC)
    assert sampling.of(HERE, header=5) == (5, RateSource.HEADER)
    assert sampling.of(HERE, own=6, header=5) == (6, RateSource.RECORD)
    assert sampling.of(HERE._replace(exporter=other), own=6) == (30, RateSource.OVERRIDE)


def test_the_latest_rate_and_its_source_are_shown():
    sampling = Sampling()
    sampling.of(HERE, header=5)
    assert sampling.domains()[HERE].used == (5, RateSource.HEADER)


def test_changes_are_counted_so_that_tables_can_follow():
    sampling = Sampling()
    for told in (100, 100, 200):
        sampling.learn(HERE, told, 0, sampler=1)
    assert sampling.changes == 2


def test_rates_survive_a_restart():
    sampling = Sampling()
    sampling.learn(HERE, 100, 5, sampler=1)
    sampling.learn(HERE, 100, 5, interface=1)
    sampling.learn(HERE, 100, 5, template=256)
    sampling.learn(HERE, 100, 5, part=1)
    sampling.learn(HERE._replace(domain=9), 200, 6)
    again = Sampling()
    again.restore(json.loads(json.dumps(sampling.to_json())))
    assert again.to_json() == sampling.to_json()
    assert again.of(HERE).rate == 100


def test_rates_that_an_older_version_kept_are_taken():
    kept = {"exporter": "192.0.2.1", "version": 9, "domain": 0, "whole": 0, "last": 5}
    sampling = Sampling()
    sampling.restore({"version": 1, "rates": [kept | {"samplers": [[1, 100]], "interfaces": []}]})
    assert sampling.of(HERE, sampler=1).rate == 100


@pytest.mark.parametrize(
    "value", [None, {"version": 2}, {"version": 1}, {"version": 1, "rates": [1]}]
)
def test_rates_that_were_not_kept_by_us_are_refused(value):
    with pytest.raises(Invalid):
        Sampling().restore(value)


def test_a_flood_of_samplers_is_bounded():
    sampling = Sampling()
    for one in range(1, 10_000):
        sampling.learn(HERE, one, 0, sampler=one)
    assert len(sampling.domains()[HERE].samplers) == 4096
