"""Whose a command is, and what it may do, as an operator meets it in the shell."""

import json

import pytest

from app.conftest import NOON, report
from aupkeep.model.roles import ROLES
from cli.conftest import ME

HEAD = b"address,customer,resource,from,until\n"
GOOD = b"203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"
SUSPEND = ("--measure", "suspend-account", "--reasons", "it goes on", "--hours", 24)
BLOCK = ("--measure", "block-port", "--reasons", "it goes on", "--hours", 1)


def refused(told):
    """The words of a refusal: exit 6."""
    assert (told.code, told.error["error"]) == (6, "forbidden"), told
    return told.error["message"]


@pytest.fixture
def reference(aupkeep):
    """A case; the reference."""
    aupkeep("listen", "off", "--reason", "a test")
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", "--as", "csv", given=HEAD + GOOD)
    (told,) = aupkeep("ingest", "-", given=report("203.0.113.1", NOON)).value
    return told["cases"][0]


def exported(aupkeep, tmp_path):
    """The journal's lines."""
    file = tmp_path / "journal.jsonl"
    assert aupkeep("export", file).code == 0
    return file.read_text("utf-8")


def test_the_first_command_makes_its_person(aupkeep, tmp_path):
    """Mapped to this machine's user, with all roles, once, and in the journal."""
    aupkeep("inventory", "own", "list")
    (person,) = aupkeep("staff", "list").value
    assert (person["address"], person["roles"]) == (ME, list(ROLES))
    assert person["unix_user"] == ME.partition("@")[0]
    lines = exported(aupkeep, tmp_path)
    assert lines.count('"unix_user":') == 1
    assert f'"id":"{ME}"' in lines.splitlines()[-1]
    assert '"to":"journal.jsonl"' in lines.splitlines()[-1]


def test_invariant_15_as_must_be_who_gives_the_command(aupkeep, reference):
    """Oneself by address or user; twice is once; another name is refused with what to do."""
    aupkeep("staff", "add", "bea@example.com", "--name", "Bea", "--role", "senior")
    for other in ("bea@example.com", "ghost"):
        for named in (("--as", other), ("--as", ME, "--as", other)):
            words = refused(aupkeep("decide", reference, *SUSPEND, *named))
            assert "aupkeep approve" in words
            assert repr(other) in words
    assert aupkeep("case", "show", reference).value["decisions"] == []
    user = ME.partition("@")[0]
    told = aupkeep("decide", reference, *BLOCK, "--as", ME, "--as", user)
    assert told.code == 0, told.err
    (decision,) = aupkeep("case", "show", reference).value["decisions"]
    assert (decision["author"], decision["approvers"]) == (ME, [])


def test_a_colleague_approves_with_their_own(aupkeep, reference):
    """By a token of their own or a one-time link, each once; not by who asked, nor any token."""
    link = aupkeep("staff", "add", "bea@example.com", "--name", "Bea", "--role", "senior")
    asked = aupkeep("decide", reference, *SUSPEND).value
    assert (asked["state"], asked["actions"]) == ("waits for a second person", [])
    number = asked["decision"]
    assert "invariant 15" in refused(aupkeep("approve", number))
    report_token = aupkeep("token", "add", "feed").value["token"]
    refused(aupkeep("approve", number, "--token", report_token))
    own = ("--scope", "approve", "--person", "bea@example.com")
    token = aupkeep("token", "add", "bea", *own).value["token"]
    made = aupkeep("approve", number, "--token", token, "--reasons", "I looked")
    assert (made.code, made.value["decision"], made.value["level"]) == (0, number, "L6"), made.err
    again = aupkeep("approve", number, "--token", token)
    assert (again.code, "bea@example.com approved it" in again.err) == (5, True)
    again = aupkeep("decide", reference, *SUSPEND).value["decision"]
    assert aupkeep("approve", again, "--token", link.value["link"]).code == 0
    assert aupkeep("approve", again, "--token", link.value["link"]).code == 4
    (first, second) = aupkeep("case", "show", reference).value["decisions"]
    for decision in (first, second):
        assert (decision["author"], decision["approvers"]) == (ME, ["bea@example.com"])
    assert aupkeep("verify").value["ok"]


