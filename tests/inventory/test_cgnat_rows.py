"""The source `cgnat`, line by line and rule by rule: what is read, and what is told."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from aupkeep.inventory.history import exclusive
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources.cgnat import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Assignment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CUSTOMERS = {"100.64.0.5": "kari", "100.64.0.6": "ola"}
PBA = "RT_SRC_NAT_PBA_"
JSERVICES = "JSERVICES_NAT_PORT_BLOCK_"


def opened(folder, customers=None, records=lambda _: (), **options: object):
    """The source."""
    known = SourceOptions(
        name="nat",
        customers=CUSTOMERS if customers is None else customers,
        options=options,
        folder=folder,
        records=records,
    )
    return SOURCE.open(known, HttpClient("http://localhost/"))


def look(folder, *lines: str, **options: object):
    """One look at a log of these lines, at one o'clock."""
    (folder / "nat.log").write_bytes("".join(f"{line}\n" for line in lines).encode())
    return opened(folder, path="nat.log", **options)(NOON + timedelta(hours=1))


def held(reading):
    """Who had which ports, in minutes from noon."""
    minute = timedelta(minutes=1)
    spans = [
        span
        for prefix in sorted(reading.history.about, key=str)
        for span in exclusive(x for x in reading.history.spans if x.prefix == prefix)
    ]
    return [
        (str(x.prefix), x.port_from, x.port_to, x.customer, x.resource,
         (x.start - NOON) // minute, x.end and (x.end - NOON) // minute)
        for x in spans
    ]  # fmt: skip


def text(minute, verb, who=5, ports="1024-1535", head="RT_NAT: "):
    """A line of Junos in words."""
    return (
        f"2026-03-01T12:{minute:02}:00Z nat1 {head}{verb}: Subscriber 100.64.0.{who} used/maximum "
        f"[1/15] blocks, allocates port block [{ports}] from 203.0.113.8 in source pool p"
    )


def arrow(minute, verb, who=5, ports="1024-1535"):
    """A line of Junos' newer services."""
    return (
        f"2026-03-01T12:{minute:02}:00Z nat2 (FPC Slot 1) {{s}}[nat]: {verb}: "
        f"100.64.0.{who} -> 203.0.113.8:{ports} 0x69a40834"
    )


def nfware(minute, letter, who=5, ports="1024-1535", vrf=0, app=" nat:"):
    """A line of NFWare."""
    return (
        f"2026-03-01T12:{minute:02}:00Z nat3{app} {letter} VRF {vrf} INT 100.64.0.{who} EXT "
        f"203.0.113.8:{ports}"
    )


def structured(minute, verb):
    """A line of Junos as structured data."""
    return (
        f'<14>1 2026-03-01T12:{minute:02}:00Z nat1 RT_NAT - {verb} [junos internal-ip="100.64.0.5" '
        'block-port-low="1024" block-port-high="1535" reflexive-ip="203.0.113.8"]'
    )


KARI = ("203.0.113.8/32", 1024, 1535, "kari", "inside:100.64.0.5")
FORMS = {
    "text": (text(0, f"{PBA}ALLOC"), text(9, f"{PBA}RELEASE")),
    "text of a process": (
        text(0, f"{PBA}ALLOC", head="RT_NAT[7]: - "), text(9, f"{PBA}RELEASE", head=""),
    ),
    "arrow": (arrow(0, f"{JSERVICES}ALLOC"), arrow(9, f"{JSERVICES}RELEASE")),
    "structured": (structured(0, f"{PBA}ALLOC"), structured(9, f"{PBA}RELEASE")),
    "nfware": (nfware(0, "A"), nfware(9, "D")),
    "nfware alone": (nfware(0, "A", app=""), nfware(9, "D", app="")),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_block_is_had_from_its_first_line_to_its_last(tmp_path, name):
    """In each form, whether the line ends in a carriage return or not."""
    began, ended = FORMS[name]
    assert held(look(tmp_path, began)) == [(*KARI, 0, None)]
    assert held(look(tmp_path, f"{began}\r", f"{ended}\r")) == [(*KARI, 0, 9)]
    assert look(tmp_path, began, ended).rejected == []


@pytest.mark.parametrize("verb", [f"{PBA}INTERIM", f"{JSERVICES}ACTIVE"])
def test_a_sign_of_life(tmp_path, verb):
    line = text(5, verb) if verb.startswith("RT") else arrow(5, verb)
    assert held(look(tmp_path, line)) == [(*KARI, 5, None)]


def test_another_vrf_says_nothing(tmp_path):
    """Unless it is the one that is set."""
    lines = nfware(0, "A", vrf=7), nfware(1, "A", who=6, ports="1536-2047")
    other = ("203.0.113.8/32", 1536, 2047, "ola", "inside:100.64.0.6", 1, None)
    assert held(look(tmp_path, *lines)) == [other]
    assert held(look(tmp_path, *lines, vrf="7")) == [(*KARI, 0, None)]


@pytest.mark.parametrize(
    ("line", "reason", "prefix"),
    [
        (text(0, f"{PBA}ALLOC", ports="9-7"), "", None),
        (text(0, f"{PBA}ALLOC", who=999), "inside: ", "203.0.113.8/32"),
        (
            f"2026-03-01T12:00:00Z nat1 RT_NAT: {PBA}ALLOC: {'x' * 90}",
            f"block: expected INSIDE, OUTSIDE and ports, found {'x' * 80!r}",
            None,
        ),
        (text(0, f"{PBA}ALLOC").replace("2026-03", "2027-03"), "time: ", "203.0.113.8/32"),
        (f"RT_NAT: {PBA}ALLOC: Subscriber", "block: expected INSIDE", None),
    ],
)
def test_a_line_that_says_nothing_is_told(tmp_path, line, reason, prefix):
    """With its number and its address, where it has one."""
    reading = look(tmp_path, "a line about nothing", line, nfware(0, "A"))
    (told,) = reading.rejected
    assert told.row == 2
    assert told.reason.startswith(reason)
    assert (told.prefix and str(told.prefix)) == prefix
    assert held(reading) == [(*KARI, 0, None)]


def test_other_lines_say_nothing(tmp_path):
    """One that quotes such words, one of another daemon; of a long one its beginning is read."""
    quoted = f"2026-03-01T12:00:00Z gate sshd[7]: user {PBA}ALLOC: Subscriber 100.64.0.5"
    padded = nfware(0, "A", app=" nat:").replace(" A VRF", " " * 5000 + "A VRF")
    reading = look(tmp_path, quoted, padded, "RT_NAT: hello")
    assert (reading.rejected, held(reading)) == ([], [])
    wrong = nfware(0, "A").encode() + b" \xff"
    (tmp_path / "nat.log").write_bytes(wrong + b"\n")
    assert held(opened(tmp_path, path="nat.log")(NOON)) == []


def test_a_zone_that_is_declared(tmp_path):
    """A line without one is in it; without it, it is told."""
    line = text(0, f"{PBA}ALLOC").replace("2026-03-01T12:00:00Z", "Mar  1 13:00:00")
    assert held(look(tmp_path, line, zone="Europe/Oslo")) == [(*KARI, 0, None)]
    (told,) = look(tmp_path, line).rejected
    assert (told.row, str(told.prefix)) == (1, "203.0.113.8/32")
    with pytest.raises(Invalid, match=r"^option zone: "):
        opened(tmp_path, path="nat.log", zone="Nowhere")


def test_silence_ends_a_block_where_it_is_set(tmp_path):
    """Without it a block is had until the log says otherwise."""
    lines = text(0, f"{PBA}ALLOC"), text(5, f"{PBA}INTERIM"), nfware(30, "A", 6, "4096-4607")
    for options, end in (({}, None), ({"silence": 1500}, None), ({"silence": 1499}, 5)):
        assert held(look(tmp_path, *lines, **options))[0] == (*KARI, 0, end)


def test_only_so_many_are_told(tmp_path):
    """The last two hundred; and lines are counted from look to look."""
    wrong = text(0, f"{PBA}ALLOC", who=999)
    (tmp_path / "nat.log").write_text(f"{wrong}\n" * 201)
    source = opened(tmp_path, path="nat.log")
    assert [x.row for x in source(NOON).rejected] == list(range(2, 202))
    with (tmp_path / "nat.log").open("a") as file:
        file.write(f"{wrong}\n")
    assert source(NOON).rejected[-1].row == 202


def test_nobody_inside(tmp_path):
    """An inside address of nobody known: the block is nobody's, and it is told."""
    reading = look(tmp_path, nfware(0, "A", who=9))
    assert held(reading) == [("203.0.113.8/32", 1024, 1535, "", "inside unknown", 0, None)]
    assert reading.unmapped == {"100.64.0.9"}


def inside(customer, start, end=None):
    """A record of the inside site."""
    return Assignment(
        id=f"{customer}{start}", site="inside", prefix=ip_network("100.64.0.5/32"), known_from=NOON,
        customer=customer, resource="cpe", start=NOON + timedelta(minutes=start),
        end=None if end is None else NOON + timedelta(minutes=end),
    )  # fmt: skip


def test_whose_an_inside_address_is_by_the_records_of_its_site(tmp_path):
    """Each look says again whose all blocks are: the records may have changed."""
    records = {"inside": [inside("birch", -60, 5), inside("alder", 5)], "main": []}
    options = {"customers": {}, "records": lambda site: records[site]}
    (tmp_path / "nat.log").write_text(nfware(0, "A") + "\n")
    source = opened(tmp_path, path="nat.log", inside_site="inside", **options)
    for _ in range(2):
        reading = source(NOON)
        assert [(x[3], x[4], *x[5:]) for x in held(reading)] == [
            ("birch", "cpe", 0, 5),
            ("alder", "cpe", 5, None),
        ]
        reading.history.taken()
    plain = opened(tmp_path, path="nat.log")
    plain(NOON).history.taken()
    assert plain(NOON).history.about == set()


RULE = {
    "inside": "100.64.0.5-100.64.0.6",
    "outside": "203.0.113.8-203.0.113.9",
    "ports": 60_000,
    "from": "2026-03-01T11:00:00Z",
}


def rules(folder, *tables: object, now=NOON, **options: object):
    return opened(folder, rules=list(tables), **options)(now)


def test_a_rule(tmp_path):
    """All of its time, for each inside address; its outside addresses are what it speaks about."""
    reading = rules(tmp_path, {**RULE, "until": "2026-03-01T13:00:00Z"})
    assert held(reading) == [
        (f"203.0.113.{8 + n}/32", 1024, 61_023, name, f"inside:100.64.0.{5 + n}", -60, 60)
        for n, name in enumerate(("kari", "ola"))
    ]
    assert (reading.history.since, reading.history.quiet_before) == (None, None)


def test_a_rule_to_come(tmp_path):
    """Says nothing yet, but that the address is its own; from its first moment it counts."""
    start = NOON - timedelta(hours=1)
    for now, count in ((start - timedelta(seconds=1), 0), (start, 2)):
        reading = rules(tmp_path, RULE, now=now)
        assert len(reading.history.spans) == count
        assert {str(x) for x in reading.history.about} == {"203.0.113.8/32", "203.0.113.9/32"}


def test_a_rule_to_come_does_not_hide_the_next(tmp_path):
    later = {**RULE, "from": "2026-03-02T00:00:00Z"}
    now = {**RULE, "until": "2026-03-02T00:00:00Z"}
    assert len(rules(tmp_path, later, now).history.spans) == 2


def test_the_inside_of_a_rule_by_records(tmp_path):
    """And an address inside that nobody has is nobody's."""
    options = {"customers": {}, "inside_site": "in", "records": lambda _: [inside("birch", -99)]}
    reading = rules(tmp_path, RULE, **options)
    assert [x[3:5] for x in held(reading)] == [("birch", "cpe"), ("", "inside unknown")]
    assert reading.unmapped == {"100.64.0.6"}


EARLY = "2026-03-01T10:00:00Z", "2026-03-01T10:30:00Z", "2026-03-01T11:00:00Z"
OTHER = {**RULE, "inside": "100.64.1.0/32", "outside": "203.0.113.7"}


@pytest.mark.parametrize(
    ("changes", "clash"),
    [
        ({}, False),
        ({"outside": "203.0.113.8"}, True),
        ({"outside": "203.0.113.9"}, True),
        ({"outside": "203.0.113.10"}, False),
        ({"inside": "100.64.0.5/32"}, True),
        ({"inside": "100.64.0.6/32"}, True),
        ({"inside": "100.64.0.4/32"}, False),
        ({"inside": "100.64.0.7/32"}, False),
        ({"inside": "100.64.0.6/32", "until": "2026-03-01T11:30:00Z"}, True),
        ({"inside": "100.64.0.6/32", "until": EARLY[1], "from": EARLY[0]}, False),
        ({"inside": "100.64.0.6/32", "until": EARLY[2], "from": EARLY[0]}, False),
        ({"inside": "100.64.0.6/32", "from": "2026-03-01T12:00:00Z"}, True),
    ],
)  # fmt: skip
def test_two_rules_for_one_address(tmp_path, changes, clash):
    """At one time there is one; in whatever order they are written."""
    pair = [RULE, {**OTHER, **changes}]
    for tables in (
        pair,
        pair[::-1],
        [{**OTHER, "inside": "100.64.9.0/32", "outside": "203.0.113.99"}, *pair],
    ):
        if not clash:
            assert rules(tmp_path, *tables).history.spans
            continue
        with pytest.raises(Invalid) as caught:
            rules(tmp_path, *tables)
        assert str(caught.value) == "rules: expected one at a time for an address, found two"


def test_one_rule_after_another(tmp_path):
    """The end of one may be the beginning of the next."""
    noon = "2026-03-01T12:00:00Z"
    one, two = {**RULE, "until": noon}, {**RULE, "from": noon}
    for tables in ((one, two), (two, one)):
        assert len(rules(tmp_path, *tables).history.spans) == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "source nat: expected either the option rules or path"),
        ({"rules": [RULE], "path": "x"}, "source nat: expected either the option rules or path"),
        ({"rules": [7]}, "option rules: expected tables [[inventory.sources.options.rules]]"),
        ({"rules": RULE}, "option rules: expected tables [[inventory.sources.options.rules]]"),
        ({"rules": [RULE], "customers": {"x": "kari"}}, "customers: "),
        ({"path": "x", "vrf": 7}, "option vrf: expected text, found another type"),
        ({"path": "x", "silence": "1"}, "option silence: expected seconds from 0"),
        ({"path": "x", "inside_site": 7}, "option inside_site: expected text, found another type"),
    ],
)
def test_options_in_words(tmp_path, options, words):
    with pytest.raises(Invalid) as caught:
        opened(tmp_path, **options)
    assert str(caught.value).startswith(words)


def test_a_block_that_another_had_in_between(tmp_path):
    """Is of two sessions: a log of blocks has no number for one."""
    lines = text(0, f"{PBA}ALLOC"), text(5, f"{PBA}ALLOC", who=6), text(9, f"{PBA}INTERIM")
    assert held(look(tmp_path, *lines)) == [(*KARI, 9, None)]


def test_the_end_of_a_line_is_not_shown(tmp_path):
    """A carriage return is none of its words."""
    (told,) = look(tmp_path, f"2026-03-01T12:00:00Z nat1 RT_NAT: {PBA}ALLOC: x\r").rejected
    assert told.reason.endswith("ALLOC: x'")


def test_all_outside_addresses_of_a_rule_are_its_own(tmp_path):
    """Also of a range that is no prefix."""
    reading = rules(tmp_path, {**RULE, "outside": "203.0.113.8-203.0.113.10"})
    assert {str(x) for x in reading.history.about} == {f"203.0.113.{n}/32" for n in (8, 9, 10)}
