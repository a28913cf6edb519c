"""The inbox by command: a letter that is not certain to report, and a person's word about it."""

LETTER = b"""\
From: soc@cert.example
To: abuse@aupkeep.example
Subject: About a machine
Date: Sun, 01 Mar 2026 12:00:00 +0000

Here is the excerpt that our intern copied out during the lunch break.

Mar  1 11:50:01 mx sshd[9]: Failed password for root from 203.0.113.10 port 4711 ssh2
"""
HELD = b"address,customer,resource,from\n203.0.113.10,alder,vm-1,2026-01-01T00:00:00Z\n"


def test_a_letter_in_doubt_is_read_as_the_report_that_a_person_calls_it(aupkeep):
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep(
        "customers", "import", "-", given=b"customer,name,contact\nalder,Alder,noc@alder.example\n"
    )
    aupkeep("inventory", "import", "-", given=HELD)
    (read,) = aupkeep("ingest", "-", given=LETTER).value
    assert (read["outcome"], read["cases"]) == ("inbox", [])
    (item,) = aupkeep("inbox", "list").value
    assert item["reason"].startswith(
        "it is not certain that it reports: no sentence reports: Here is"
    )
    assert len(aupkeep("inbox", "read", item["report"]).value["cases"]) == 1
    assert aupkeep("inbox", "list").value == []
    assert aupkeep("inbox", "read", item["report"]).code == 5
    assert aupkeep("verify", "--offline").value["ok"] is True
