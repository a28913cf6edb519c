"""Customers imported again: what a file does not speak of stays, and protection is not lost."""

from aupkeep.app.inventory.customers import customer_facts
from aupkeep.app.inventory.imports import import_customers

FIRST = b"customer,name,contact,tags,tier\nclinic,Clinic,it@clinic.example,protected vip,gold\n"


def test_a_column_that_is_left_out_stays_as_it_was(desk):
    """A list of new contacts alone does not take the protection off a hospital."""
    import_customers(desk, FIRST)
    told = import_customers(desk, b"customer,contact\nclinic,new@clinic.example\n")
    found = customer_facts(desk, "clinic")
    assert (told["imported"], found["tags"], found["tier"]) == (1, ["protected", "vip"], "gold")
    assert [one["address"] for one in found["contacts"]] == ["new@clinic.example"]
    assert import_customers(desk, FIRST)["imported"] == 1


def test_an_empty_value_clears(desk):
    """A file with the column says that there is none."""
    import_customers(desk, FIRST)
    import_customers(desk, b"customer,name,tags\nclinic,Clinic,\n")
    found = customer_facts(desk, "clinic")
    assert (found["tags"], found["tier"], len(found["contacts"])) == ([], "gold", 1)


def test_a_file_with_a_broken_row_lifts_no_protection(desk):
    """The broken row may be the one that protects; another tag goes as the file says."""
    import_customers(desk, FIRST)
    told = import_customers(desk, b"customer,name,tags\nclinic,Clinic,\nclinic\n")
    assert [one["row"] for one in told["dead"]] == [3]
    assert customer_facts(desk, "clinic")["tags"] == ["protected"]


def test_the_same_file_again_changes_nothing(desk):
    """Importing is idempotent."""
    import_customers(desk, FIRST)
    assert import_customers(desk, FIRST)["unchanged"] == 1
