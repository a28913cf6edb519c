"""`aupkeep doctor`, and the commands that it names, as another program runs them."""

import pytest


@pytest.fixture(autouse=True)
def relay(monkeypatch):
    """No relay is asked."""
    monkeypatch.setattr("aupkeep.app.notifying.delivery.relay_trouble", lambda _: "refused")


def test_doctor_names_the_commands_that_mend(aupkeep):
    """Each check has its four fields; what one remedy sets is ok at the next look."""
    ended = aupkeep("doctor")
    assert ended.code == 12, "a check does not hold"
    checks = {check["check"]: check for check in ended.value}
    assert all(set(check) == {"check", "ok", "found", "remedy"} for check in ended.value)
    assert not checks["authserv-ids"]["ok"]
    told = aupkeep("settings", "set", "mail.authserv_ids", "mx.fjord.example")
    assert (told.code, told.value["option"]) == (0, "mail.authserv_ids")
    after = {check["check"]: check for check in aupkeep("doctor").value}
    assert (after["authserv-ids"]["ok"], after["authserv-ids"]["remedy"]) == (True, "")
    assert aupkeep("settings").value["mail"]["authserv_ids"] == ["mx.fjord.example"]
    journal = aupkeep("export", "-").out
    assert '"option":"mail.authserv_ids"' in journal
    assert '"values":["mx.fjord.example"]' in journal


def test_a_wrong_setting_changes_nothing(aupkeep):
    """An unknown option ends with 2, and the file stays as it was."""
    assert aupkeep("settings", "set", "mail.relay_hosts", "x").code == 2
    assert not (aupkeep.home / "aupkeep.toml").exists()


def test_acceptances_and_documents(aupkeep):
    """One by one and by file; a hash that is none is named; both are listed."""
    customers = b"customer,contact\nalder,a@b.example\n"
    assert aupkeep("customers", "import", "-", given=customers).code == 0
    version = ("--version", "1", "--at", "2026-01-05")
    told = aupkeep("customers", "accept", "alder", *version, "--by", "Ola")
    assert (told.code, told.value["by"], told.value["known"]) == (0, "Ola", True)
    assert aupkeep("customers", "accept", "nobody", *version).code == 4
    assert aupkeep("customers", "accept", "alder", *version, "--hash", "x").code == 2
    file = b"customer,version,accepted_at\nalder,1,2026-02-01T10:00:00Z\nalder,1,soon\n"
    many = aupkeep("customers", "accept", "--file", "-", given=file)
    assert (many.code, many.value["imported"], len(many.value["dead"])) == (3, 1, 1)
    accepted = aupkeep("customers", "accepted", "alder").value
    assert [row["version"] for row in accepted] == ["1", "1"]
    (document,) = aupkeep("policy", "documents").value
    assert (document["version"], document["effective_from"]) == ("1", None)


def test_a_decision_without_a_statement_is_missing(aupkeep):
    """An unknown id ends with 4."""
    assert aupkeep("decision", "statement", "none").code == 4


TARGET = """
[[enforcement.targets]]
name = "panel"
driver = "webhook"
options = {{ url = "https://me:hush@billing.example/", secret = "{secret}", read_token = "hush" }}
[[inventory.sources]]
name = "ipam"
kind = "http"
url = "https://me:hush@ipam.example/"
options = {{ token = "hush", password = "env:IPAM" }}
"""


def test_settings_show_no_secret(aupkeep):
    """References are shown as they are; a value that could never work is refused at once."""
    file = aupkeep.home / "aupkeep.toml"
    before = file.read_text() if file.exists() else ""
    file.write_text(before + TARGET.format(secret="hush"))
    shown = aupkeep("settings")
    assert shown.value["inventory"]["sources"][0]["options"]["password"] == "env:IPAM"
    assert shown.value["enforcement"]["targets"][0]["options"] == {
        "url": "https://…@billing.example/", "secret": "…", "read_token": "…",
    }  # fmt: skip
    told = [aupkeep("inventory", *words) for words in (("sources",), ("doctor",), ("sync",))]
    assert told[2].code == 2
    assert not any("hush" in f"{one.out}{one.err}" for one in (shown, *told))
    file.write_text(before + '[deciding]\nprotected = ["nonsense"]\n')
    refused = aupkeep("settings")
    assert (refused.code, "'nonsense'" in refused.err) == (2, True)
