"""The commands beside the desk's own pages."""

import pytest


@pytest.fixture
def desk(aupkeep):
    """A desk with a permission, a token and an option of its own."""
    aupkeep("customers", "import", "-", given=b"customer,name\nalder,Alder\n")
    said = ("--until", "2026-12-31T00:00:00Z", "--reasons", "a study")
    aupkeep("permission", "add", "alder/vm-1", "connection/port_scan", *said)
    aupkeep("token", "add", "reader", "--scope", "audit")
    aupkeep("settings", "set", "mail.sender", "abuse@fjord.example")
    return aupkeep


def test_permissions_are_listed_by_state(desk):
    (live,) = desk("permission", "list").value
    assert (live["resource"], live["state"], live["reasons"]) == ("alder/vm-1", "live", "a study")
    desk("permission", "remove", "alder/vm-1", "connection/port_scan", "--reasons", "over")
    assert desk("permission", "list").value == []
    (ended,) = desk("permission", "list", "--state", "ended").value
    assert ended["revoked_by"] == live["by"]


def test_settings_say_where_each_comes_from(desk):
    options = {one["option"]: one for one in desk("settings", "list").value}
    sender, port = options["mail.sender"], options["mail.relay_port"]
    assert (sender["value"], sender["origin"]) == ("abuse@fjord.example", "file")
    assert sender["place"].endswith("aupkeep.toml")
    assert (port["value"], port["default"], port["origin"]) == (25, 25, "default")
    assert options["database"]["value"] == "sqlite"


def test_staff_and_tokens_say_how_they_are_used(desk):
    (me,) = desk("staff", "list").value
    assert (me["active"], me["sessions"], me["links"]) == (True, 0, 0)
    (token,) = desk("token", "list").value
    assert (token["name"], token["scopes"], token["used"]) == ("reader", ["audit"], None)
    assert "digest" not in token


def test_an_entry_is_shown_with_its_proof(desk):
    newest, *_ = desk("journal", "list", "--limit", "2").value
    assert newest["type"] == "settings-changed"
    shown = desk("journal", "show", str(newest["index"])).value
    assert shown["proof"]["holds"] is True
    assert shown["payload"]["option"] == "mail.sender"
    assert desk("journal", "show", "999").code == 4
    before = desk("journal", "list", "--before", str(newest["index"])).value
    assert before[0]["index"] == newest["index"] - 1


def test_the_last_verification_is_remembered(desk):
    assert desk("journal", "status").value["last"] is None
    verified = desk("verify", "--offline").value
    status = desk("journal", "status").value
    assert (status["last"]["ok"], status["last"]["entries"]) == (True, verified["entries"])
    assert status["since"] == 0


def test_figures_and_policy_are_printed(desk):
    assert desk("statistics", "--days", "7").value["first_act"]["opened"] == 0
    rules = [rule for clause in desk("policy", "show").value["clauses"] for rule in clause["rules"]]
    assert {"intrusion-inform", "spam-inform"} <= {rule["rule"] for rule in rules}
    assert all(rule["when"] for rule in rules)
    assert desk("notice", "list").value == []
    assert desk("notice", "show", "x").code == 4


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "json", "doctor"),
        ("doctor", "-o", "json"),
        ("-ojson", "doctor"),
    ],
)
@pytest.mark.network
def test_doctor_says_four_things_of_each_check_wherever_the_form_stands(words, aupkeep):
    checks = aupkeep.text(*words).value
    assert checks
    assert all(list(check) == ["check", "ok", "found", "remedy"] for check in checks)
