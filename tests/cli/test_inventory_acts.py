"""Acts of a person about customers and what they hold, by commands."""

FILE = b"customer,name,tags\nclinic,Clinic,protected\n"


def test_blank_tags_column_never_unprotects(aupkeep):
    """An import with a blank cell changes nothing; a command with a reason takes the tag away."""
    assert aupkeep("customers", "import", "-", given=FILE).code == 0
    aupkeep("customers", "import", "-", given=b"customer,name,tags\nclinic,The clinic,\n")
    shown = aupkeep("customers", "show", "clinic").value
    assert (shown["name"], shown["tags"]) == ("The clinic", ["protected"])
    act = ("customers", "unprotect", "clinic", "protected", "--as", "ada@example.com")
    assert aupkeep(*act).code == 2
    assert aupkeep(*act, "--reasons", "left us").value["tags"] == []
    assert aupkeep("verify").value["ok"]
