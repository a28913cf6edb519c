"""A hypervisor's domains by what virsh prints, word for word; no command is run."""

from datetime import UTC, datetime

import pytest

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources import libvirt
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid, Unreadable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = (f"6695eb01-f6a4-8304-79aa-97f2502e193{n}" for n in range(2))


def domain(interfaces="", metadata=""):
    """The XML of a domain."""
    return (
        f"<domain><metadata>{metadata}</metadata><devices>{interfaces}</devices>"
        "<other><interface><ip address='192.0.2.99'/></interface></other></domain>"
    )


def interface(*addresses: str, filtered=()):
    """One of its interfaces."""
    ips = "".join(f"<ip address='{text}'/>" for text in addresses)
    names = "".join(f"<parameter name='IP' value='{text}'/>" for text in filtered)
    other = "<parameter name='MAC' value='192.0.2.98'/>"
    return f"<interface>{ips}<filterref>{names}{other}</filterref></interface>"


@pytest.fixture
def virsh(monkeypatch):
    """What it prints, by its words; `made` is what it was made with."""
    prints: dict[tuple[str, ...], str] = {}

    class Double:
        made: tuple[object, ...] = ()

        def __init__(self, *given: object) -> None:
            Double.made = given

        def begin(self) -> None:
            """A look."""

        def ask(self, *words: str) -> str:
            """What it prints."""
            return prints[words]

    monkeypatch.setattr(libvirt, "Virsh", Double)
    prints["list", "--all", "--uuid"] = f"{ONE}\n\n {TWO} \n"
    prints["list", "--uuid"] = ""
    for uuid in (ONE, TWO):
        prints["dumpxml", uuid] = domain()
    return prints, Double


def look(customers=None, **options: object):
    """One look."""
    known = SourceOptions(name="kvm", customers=customers or {}, options=options)
    return libvirt.SOURCE.open(known, HttpClient("http://localhost/"))(NOON)


def rows(reading):
    return [(str(row.prefix), row.customer, row.resource, row.pool) for row in reading.rows]


def test_where_an_address_may_stand(virsh):
    """In an interface or its filter, each once; what the guest or another element says is none."""
    prints, _ = virsh
    prints["dumpxml", ONE] = domain(
        interface("203.0.113.7", "2001:db8::7", filtered=["203.0.113.8", "203.0.113.7"])
    )
    assert rows(look({ONE: "kari"})) == [
        (prefix, "kari", f"domain:{ONE}", False)
        for prefix in ("203.0.113.7/32", "2001:db8::7/128", "203.0.113.8/32")
    ]


def test_a_lease_counts_while_the_domain_runs(virsh):
    """And where leases are wanted; other lines of the answer say nothing."""
    prints, _ = virsh
    prints["domifaddr", ONE, "--source", "lease"] = (
        " vnet0  52:54:00:00:00:01  ipv4  203.0.113.9/24\n"
        " vnet0  52:54:00:00:00:01  ipv6  2001:db8::9\n - a line of another kind\n"
    )
    assert rows(look()) == []
    prints["list", "--uuid"] = ONE
    found = [row[0] for row in rows(look())]
    assert found == ["203.0.113.9/32", "2001:db8::9/128"]
    assert rows(look(leases=False)) == []


@pytest.mark.parametrize(
    ("metadata", "customers", "named", "customer"),
    [
        ("", {ONE: "kari"}, False, "kari"),
        ("", {}, True, ""),
        ("<a><h customer='c-1'/></a>", {"c-1": "kari", ONE: "ola"}, False, "kari"),
        ("<h customer='c-1'/><x customer='c-1'/><y customer=''/>", {"c-1": "kari"}, False, "kari"),
        ("<h customer='c-1'/>", {ONE: "ola"}, False, ""),
        ("<h customer='c-1'/>", {}, True, "c-1"),
        ("<h customer='c-1'/>", {"c-1": "kari"}, True, "kari"),
    ],
)
def test_whose_a_domain_is(virsh, metadata, customers, named, customer):
    """By its metadata, else by its UUID; of whom nobody says so it is a pool, and told."""
    virsh[0]["dumpxml", ONE] = domain(interface("203.0.113.7"), metadata)
    reading = look(customers, **({"named": True} if named else {}))
    assert rows(reading) == [("203.0.113.7/32", customer, f"domain:{ONE}", not customer)]
    assert reading.unmapped == (set() if customer else {ONE})


@pytest.mark.parametrize(
    ("address", "metadata", "reason", "prefix"),
    [
        ("203.0.113.999", "", f"{TWO}: address: ", None),
        ("", "", f"{TWO}: address: ", None),
        (
            "203.0.113.7",
            "<a customer='c-1'/><b customer='c-2'/>",
            f"{TWO}: metadata: expected one customer, found 2",
            "203.0.113.7/32",
        ),
        (
            "203.0.113.7",
            "<a customer='c\u200b1'/>",
            f"{TWO}: metadata customer: ",
            "203.0.113.7/32",
        ),
    ],
)
def test_a_row_that_says_nothing(virsh, address, metadata, reason, prefix):
    """It is told with its number and its domain, and the others count."""
    virsh[0]["dumpxml", ONE] = domain(interface("203.0.113.8"))
    virsh[0]["dumpxml", TWO] = domain(interface(address), metadata)
    reading = look()
    (told,) = reading.rejected
    assert told.row == 2
    assert told.reason.startswith(reason)
    assert (told.prefix and str(told.prefix)) == prefix
    assert len(reading.rows) == 1


def test_an_interface_without_words(virsh):
    """An element without an address names none: it is told."""
    virsh[0]["dumpxml", ONE] = domain(
        "<interface><ip/><filterref><parameter name='IP'/></filterref></interface>"
    )
    (told,) = look().rejected
    assert told.reason == f"{ONE}: address: expected an IPv4 or IPv6 address, found ''"


@pytest.mark.parametrize(
    ("words", "answer", "said"),
    [
        (
            ("list", "--all", "--uuid"),
            f"{ONE}\nvm-7\n",
            "virsh list: expected at most 20000 UUIDs, found others",
        ),
        (
            ("list", "--all", "--uuid"),
            f"{ONE}\n" * 20_001,
            "virsh list: expected at most 20000 UUIDs, found others",
        ),
        (
            ("dumpxml", ONE),
            "<network/>",
            "virsh dumpxml: expected a domain, found another document",
        ),
    ],
)
def test_an_answer_of_another_kind(virsh, words, answer, said):
    virsh[0][words] = answer
    with pytest.raises(Unreadable) as caught:
        look()
    assert str(caught.value) == said


def test_as_many_domains_as_may_be(virsh):
    virsh[0]["list", "--uuid"] = f"{ONE}\n" * 20_000
    virsh[0]["domifaddr", ONE, "--source", "lease"] = ""
    assert look().rows == []


def test_options(virsh):
    """What virsh is asked, and what is no answer to yes or no."""
    look()
    assert virsh[1].made == ("qemu:///system", "virsh")
    look(uri="qemu+ssh://h/system", virsh="/usr/bin/virsh")
    assert virsh[1].made == ("qemu+ssh://h/system", "/usr/bin/virsh")
    for wrong in ({"leases": 1}, {"named": "yes"}):
        with pytest.raises(Invalid) as caught:
            look(**wrong)
        words = "options leases, named: expected true or false, found another type"
        assert str(caught.value) == words
