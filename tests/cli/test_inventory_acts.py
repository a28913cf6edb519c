"""Acts of a person about customers and what they hold, by commands."""

FILE = b"customer,name,tags\nclinic,Clinic,protected\n"


def test_blank_tags_column_never_unprotects(aupkeep):
    """An import with a blank cell changes nothing; a command with a reason takes the tag away."""
    assert aupkeep("customers", "import", "-", given=FILE).code == 0
    aupkeep("customers", "import", "-", given=b"customer,name,tags\nclinic,The clinic,\n")
    shown = aupkeep("customers", "show", "clinic").value
    assert (shown["name"], shown["tags"]) == ("The clinic", ["protected"])
    act = ("customers", "unprotect", "clinic", "protected")
    assert aupkeep(*act).code == 2
    assert aupkeep(*act, "--reasons", "left us").value["tags"] == []
    assert aupkeep("verify").value["ok"]


LEASES = b"address,customer,resource,from,until\n203.0.113.10,alder,vm-a,2026-01-01T00:00:00Z,\n"
THEN = "2026-02-01T00:00:00Z"


def test_corrections(aupkeep):
    """A record is named by its address; the answer of today changes, that of before stays."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", given=LEASES)
    act = ("inventory", "correct", "203.0.113.10", "--reasons", "typo")
    nothing = aupkeep(*act)
    assert (nothing.code, "no difference" in nothing.err) == (2, True)
    done = aupkeep(*act, "--customer", "birch").value
    assert (done["cases"], done["doubted"]) == ([], 0)
    assert aupkeep("who", "203.0.113.10", "--at", THEN).value["customer"] == "birch"
    before = ("--known-at", "2026-02-01T00:00:00Z")
    assert aupkeep("who", "203.0.113.10", "--at", THEN, *before).value["answer"] == "unknown"
    removed = ("inventory", "correct", done["record"], "--remove", *act[3:])
    assert aupkeep(*removed).value["record"] is None
    assert aupkeep("who", "203.0.113.10", "--at", THEN).value["answer"] == "unknown"
    assert aupkeep("case", "reattribute", "NONE-0000", *act[3:]).code != 0
    assert aupkeep("verify").value["ok"]


def test_services_of_a_customer(aupkeep):
    """As JSON, and in words; nobody unknown."""
    aupkeep("customers", "import", "-", given=b"customer,name,contact\nalder,Alder,a@b.example\n")
    found = aupkeep("services", "alder").value
    assert (found["customer"], found["gaps"], found["sub_customers"]) == ("alder", 3, [])
    assert {item["kind"] for item in found["services"]} == {"account", "sign-in", "api-credentials"}
    assert "NO DRIVER REACHES IT" in aupkeep.text("services", "alder").out
    assert aupkeep("services", "nobody").code == 4


POOLS = b"""address,customer,resource,from,until,kind
203.0.113.0/24,provider,floating,2026-01-01T00:00:00Z,,pool
203.0.113.10,alder,vm-a,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,
203.0.113.11,alder,gw,2026-01-01T00:00:00Z,,router
203.0.113.12,alder,vm-a,2026-01-01T00:00:00Z,,spool
"""


def test_a_pool_is_nobody(aupkeep):
    """A released address is unknown, never of the customer beside the pool, who is not made."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    told = aupkeep("inventory", "import", "-", given=POOLS)
    assert (told.code, told.value["imported"]) == (3, 3)
    reason = "kind: expected customer, router, pool, found 'spool'"
    assert told.value["dead"] == [{"row": 5, "reason": reason}]
    for address, answer in (("203.0.113.9", "unknown"), ("203.0.113.11", "held")):
        assert aupkeep("who", address, "--at", THEN).value["answer"] == answer
    held = aupkeep("who", "203.0.113.10", "--at", "2026-01-15T00:00:00Z").value
    released = aupkeep("who", "203.0.113.10", "--at", "2026-02-02T00:00:00Z").value
    assert (held["customer"], released["answer"], released["candidates"]) == (
        "alder",
        "unknown",
        [],
    )
    assert [row["customer"] for row in aupkeep("customers", "list").value] == ["alder"]
    fixed = ("inventory", "correct", "203.0.113.9", "--customer", "birch", "--reasons", "no pool")
    assert aupkeep(*fixed).code == 0
    assert aupkeep("who", "203.0.113.9", "--at", THEN).value["customer"] == "birch"
    assert aupkeep("verify").value["ok"]


def test_the_old_word_for_how_a_file_is_written_answers_with_the_new(aupkeep):
    rows = b"address,customer,resource,from,until\n203.0.113.9,alder,vm-1,2026-01-01T00:00:00Z,\n"
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    told = aupkeep("inventory", "import", "-", "--source", "csv", given=rows)
    assert (told.code, told.value["imported"]) == (0, 1)
    assert "--as" in told.err
