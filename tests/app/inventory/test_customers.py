"""Customers imported again: what a file does not speak of stays, and protection is not lost."""

import pytest

from aupkeep.app.deciding.unprotect import unprotect
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.inventory.customers import customer_facts
from aupkeep.app.inventory.imports import import_customers
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.store import customers, log

FIRST = b"customer,name,contact,tags,tier\nclinic,Clinic,it@clinic.example,protected vip,gold\n"


def test_a_column_that_is_left_out_stays_as_it_was(context):
    """A list of new contacts alone does not take the protection off a hospital."""
    import_customers(context, FIRST)
    told = import_customers(context, b"customer,contact\nclinic,new@clinic.example\n")
    found = customer_facts("clinic")
    assert (told.imported, found.tags, found.tier) == (1, {"protected", "vip"}, "gold")
    assert [one.address for one in found.contacts] == ["new@clinic.example"]
    assert import_customers(context, FIRST).imported == 1


def test_an_empty_value_clears(context):
    """A file with the column says that there is none."""
    import_customers(context, FIRST)
    import_customers(context, b"customer,name,tier\nclinic,Clinic,\n")
    found = customer_facts("clinic")
    assert (found.tier, found.tags, len(found.contacts)) == (None, {"protected", "vip"}, 1)


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (b"clinic,Clinic,\n", {"protected", "vip"}),
        (b"clinic,Clinic, ; \n", {"protected", "vip"}),
        (b"clinic,Clinic,\nclinic\n", {"protected", "vip"}),
        (b"clinic,Clinic,gold\n", {"protected", "gold"}),
        (b"clinic,Clinic,critical\n", {"protected", "critical"}),
    ],
)
def test_blank_tags_column_never_unprotects(context, rows, left):
    """A blank cell leaves the tags, other tags leave the protection: no file takes it away."""
    import_customers(context, FIRST)
    import_customers(context, b"customer,name,tags\n" + rows)
    assert customer_facts("clinic").tags == left


def test_unprotecting_is_an_act_with_a_reason(context):
    """A person takes the tag off, the journal says who and why; without a reason nobody does."""
    import_customers(context, FIRST)
    with pytest.raises(Invalid, match="reasons"):
        unprotect(context, "clinic", "protected", person="ada", reasons=" ")
    with pytest.raises(Missing, match=r"protected, vip.*critical"):
        unprotect(context, "clinic", "critical", person="ada", reasons="moved")
    assert unprotect(context, "clinic", "Protected", person="ada", reasons="moved").tags == {"vip"}
    (logged,) = log.entries(types=(EntryType.CUSTOMER_CHANGED,))
    payload = logged.entry.payload
    assert (logged.entry.actor.id, payload["without"]) == ("ada", "protected")
    assert payload["reasons"] == "moved"


def test_unprotected_customer_leaves_the_agents_list(furnished):
    """The list that agents check (invariant 4) follows the person's act."""
    write_desired(furnished, "main")
    path = furnished.home.desired / "main.json"
    assert b"customer:clinic" in path.read_bytes()
    unprotect(furnished, "clinic", "protected", person="ada", reasons="moved")
    write_desired(furnished, "main")
    assert b"customer:clinic" not in path.read_bytes()


def test_later_of_two_imports_keeps_the_protection_of_the_first(context, monkeypatch):
    """An import that read the customers before another one protected one of them reads again."""
    import_customers(context, b"customer,name\nclinic,Clinic\n")
    look = customers.by_ids

    def slow(ids: list[str]) -> dict[str, Customer]:
        found = look(ids)
        monkeypatch.setattr(customers, "by_ids", look)
        import_customers(context, FIRST)
        return found

    monkeypatch.setattr(customers, "by_ids", slow)
    import_customers(context, b"customer,tier\nclinic,silver\n")
    assert (customer_facts("clinic").tier, customer_facts("clinic").tags) == (
        "silver",
        {"protected", "vip"},
    )


def test_the_same_file_again_changes_nothing(context):
    """Importing is idempotent."""
    import_customers(context, FIRST)
    assert import_customers(context, FIRST).unchanged == 1