def test_who_is_no_operator_changes_no_staff(aupkeep, reference):
    """As the network centre one blocks by a runbook, and neither adds staff nor exports."""
    aupkeep("staff", "add", "op@example.com", "--name", "Op", "--role", "operator")
    assert aupkeep("staff", "role", ME, "--role", "noc").value["roles"] == ["noc"]
    refused(aupkeep("staff", "add", "x@example.com", "--name", "X"))
    refused(aupkeep("staff", "role", ME, "--role", "senior"))
    refused(aupkeep("token", "add", "feed"))
    refused(aupkeep("export", "-"))
    refused(aupkeep("inbox"))
    refused(aupkeep("source", "list"))
    refused(aupkeep("listen", "off", "--reason", "x"))
    refused(aupkeep("decide", reference, *BLOCK))
    shown = aupkeep("case", "show", reference).value
    assert "cert.example" not in json.dumps(shown)
    assert aupkeep("decide", reference, *BLOCK, "--runbook", "guessing").code == 0
    assert aupkeep("freeze", "--reason", "x").code == 0
    refused(aupkeep("thaw", "--reason", "x"))


def test_invariant_15_nobody_removes_themselves(aupkeep, reference):
    """The user of the machine would become the one who is left."""
    aupkeep("staff", "add", "bea@example.com", "--name", "Bea", "--role", "senior")
    assert aupkeep("staff", "remove", ME, "--reason", "x").code == 5
    assert {person["address"] for person in aupkeep("staff", "list").value} == {
        ME,
        "bea@example.com",
    }


def test_one_may_take_an_address_of_ones_own(aupkeep, reference):
    """The first record is named once; not after it decided something."""
    named = aupkeep("staff", "add", "ada@example.com", "--name", "Ada", "--me")
    assert named.code == 0, named.err
    (person,) = aupkeep("staff", "list").value
    assert (person["address"], person["roles"]) == ("ada@example.com", list(ROLES))
    assert aupkeep("decide", reference, *BLOCK, "--as", "ada@example.com").code == 0
    assert aupkeep("staff", "add", "eve@example.com", "--name", "Eve", "--me").code == 5


def test_invariant_15_an_outside_approver_is_good_for_one_decision(aupkeep, reference):
    """Named for one that waits, with a token of their own: it approves that, once, and no more."""
    outside = ("law@firm.example", "--name", "Kari Lov")
    assert aupkeep("staff", "outside", "nothing", *outside).code == 4
    number = aupkeep("decide", reference, *SUSPEND).value["decision"]
    other = aupkeep("decide", reference, *SUSPEND).value["decision"]
    for own in (ME, "bea@example.com", "Bea@Example.com"):
        aupkeep("staff", "add", "bea@example.com", "--name", "Bea")
        refused(aupkeep("staff", "outside", number, own, "--name", "x"))
    named = aupkeep("staff", "outside", number, *outside)
    assert named.code == 0, named.err
    token = named.value["token"]
    refused(aupkeep("approve", other, "--token", token))
    refused(aupkeep("approve", "nothing", "--token", token))
    assert "law@firm.example" not in {x["address"] for x in aupkeep("staff", "list").value}
    assert aupkeep("staff", "link", "law@firm.example").code == 4
    refused(aupkeep("decide", reference, *BLOCK, "--as", "law@firm.example"))
    made = aupkeep("approve", number, "--token", token, "--reasons", "I read the log")
    assert (made.code, made.value["decision"], made.value["level"]) == (0, number, "L6"), made.err
    shown = aupkeep("case", "show", reference).value["decisions"]
    assert shown[-1]["approvers"] == ["law@firm.example"]
    refused(aupkeep("approve", number, "--token", token))
    refused(aupkeep("approve", other, "--token", token))
    assert aupkeep("verify").value["ok"]


def test_an_outside_approver_ratifies_a_broken_glass(aupkeep, reference):
    """A provider of one person breaks the glass, and somebody outside makes it last."""
    made = aupkeep("decide", reference, *SUSPEND, "--break-glass").value
    named = ("law@firm.example", "--name", "Kari Lov")
    token = aupkeep("staff", "outside", made["decision"], *named).value["token"]
    done = aupkeep("approve", made["decision"], "--token", token)
    assert done.code == 0, done.err
    assert done.value["ends"] is not None
