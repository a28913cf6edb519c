"""Inquiries by command: a mail that asks, its permission, its answer."""

from cli.test_doors import QUESTION

UNTIL = ("--until", "2026-12-31T00:00:00Z", "--reasons", "a study")


def test_a_question_is_permitted_and_answered(aupkeep):
    aupkeep("listen", "off", "--reason", "a test")
    aupkeep("customers", "import", "-", given=b"customer,name\nalder,Alder\n")
    (read,) = aupkeep("ingest", "-", given=QUESTION).value
    assert (read["outcome"], read["cases"]) == ("inbox", [])
    assert len(aupkeep("inbox", "list").value) == 1
    (asked,) = aupkeep("inquiry", "list").value
    assert (asked["asker"], asked["state"]) == ("eva@alder.example", "open")
    name = asked["reference"].lower()
    assert "scanner for a study" in aupkeep("inquiry", "show", name).value["text"]
    aupkeep("inquiry", "grant", name, "alder/vm-1", "connection/port_scan", *UNTIL)
    (permission,) = aupkeep("permission", "list").value
    assert permission["resource"] == "alder/vm-1"
    done = aupkeep("inquiry", "answer", name, "--text", "-", given=b"Yes, you may.\n").value
    assert (done["state"], done["permission"]) == ("answered", permission["id"])
    (waiting,) = aupkeep("notice", "list", "--state", "waiting").value
    assert (waiting["id"], waiting["kind"]) == (done["notice"], "inquiry")
    assert aupkeep("inquiry", "answer", name, "--text", "again").code == 5
    assert aupkeep("inquiry", "list").value == []
    assert aupkeep("verify", "--offline").value["ok"] is True
