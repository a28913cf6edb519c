"""What is protected stays protected, whoever wrote it down and however."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.enforcement.protect import (
    NOTHING,
    ProtectList,
    own_protect,
    read_protect,
    scope_host,
    write_protect,
)
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Invalid
from aupkeep.model.ladder import PROTECTIVE, Measure
from aupkeep.model.subject import Address
from enforcement.orders import ADDRESSES, FOUR, SIX, WIDE, order, scope


@pytest.mark.parametrize(
    "entry",
    [
        "203.0.113.10",
        "203.0.113.0/24",
        "0.0.0.0/0",
        "resource:vm-7",
        "customer:acme",
        "  203.0.113.10  # comment",
        "192.0.2.0/24",  # the peer it would be cut from
    ],
)
def test_refuses(entry: str):
    """Each kind of entry refuses a scope it covers."""
    assert read_protect([entry], comments=True).refusal(scope(Measure.BLOCK_DESTINATION))


@pytest.mark.parametrize("entry", ["203.0.113.11", "2001:db8::/32", "resource:vm-8", "# all", ""])
def test_leaves_others(entry: str):
    """An entry about something else refuses nothing."""
    assert read_protect([entry], comments=True).refusal(scope(Measure.BLOCK_DESTINATION)) is None


@pytest.mark.parametrize(
    "entry", ["203.0.113.10/24", "resource:", "vm-7", "::/129", "10.0.0.0/8/8"]
)
def test_bad_entry_names_its_line(entry: str):
    """A line that cannot be read is an error with its number; it never shrinks the list."""
    with pytest.raises(Invalid, match="line 2"):
        read_protect(["203.0.113.1", entry])


@given(ADDRESSES, st.data())
def test_invariant_04_any_covering_prefix(address: Address, data: st.DataObject):
    """Any prefix around an address protects it, alone or joined with any other list."""
    length = data.draw(st.integers(0, address.max_prefixlen))
    around = ProtectList(networks=frozenset({ip_network(f"{address}/{length}", strict=False)}))
    aim = scope(Measure.ISOLATE, address)
    assert around.refusal(aim)
    assert (NOTHING | around).refusal(aim)
    assert (around | read_protect(["198.51.100.0/24"])).refusal(aim)


@pytest.mark.parametrize("entry", ["203.0.113.10", "resource:vm-7", "customer:acme"])
def test_invariant_04_neither_list_takes_from_the_other(entry: str):
    """What either list protects is protected by both together, whichever comes first."""
    one, other = (
        read_protect([entry], comments=True),
        read_protect(["192.0.2.9", "resource:x", "customer:y"]),
    )
    for both in (one | other, other | one):
        assert both.refusal(scope(Measure.BLOCK_PORT)) == one.refusal(scope(Measure.BLOCK_PORT))
        assert both.resources == one.resources | {"x"}
        assert both.customers == one.customers | {"y"}


REFUSED = {
    "customer:acme": "customer acme is on the protect list",
    "resource:vm-7": "resource vm-7 is on the protect list",
    "203.0.113.0/24": "address 203.0.113.10 is on the protect list (203.0.113.0/24)",
    "192.0.2.10": "address 192.0.2.10 is on the protect list (192.0.2.10/32)",
}


@pytest.mark.parametrize("entry", REFUSED)
def test_what_is_protected_is_said(entry: str):
    """The refusal names what is protected, and by which entry."""
    protect = read_protect([entry, "198.51.100.0/24"])
    assert protect.refusal(scope(Measure.BLOCK_DESTINATION)) == REFUSED[entry]
    wide = read_protect(["0.0.0.0/0", "203.0.113.0/24"])
    assert wide.refusal(scope(Measure.ISOLATE)) == REFUSED["203.0.113.0/24"]


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize("field", ["customer", "resource"])
def test_invariant_04_unknown_owner(field: str, blank: str):
    """A blank customer or resource is refused under an empty list too."""
    reason = "the owner is unknown: expected a customer and a resource, found a blank"
    assert NOTHING.refusal(replace(scope(Measure.ISOLATE), **{field: blank})) == reason


@pytest.mark.parametrize("entry", ["203.0.113.0/24", "resource:vm-7", "customer:acme"])
def test_a_person_protects_a_protected_customer(entry: str):
    """That its customer is protected stops a rule and no person; other entries stop both."""
    protect = read_protect([entry], comments=True)
    for measure in PROTECTIVE:
        assert protect.against(order(measure, automatic=True))
        stopped = protect.against(order(measure, automatic=False))
        assert bool(stopped) is not entry.startswith("customer:")
    assert protect.against(order(Measure.BLOCK_PORT, automatic=False))


def test_writes_what_it_reads():
    """Writing and reading are inverse."""
    entries = ("203.0.113.0/28", "2001:db8::/48", "customer:acme", "resource:vm-7")
    protect = read_protect(entries)
    assert read_protect(write_protect(protect)) == protect
    assert protect.refusal(scope(Measure.ISOLATE, SIX)) is not None
    assert protect.refusal(scope(Measure.ISOLATE, FOUR)) is not None


def test_blanks_and_comments_end_no_list():
    """What follows an empty line or a comment is protected as well; a name may hold a colon."""
    protect = read_protect(
        ["", "# the office", "resource:vm-7", "  ", "customer:a:b # x", "::1"], comments=True
    )
    assert protect == ProtectList(
        networks=frozenset({ip_network("::1/128")}),
        resources=frozenset({"vm-7"}),
        customers=frozenset({"a:b"}),
    )


def test_a_long_entry_is_cut():
    """A line of junk is shown by its beginning."""
    with pytest.raises(Invalid, match=f"found '{'x' * 60}'$"):
        read_protect(["x" * 61])


def test_own_list_absent_adds_nothing(tmp_path: Path):
    """No file, no entries."""
    assert own_protect(tmp_path) == NOTHING


@pytest.mark.parametrize("content", [b"nonsense\n", b"\xff\xfe", b"203.0.113.10/8\n"])
def test_own_list_damaged_refuses(tmp_path: Path, content: bytes):
    """A list that cannot be read refuses everything: who is protected is unknown."""
    (tmp_path / "protect").write_bytes(content)
    with pytest.raises(DriverRefused, match="cannot be read"):
        own_protect(tmp_path)


def test_own_list_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As many bytes as may be are read; one more refuses everything."""
    path = tmp_path / "protect"
    monkeypatch.setattr("aupkeep.enforcement.protect.MAX_BYTES", 14)
    path.write_text("resource:vm-7\n")
    assert own_protect(tmp_path).resources == {"vm-7"}
    path.write_text("resource:vm-7\n\n")
    with pytest.raises(DriverRefused) as raised:
        own_protect(tmp_path)
    assert str(raised.value).endswith(f"read: {path}: expected at most 14 bytes, found more")


