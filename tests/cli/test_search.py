"""`aupkeep search`, and one customer, in the terminal."""

import pytest

from cli.conftest import ME
from cli.test_lists import CUSTOMERS, MAIL, ROWS


@pytest.fixture
def desk(aupkeep):
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("customers", "import", "-", given=CUSTOMERS)
    aupkeep("inventory", "import", "-", given=ROWS)
    aupkeep("ingest", "-", given=MAIL)
    return aupkeep


def test_a_search_answers_in_a_sentence(desk):
    """The same record as the page, in either language; a time may stand behind the address."""
    found = desk("search", "203.0.113.1").value
    assert found["answer"].startswith("=Alder (alder) holds 203.0.113.1 since 2026-01-01")
    text = desk.text("search", "203.0.113.1@2026-02-01", "--language", "nb").out
    assert text.startswith("=Alder (alder) hadde 203.0.113.1 2026-02-01 00:00 UTC")
    assert "CUSTOMER (1)" in text
    assert desk("search", "no-such-thing").value["groups"] == []
    assert desk("search", "203.0.113.1", "--at", "soon").code == 2


def test_a_customer_stands_whole(desk):
    """Facts as before, with cases and addresses over time beside them."""
    alder = desk("customer", "show", "alder").value
    assert (alder["customer"], alder["tags"]) == ("alder", ["protected"])
    assert [row["address"] for row in alder["history"]] == ["203.0.113.1"]
    lines = desk.text("customer", "show", "alder").out.splitlines()
    assert any(line.startswith("HISTORY (1)") for line in lines)
    assert [row["customer"] for row in desk("customer", "list", "--text", "bi").value] == ["birch"]
    assert len(desk("customer", "list", "--view", "unreachable").value) == 2
    assert [row["customer"] for row in desk("customer", "list", "--tag", "protected").value] == [
        "alder"
    ]


def test_a_case_is_taken_rests_and_is_noted(desk):
    """By whose this machine's user is; the list tells it, and filters by it."""
    (case,) = desk("case", "list", "--address", "203.0.113.0/24", "--assignee", "nobody").value
    taken = desk("case", "assign", case["reference"]).value
    assert taken["assignee"] == ME
    assert desk("case", "list", "--assignee", "nobody").value == []
    assert desk("case", "snooze", case["reference"], "--for", "2h").code in (0, 5)
    assert desk("case", "note", case["reference"], "seen before").code == 0
    assert desk("case", "assign", case["reference"], "--nobody").value["assignee"] is None
    for wrong in (("--sort", "x"), ("--evidence", "E9"), ("--address", "birch")):
        assert desk("case", "list", *wrong).code == 2, wrong
