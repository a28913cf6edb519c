"""Customers imported again: what a file does not speak of stays, and protection is not lost."""

from aupkeep.app.inventory.customers import customer_facts
from aupkeep.app.inventory.imports import import_customers

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
    import_customers(context, b"customer,name,tags\nclinic,Clinic,\n")
    found = customer_facts("clinic")
    assert (found.tags, found.tier, len(found.contacts)) == (frozenset(), "gold", 1)


def test_a_file_with_a_broken_row_lifts_no_protection(context):
    """The broken row may be the one that protects; another tag goes as the file says."""
    import_customers(context, FIRST)
    told = import_customers(context, b"customer,name,tags\nclinic,Clinic,\nclinic\n")
    assert [one.row for one in told.dead] == [3]
    assert customer_facts("clinic").tags == {"protected"}


def test_the_same_file_again_changes_nothing(context):
    """Importing is idempotent."""
    import_customers(context, FIRST)
    assert import_customers(context, FIRST).unchanged == 1