def test_own_list_names_its_file_and_line(tmp_path: Path):
    """A broken line is named with the file it stands in."""
    path = tmp_path / "protect"
    path.write_text("\nx\n")
    with pytest.raises(DriverRefused) as raised:
        own_protect(tmp_path)
    assert str(raised.value) == (
        f"the protect list cannot be read: {path} line 2: expected an address, a prefix without"
        " host bits, resource:NAME, customer:NAME or name:NAME, found 'x'"
    )


LISTED = read_protect(["name:shop.example", "name:a.bank.example", "name:b.bank.example"])


@pytest.mark.parametrize(
    ("field", "host", "entry"),
    [
        ("url", "shop.example", "shop.example"),
        ("url", "a.b.shop.example", "shop.example"),
        ("url", "notshop.example", None),
        ("url", "bank.example", None),
        ("url", "example", None),
        ("name", "bank.example", "a.bank.example"),
        ("name", "example", "a.bank.example"),
        ("name", "ank.example", None),
        ("name", "x.shop.example", "shop.example"),
    ],
)
def test_names_that_are_protected(field, host, entry):
    """A page of the host or below it; a name also where it is above one, the first by letters."""
    aim = Scope(
        customer="acme", resource="vm-7", **{field: host if field == "name" else f"https://{host}/"}
    )
    reason = f"{host} is on the protect list (name:{entry})" if entry else None
    assert LISTED.refusal(aim) == reason


