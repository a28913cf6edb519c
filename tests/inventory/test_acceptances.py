"""Who accepted which version of the binding document, row by row."""

from datetime import UTC, datetime

import pytest

from aupkeep.inventory.acceptances import ParsedAcceptance, parse_acceptance, read_acceptances
from aupkeep.model.errors import Invalid, Unreadable

ROW = {"customer": "alder", "version": "7", "accepted_at": "2026-01-02"}
DIGEST = "0123456789abcdef" * 4


def test_a_row_field_by_field():
    """Long names are cut; a hash is of small letters; what is optional may be left out."""
    bare = ParsedAcceptance(
        number=0,
        customer="alder",
        document="",
        version="7",
        accepted_at=datetime(2026, 1, 2, tzinfo=UTC),
        by="",
        digest="",
    )
    assert parse_acceptance(ROW) == bare
    more = {"document": "d" * 201, "by": "b" * 201, "hash": DIGEST.upper(), "version": "v" * 201}
    read = parse_acceptance(ROW | more, 4)
    assert (read.number, read.document, read.by) == (4, "d" * 200, "b" * 200)
    assert (read.version, read.digest) == ("v" * 200, DIGEST)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"customer": ""}, "customer: expected a value, found nothing"),
        ({"version": ""}, "version: expected a value, found nothing"),
        ({"accepted_at": ""}, "accepted_at: expected a value, found nothing"),
        ({"hash": "x" * 99}, f"hash: expected a SHA-256 in hex, found {'x' * 70!r}"),
        ({"hash": DIGEST[1:]}, f"hash: expected a SHA-256 in hex, found {DIGEST[1:]!r}"),
    ],
)
def test_what_is_missing_or_no_hash_is_named(changes, words):
    with pytest.raises(Invalid) as caught:
        parse_acceptance(ROW | changes)
    assert str(caught.value) == words
    with pytest.raises(Invalid, match=r"^accepted_at: "):
        parse_acceptance(ROW | {"accepted_at": "noon"})


def test_a_file_with_good_and_bad_rows():
    """A bad row keeps none of the others out, and says which line it is."""
    data = (
        b"hash,accepted_at,version,customer\n"
        b",2026-01-02,7,alder\n"
        b",noon,7,birch\n"
        b",2026-01-02,7,fir,more\n"
        b",2026-01-03,8,elm\n"
    )
    good, dead = read_acceptances(data)
    assert [(row.number, row.customer, row.by) for row in good] == [
        (2, "alder", ""),
        (5, "elm", ""),
    ]
    assert [row.row for row in dead] == [3, 4]
    assert dead[0].reason.startswith("accepted_at: ")
    with pytest.raises(Unreadable):
        read_acceptances(b"customer,version\nalder,7\n")
