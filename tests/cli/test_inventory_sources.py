"""A system that is asked who holds what, by commands and over a real line."""

import pytest

from inventory.json_server import serving

pytestmark = pytest.mark.network
TABLE = """
[[inventory.sources]]
name = "ipam"
kind = "http"
url = "{origin}"
mapping = "ipam.toml"
prefixes = ["203.0.113.0/24"]
options = {{ token = "env:IPAM_TOKEN" }}
"""
MAPPING = """
authorization = "Bearer {token}"
[[lists]]
path = "/leases"
rows = "leases"
address = "ip"
customer = ["account"]
resource = ["vm:{vm}"]
"""


def lease(address, account, vm=1):
    return {"ip": address, "account": account, "vm": vm}


@pytest.fixture
def ipam(aupkeep, monkeypatch):
    """A home whose settings name a system that listens on loopback."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    monkeypatch.setenv("IPAM_TOKEN", "s3cret")
    with serving() as server:
        with (aupkeep.home / "aupkeep.toml").open("a") as settings:
            settings.write(TABLE.format(origin=server.origin))
        (aupkeep.home / "ipam.toml").write_text(MAPPING)
        yield server


def test_a_system_is_asked(aupkeep, ipam):
    """Its rows answer `who`, what it does not name is nobody's, and the secret is nowhere."""
    older = b"address,customer,resource,from,until\n203.0.113.9,ola,x,2026-01-01T00:00:00Z,\n"
    ipam.answers["/leases"] = {"leases": [lease("203.0.113.7", "kari"), lease("x", "kari")]}
    odd = "row 2: address: expected an IPv4 or IPv6 address, found 'x'"
    (state,) = aupkeep("inventory", "sync").value
    assert (state["live"], state["rejected"], state["remarks"]) == (1, 1, [odd])
    assert state["problem"] == f"nothing was closed: {odd}"
    ipam.answers["/leases"]["leases"].pop()
    (state,) = aupkeep("inventory", "sync").value
    assert (state["live"], state["rejected"], state["problem"]) == (2, 0, "")
    assert ipam.asked[0].headers["authorization"] == "Bearer s3cret"
    assert aupkeep("who", "203.0.113.7").value["answer"] in {"held", "disputed"}  # just begun
    assert aupkeep("inventory", "import", "-", given=older).code == 0
    (source,) = aupkeep("inventory", "sources").value
    assert (source["source"], source["every"], source["live"]) == ("ipam", 300.0, 2)
    settings = aupkeep("settings").out
    assert (
        "s3cret" not in settings + aupkeep("export", "-").out + aupkeep("inventory", "sources").out
    )
    assert aupkeep("verify").value["ok"]


def test_a_system_that_fails_is_told(aupkeep, ipam):
    """The exit code says so, and a person may say that what is gone is gone."""
    leases = [lease(f"203.0.113.{n}", "kari", n) for n in range(30)]
    ipam.answers["/leases"] = {"leases": leases}
    assert aupkeep("inventory", "sync", "ipam").code == 0
    ipam.answers.clear()
    failed = aupkeep("inventory", "sync", "ipam")
    assert (failed.code, failed.value[0]["failures"]) == (8, 1)
    assert "expected HTTP 200, found 404" in failed.value[0]["problem"]
    ipam.answers["/leases"] = {"leases": leases[:3]}
    held = aupkeep("inventory", "sync", "ipam")
    assert (held.code, held.value[0]["held_back"]) == (5, True)
    assert aupkeep("inventory", "sync", "ipam", "--accept").value[0]["live"] == 4
    assert aupkeep("inventory", "sync", "fog").code == 2
    assert aupkeep("inventory", "sources").value[0]["problem"] == ""


def test_one_that_is_set_wrongly_keeps_no_other_waiting(aupkeep, ipam):
    """Its reason stands where sources are listed, and the others are asked."""
    wrong = (
        '[[inventory.sources]]\nname = "odd"\nkind = "nonsense"\nprefixes = ["203.0.113.0/24"]\n'
    )
    file = aupkeep.home / "aupkeep.toml"
    file.write_text(f"{wrong}\n{file.read_text()}")
    ipam.answers["/leases"] = {"leases": [lease("203.0.113.7", "kari")]}
    asked = aupkeep("inventory", "sync")
    assert (asked.code, [state["live"] > 0 for state in asked.value]) == (8, [False, True])
    odd, other = aupkeep("inventory", "sources").value
    assert "expected a kind of" in odd["problem"]
    assert (odd["failures"], other["problem"]) == (1, "")


def test_the_inventorys_doctor(aupkeep, ipam):
    """Exit 12 while something is wrong; checks and prefixes, in JSON and in words."""
    ill = aupkeep("inventory", "doctor")
    assert ill.code == 12
    assert {x["check"] for x in ill.value["checks"] if not x["ok"]} == {
        "gaps:203.0.113.0/24",
        "source:ipam",
    }
    ipam.answers["/leases"] = {"leases": [lease("203.0.113.7", "kari")]}
    aupkeep("inventory", "sync")
    well = aupkeep("inventory", "doctor")
    assert (well.code, well.value["prefixes"][0]["trust"]) == (0, "a change is known within 300 s")
    assert "a change is known within 300 s" in aupkeep.text("inventory", "doctor").out