def test_only_what_is_written_on_the_machine_has_comments(tmp_path: Path):
    """In a signed list a hash is a letter of a name."""
    line = "customer:acme # ours # for now"
    assert read_protect([line]).customers == {"acme # ours # for now"}
    (tmp_path / "protect").write_text(f"{line}\n")
    assert own_protect(tmp_path).customers == {"acme"}


def test_either_list_protects():
    """Also the names of both."""
    both = read_protect(["name:a.example"]) | read_protect(["name:b.example"])
    assert both.names == {"a.example", "b.example"}


@pytest.mark.parametrize(
    ("entry", "changes", "reason"),
    [
        (
            "2001:db8:c:110::/60",
            {"address": WIDE, "prefix_length": 56},
            "a part of 2001:db8:c:100::/56 is on the protect list (2001:db8:c:110::/60)",
        ),
        ("2001:db8:d::/48", {"address": WIDE, "prefix_length": 56}, None),
        (
            "203.0.113.7",
            {"address": ip_address("64:ff9b::203.0.113.7")},
            "address 64:ff9b::cb00:7107 is on the protect list (203.0.113.7/32)",
        ),
        ("203.0.113.7", {"address": ip_address("2001:db8::cb00:7107")}, None),
        ("203.0.113.7", {"url": "http://203.0.113.7:80/a"},
         "address 203.0.113.7 is on the protect list (203.0.113.7/32)"),
        ("name:shop.example", {}, None),
    ],
)  # fmt: skip
def test_what_an_address_means(entry, changes, reason):
    """A part of an assignment, the IPv4 address behind NAT64, the host of a page."""
    aim = Scope(customer="acme", resource="vm-7", **changes)
    assert read_protect([entry]).refusal(aim) == reason


def test_the_host_of_a_scope():
    """Its name, else its page's; none where there is none."""
    aim = Scope(customer="acme", resource="vm-7")
    assert scope_host(aim) == ""
    assert scope_host(replace(aim, url="https://[::1")) == ""
    assert scope_host(replace(aim, url="mailto:x")) == ""
    assert scope_host(replace(aim, url="https://Shop.Example/a")) == "shop.example"
    assert scope_host(replace(aim, name="a.example", url="https://b.example/")) == "a.example"


def test_what_reaches_further_is_asked_for_each_address():
    """A port goes whole: each address that it carries is looked for, and whose it is."""
    aim, other = scope(Measure.ISOLATE), ip_address("203.0.113.53")
    listed = read_protect(["203.0.113.53"])
    assert listed.refusal(aim) is None
    assert "address 203.0.113.53" in (listed.reached(aim, [FOUR, other]) or "")
    assert listed.reached(aim, [FOUR]) is None
    for entry in ("customer:acme", "resource:vm-7"):
        assert read_protect([entry]).reached(aim, [FOUR])
    assert NOTHING.reached(replace(aim, customer=" "), [FOUR])


def test_a_part_of_prefixes_is_protected():
    """The entry lies in one, or around it; of the other IP version nothing does."""
    nets = [ip_network("203.0.113.32/29"), ip_network("2001:db8:1::/56")]
    for entry in ("203.0.113.33", "203.0.113.0/24", "2001:db8:1::7"):
        assert read_protect([entry]).part_of(nets)
    assert read_protect(["203.0.113.40", "2001:db8:2::/56"]).part_of(nets) is None
