"""Customers are read row by row; rows of one customer are one record."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.customers import fields_present, parse_contact, read_customers
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.errors import Invalid, Unreadable

HEADER = "customer,name,type,contact,role,language,brand,tier,parent,external_id,tags,since\n"


def test_rows_of_one_customer_join():
    """Contacts add up; what a later row leaves empty stands as it was."""
    customers, dead = read_customers(
        (
            HEADER
            + "k1,Kåre AS,business,abuse@kare.example,abuse,no,zap,gold,reseller,77,"
            + "protected; critical vip,2024-05-01\n"
            + "k2,,,,,,,,,,,\n"
            + "k1,,,drift@kare.example,technical,en,,,,,,\n"
            + "k1,,,drift@kare.example,technical,en,,,,,,\n"
        ).encode()
    )
    assert not dead
    first, second = customers
    assert first.contacts == (
        Contact(address="abuse@kare.example", role="abuse", language="nb"),
        Contact(address="drift@kare.example", role="technical", language="en"),
    )
    assert first.tags == {"protected", "critical", "vip"}
    assert (first.name, first.parent, first.since) == (
        "Kåre AS",
        "reseller",
        datetime(2024, 5, 1, tzinfo=UTC),
    )
    assert (second.name, second.contacts, second.bare) == ("k2", (), False)


BROKEN = {
    "k1,Other,,,,,,,,,,": "name: expected 'One' as in row 2, found 'Other'",
    "k3,,robot,,,,,,,,,": "type: expected one of business, private, found 'robot'",
    f"k3,,{'r' * 61},,,,,,,,,": f"type: expected one of business, private, found {'r' * 60!r}",
    "k3,,,not an address,,,,,,,,": "contact: expected a mail address, found 'not an address'",
    f"k3,,,{'x' * 61},,,,,,,,": f"contact: expected a mail address, found {'x' * 60!r}",
    "k3,,,a@b.example,boss,,,,,,,": (
        "role: expected one of abuse, technical, legal, owner, billing, abuse-desk, found 'boss'"
    ),
    "k3,,,a@b.example,,english,,,,,,": (
        "language: expected a code such as en or nb, found 'english'"
    ),
    f"k3,,,a@b.example,,{'e' * 61},,,,,,": (
        f"language: expected a code such as en or nb, found {'e' * 60!r}"
    ),
    "k3,,,,,,,,,,ok <b>,": "tags: expected words such as protected, found '<b>'",
    f"k3,,,,,,,,,,{'x' * 65},": f"tags: expected words such as protected, found {'x' * 60!r}",
    "k3,,,,,,,,,,,yesterday": (
        "since: expected RFC 3339 such as 2026-03-01T12:00:00Z, found 'yesterday'"
    ),
    "k3,,,,,,,,,,,2026-02-30": "since: expected an existing moment, found",
    f"k3,{'x' * 201},,,,,,,,,,": "name: expected at most 200 characters, found 201",
    f"k3,,,,,,{'x' * 201},,,,,": "brand: expected at most 200 characters, found 201",
    f"k3,,,,,,,{'x' * 201},,,,": "tier: expected at most 200 characters, found 201",
    f"k3,,,,,,,,{'x' * 201},,,": "parent: expected at most 200 characters, found 201",
    f"k3,,,,,,,,,{'x' * 201},,": "external_id: expected at most 200 characters, found 201",
    ",,,,,,,,,,,": "customer: expected a value, found none",
    "k3": "expected 12 values, found 1",
}


@pytest.mark.parametrize("line", BROKEN)
def test_broken_row(line):
    """A broken row is named, and leaves the other customers and nothing of itself."""
    customers, dead = read_customers(f"{HEADER}k1,One,,,,,,,,,,\n{line}\nk2,,,,,,,,,,,\n".encode())
    assert [customer.id for customer in customers] == ["k1", "k2"]
    assert [item.row for item in dead] == [3]
    assert dead[0].reason.startswith(BROKEN[line])
    assert len(dead[0].reason) < len(BROKEN[line]) + 60


def test_every_field():
    """Each column goes to its own field, and the least is a name and nothing else."""
    (whole, least), dead = read_customers(
        (
            HEADER
            + "k1, One ,Organisation,a@b.example,Billing,NN,brand,tier,parent,id,A;b\tc ,"
            + "2026-03-01T12:00:00+01:00\nk2,,,c@d.example,,,,,,,,\n"
        ).encode()
    )
    assert not dead
    assert whole == Customer(
        id="k1",
        name="One",
        type="business",
        contacts=(Contact(address="a@b.example", role="billing", language="nn"),),
        brand="brand",
        tier="tier",
        parent="parent",
        external_id="id",
        tags=frozenset({"a", "b", "c"}),
        since=datetime(2026, 3, 1, 11, tzinfo=UTC),
    )
    assert least.contacts == (Contact(address="c@d.example", role="abuse", language="en"),)
    assert least.name == "k2"


@pytest.mark.parametrize("words", ["company", "organization", "firm", "Business"])
def test_words_for_a_company(words):
    """What a spreadsheet calls a company is a business."""
    (customer,), _ = read_customers(f"customer,type\nk1,{words}\n".encode())
    assert customer.type == "business"


@pytest.mark.parametrize("words", ["individual", "Consumer", "private"])
def test_words_for_a_person(words):
    """What a spreadsheet calls a person is private."""
    (customer,), _ = read_customers(f"customer,type\nk1,{words}\n".encode())
    assert customer.type == "private"


def test_a_time_zone_is_one_of_the_database():
    """By its IANA name; another is refused and its column named."""
    (oslo,), (dead,) = read_customers(b"customer,zone\nk1,Europe/Oslo\nk2,Nowhere\n")
    assert (oslo.id, oslo.zone, dead.row) == ("k1", "Europe/Oslo", 3)
    assert dead.reason.startswith("zone: expected")
    assert "'Nowhere'" in dead.reason


def test_a_later_row_adds_what_the_first_left_empty():
    """A later row may say more, and not otherwise."""
    rows = "k1,,,,,,,gold,,,,\nk1,One,,,,,,gold,,,,\nk1,,,,,,,silver,,,,\nk1,Two,,,,,,,,,,\n"
    (customer,), dead = read_customers((HEADER + rows).encode())
    assert (customer.name, customer.tier) == ("One", "gold")
    assert [item.reason for item in dead] == [
        "tier: expected 'gold' as in row 2, found 'silver'",
        "name: expected 'One' as in row 2, found 'Two'",
    ]


def test_fields_present():
    """A file speaks of the fields it has columns for; contacts are one of them."""
    assert fields_present(b"customer,Tags,name,role,other\n") == {"tags", "name"}
    assert fields_present(b"customer,contact\n") == {"contacts"}


def test_guards_of_broken_rows():
    """Only what protects counts of a broken row, added to what the good rows say."""
    rows = (
        "k1,,,,,,,,,,vip,\nk1,,robot,,,,,,,,Critical;vip2,\nk1,,robot,,,,,,,,protected,\n"
        "k2,,robot,,,,,,,,protected,\nk3,,,,,,,,,,,\nk3,,robot,,,,,,,,vip,\n"
    )
    (first, third), dead = read_customers((HEADER + rows).encode())
    assert first.tags == {"vip", "critical", "protected"}
    assert (third.id, third.tags, len(dead)) == ("k3", frozenset(), 4)


def test_the_longest_address():
    """254 characters are an address, one more is not; no language is English."""
    address = f"{'a' * 64}@{'b' * 189}"
    assert parse_contact(address) == Contact(address=address, role="abuse", language="en")
    for wrong in (f"{address}b", f"a{'a' * 64}@b"):
        with pytest.raises(Invalid, match=r"^contact: expected a mail address, found"):
            parse_contact(wrong)
    assert parse_contact("a@b", "OWNER", "EN").role == "owner"


@given(st.binary(max_size=200))
def test_raises_only_unreadable(data):
    """Random bytes after a header end in customers or dead rows."""
    customers, dead = read_customers(HEADER.encode() + data)
    assert len(customers) + len(dead) <= data.count(b"\n") + 1


@pytest.mark.parametrize(
    "header",
    ["address,customer,resource,from", "customer,version,accepted_at", "customer,x"],
)
def test_a_list_of_something_else_makes_no_customers(header):
    """An assignments file names customers too; it says nothing of them."""
    row = ",".join("a" for _ in header.split(","))
    with pytest.raises(Unreadable, match="header: expected one of name,type,contact"):
        read_customers(f"{header}\n{row}\n".encode())


def test_the_columns_of_another_list_are_named():
    """As many as 200 characters hold; names alone, or a column more, are a list of customers."""
    others = [f"{number:03}" for number in range(99)]
    with pytest.raises(Unreadable) as caught:
        read_customers(f"customer,{','.join(reversed(others))}\n".encode())
    assert str(caught.value).endswith(f", found {','.join(others)[:200]!r}")
    for text in ("customer\nk1\n", "customer,name,more\nk1,K,x\n"):
        assert [customer.id for customer in read_customers(text.encode())[0]] == ["k1"]


def test_needs_its_column():
    """A file without the column is unreadable."""
    with pytest.raises(Unreadable, match="customer"):
        read_customers(b"name\nx\n")


@pytest.mark.parametrize(
    "text", ["a@b\r\nBcc: c@d", "a b@c", "@c", "a@", "a@b@c", "x" * 300 + "@b"]
)
def test_contact_cannot_carry_a_header(text):
    """An address that is more than an address is refused."""
    with pytest.raises(Invalid):
        parse_contact(text)


@pytest.mark.parametrize("by", [";", "\t"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_other_separators_and_encodings(by, code):
    """What spreadsheets save outside England is read by its header."""
    text = f'customer{by}name{by}tags\r\nk1{by}Kåre{by}"vip;protected,eu|west"\r\n'
    (customer,), dead = read_customers(text.encode(code))
    assert not dead
    assert (customer.name, customer.tags) == ("Kåre", {"vip", "protected", "eu", "west"})


def test_a_broken_row_still_protects():
    """The row that would have said so is dead; the customer is there by another, and protected."""
    rows = "k1,,,broken address,,,,,,,protected,\nk1,,,a@b.example,,,,,,,,\nk2,,,,,,,,,,,\n"
    (first, second), dead = read_customers((HEADER + rows).encode())
    assert (len(dead), first.tags, second.tags) == (1, {"protected"}, frozenset())


ABOVE = {
    "itself": ("k1,k1", {}, {"k1": "k1"}),
    "in the file": ("k1,k2\nk2,k3\nk3,k1", {}, {"k1": "k2", "k2": "k3", "k3": "k1"}),
    "by what is known": ("k1,k2", {"k2": "k1"}, {"k1": "k2"}),
    "against what is known": ("k1,", {"k1": "k2", "k2": "k1"}, {}),
    "below a circle": ("k1,k2", {"k2": "k3", "k3": "k2"}, {}),
    "a chain": ("k1,k2\nk2,k3\nk3,", {}, {}),
    "a customer called None": ("k1,\nNone,k1", {}, {}),
    "a long name": (f"k1,{'x' * 61}", {"x" * 61: "k1"}, {"k1": "x" * 60}),
}


@pytest.mark.parametrize("name", ABOVE)
def test_nobody_stands_above_themselves(name):
    """Not by the file, nor by what was known before it; whoever would is named and left out."""
    lines, parents, refused = ABOVE[name]
    customers, dead = read_customers(f"customer,parent\n{lines}\n".encode(), parents)
    names = [line.partition(",")[0] for line in lines.splitlines()]
    assert [customer.id for customer in customers] == [x for x in names if x not in refused]
    assert [(item.row, item.reason) for item in dead] == [
        (
            names.index(below) + 2,
            f"parent: expected nobody above themselves, found {above!r} below {below}",
        )
        for below, above in refused.items()
    ]


@pytest.mark.parametrize(("word", "type_"), [("Company", "business"), ("person", "private")])
def test_everyday_words_for_a_type(word, type_):
    """A company is a business, a person is private."""
    (customer,), _ = read_customers(f"customer,type\nk1,{word}\n".encode())
    assert customer.type == type_
