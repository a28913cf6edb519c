"""Customers are read row by row; rows of one customer are one record."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.customers import parse_contact, read_customers
from aupkeep.model.customer import Contact
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
    "k1,Other,,,,,,,,,,": "expected 'One' as in row 2, found 'Other'",
    "k3,,robot,,,,,,,,,": "one of business, private",
    "k3,,,not an address,,,,,,,,": "a mail address",
    "k3,,,a@b.example,boss,,,,,,,": "one of abuse",
    "k3,,,a@b.example,,english,,,,,,": "such as en or nb",
    "k3,,,,,,,,,,<b>,": "words such as",
    "k3,,,,,,,,,,,yesterday": "RFC 3339",
    ",,,,,,,,,,,": "customer: expected a value",
    "k3": "expected 12 values, found 1",
}


@pytest.mark.parametrize("line", BROKEN)
def test_broken_row(line):
    """A broken row is named, and leaves the other customers and nothing of itself."""
    customers, dead = read_customers(f"{HEADER}k1,One,,,,,,,,,,\n{line}\nk2,,,,,,,,,,,\n".encode())
    assert [customer.id for customer in customers] == ["k1", "k2"]
    assert dead[0].row == 3
    assert BROKEN[line] in dead[0].reason


@given(st.binary(max_size=200))
def test_raises_only_unreadable(data):
    """Random bytes after a header end in customers or dead rows."""
    customers, dead = read_customers(HEADER.encode() + data)
    assert len(customers) + len(dead) <= data.count(b"\n") + 1


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
    text = f'customer{by}name{by}tags\r\nk1{by}Kåre{by}"vip;protected"\r\n'
    (customer,), dead = read_customers(text.encode(code))
    assert not dead
    assert (customer.name, customer.tags) == ("Kåre", {"vip", "protected"})


def test_a_broken_row_still_protects():
    """The row that would have said so is dead; the customer is there by another, and protected."""
    rows = "k1,,,broken address,,,,,,,protected,\nk1,,,a@b.example,,,,,,,,\nk2,,,,,,,,,,,\n"
    (first, second), dead = read_customers((HEADER + rows).encode())
    assert (len(dead), first.tags, second.tags) == (1, {"protected"}, frozenset())


@pytest.mark.parametrize(("word", "type_"), [("Company", "business"), ("person", "private")])
def test_everyday_words_for_a_type(word, type_):
    """A company is a business, a person is private."""
    (customer,), _ = read_customers(f"customer,type\nk1,{word}\n".encode())
    assert customer.type == type_
