"""Whose an account is: one customer's for certain, or it is left alone."""

from pathlib import Path

import pytest

from aupkeep.enforcement.accounts import check_owner
from aupkeep.model.errors import DriverRefused

TABLE = """# mailboxes
kari@example.org c1 since 2024

both@example.org c1
both@example.org c2
#dark@example.org c1
# c9
lonely@example.org
Odd@example.org c3
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "owners"
    path.write_text(TABLE)
    return str(path)


@pytest.mark.parametrize(
    ("account", "customer", "fold"),
    [("kari@example.org", "c1", False), ("odd@example.org", "c3", True)],
)
def test_an_account_of_the_customer(table, account, customer, fold):
    """By the table; letters of either case are the same where the system says so."""
    check_owner(account, customer, table, fold=fold)


@pytest.mark.parametrize(
    ("account", "customer", "owners"),
    [
        ("kari@example.org", "c2", "c1"),
        ("both@example.org", "c1", "c1, c2"),
        ("dark@example.org", "c1", "nobody"),
        ("lonely@example.org", "c1", "nobody"),
        ("odd@example.org", "c3", "nobody"),
        ("c1", "c1", "nobody"),
        ("#", "c9", "nobody"),
    ],
)
def test_an_account_that_is_not_certainly_the_customers(table, account, customer, owners):
    with pytest.raises(DriverRefused) as raised:
        check_owner(account, customer, table)
    assert str(raised.value) == f"account {account}: expected {customer}'s, found {owners}'s"


def test_without_a_table_an_account_is_its_customers_id():
    check_owner("c1", "c1", None)
    with pytest.raises(DriverRefused, match=r"^account c2: expected c1's, found c2's$"):
        check_owner("c2", "c1", None)


def test_a_table_that_is_not_there_names_nobody(tmp_path: Path):
    with pytest.raises(DriverRefused, match=r"found nobody's$"):
        check_owner("c1", "c1", str(tmp_path / "none"))


def test_the_largest_table(tmp_path: Path, monkeypatch):
    """A larger one is refused: half a table would name the wrong owner."""
    path = tmp_path / "owners"
    path.write_text("a c1\n")
    monkeypatch.setattr("aupkeep.enforcement.accounts.MAX_BYTES", 5)
    check_owner("a", "c1", str(path))
    path.write_text("a c1\n ")
    with pytest.raises(DriverRefused) as raised:
        check_owner("a", "c1", str(path))
    words = f"{path}: expected at most 5 bytes, found more"
    assert str(raised.value) == f"whose an account is cannot be read: {words}"
