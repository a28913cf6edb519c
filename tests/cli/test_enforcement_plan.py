"""`enforcement plan` asks the agent's guard; wrong options are said there and in `targets`."""

from datetime import UTC, datetime, timedelta

import pytest

ROWS = b"""\
address,customer,resource,from,until
203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,
203.0.113.2,birch,vm-2,2026-01-01T00:00:00Z,
"""
CUSTOMERS = b"customer,name,type,tags\nalder,Alder,business,\nbirch,Birch,private,protected\n"
SOON = (datetime.now(UTC) + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
TARGET = "\n[[enforcement.targets]]\nname = {name!r}\ndriver = {driver!r}\n{options}\n"
WRONG = {
    "nftables": ('options = { tabel = "x" }', "option: expected none, found 'tabel'"),
    "libvirt": ('options = { uri = "--help" }', "option uri: expected an address of libvirt"),
    "webhook": ('options = { url = "ftp://x" }', "option url: expected https://"),
    "record": ('options = { file = "/x" }', "option: expected none, found 'file'"),
    "bgp": ("options = { as = 0 }", "option as: expected a whole number"),
    "openstack": ('options = { region = "a" }', "option auth_url: expected"),
    "rpz": (
        'options = { ask = "127.0.0.1" }',
        "option map: expected the path of a file, found none",
    ),
    "dns-update": ("options = {}", "option server: expected ADDRESS:PORT"),
}


@pytest.fixture
def desk(aupkeep):
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", given=ROWS)
    aupkeep("customers", "import", "-", given=CUSTOMERS)
    with (aupkeep.home / "aupkeep.toml").open("a") as file:
        for name, (options, _) in WRONG.items():
            apart = 'agent = "router-3"\n' if name == "nftables" else ""  # a system of its own
            file.write(TARGET.format(name=f"wrong-{name}", driver=name, options=apart + options))
        file.write(TARGET.format(name="edge", driver="nftables", options=""))
        file.write(TARGET.format(name="far", driver="nftables", options='agent = "router-2"'))
    return aupkeep


def planned(desk, target, subject="203.0.113.1", until="2099-01-01T00:00:00Z", port="22"):
    return desk(
        "enforcement", "plan", "--target-name", target, "--measure", "block-port",
        "--subject", subject, "--port", port, "--until", until,
    ).value  # fmt: skip


def test_wrong_options_are_said_before_anything_is_decided(desk):
    """Of each driver, by the target's name; the right one says no trouble."""
    rows = {row["target"]: row for row in desk("enforcement", "targets").value}
    for name, (_, words) in WRONG.items():
        assert words in rows[f"wrong-{name}"]["trouble"], name
    assert rows["edge"]["trouble"] is None
    for name in ("nftables", "webhook", "record", "bgp"):
        refused = planned(desk, f"wrong-{name}", until=SOON)["refused"]
        assert refused.startswith(f"target wrong-{name}: {WRONG[name][1]}")


def test_a_plan_is_refused_as_the_agent_would(desk):
    """The end, the protect lists of desk and machine, and the machine's own prefixes."""
    right = planned(desk, "edge", until=SOON)
    assert right["refused"] is None
    assert [action["touches"] for action in right["actions"]] == [["203.0.113.1", "vm-1"]]
    assert right["actions"][0]["note"] is None
    assert "not read here" in planned(desk, "far", until=SOON)["actions"][0]["note"]
    assert "at most 168 hours" in planned(desk, "edge")["refused"]
    assert "in the future" in planned(desk, "edge", until="2026-01-01T00:00:00Z")["refused"]
    assert "birch is on the protect list" in planned(desk, "edge", "203.0.113.2", SOON)["refused"]
    folder = desk.home / "agent" / "edge"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "protect").write_text("203.0.113.1\n")
    assert "protect list" in planned(desk, "edge", until=SOON)["refused"]
    (folder / "protect").unlink()
    (folder / "bounds").write_text("prefix 192.0.2.0/24\n")
    assert "own prefixes" in planned(desk, "edge", until=SOON)["refused"]
    (folder / "bounds").write_text("nonsense\n")
    assert "line 1: expected prefix" in planned(desk, "edge", until=SOON)["refused"]


def test_without_a_table_there_is_one_target_of_nftables(aupkeep):
    """As the machine interface says; what names no driver was never meant as a dry run."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", given=ROWS)
    (row,) = aupkeep("enforcement", "targets").value
    assert (row["target"], row["driver"], row["trouble"]) == ("main", "nftables", None)
    (action,) = planned(aupkeep, "main", until=SOON)["actions"]
    assert (action["target"], action["driver"]) == ("main", "nftables")
    assert "203.0.113.1" in action["ops"][0]
    aupkeep("settings", "set", "enforcement.driver", "record")
    (action,) = planned(aupkeep, "main", until=SOON)["actions"]
    assert (action["driver"], action["ops"][0][:6]) == ("record", "would ")


@pytest.mark.parametrize(
    "words",
    [
        ("apply", "--target-name", "nowhere"),
        ("verify", "--target-name", "nowhere"),
        ("probe", "nowhere"),
        ("list", "--target", "nowhere"),
        (
            *("plan", "--target-name", "nowhere", "--measure", "isolate"),
            *("--subject", "203.0.113.1", "--until", SOON),
        ),
    ],
)
def test_an_unknown_target_is_refused_with_those_that_are_known(aupkeep, words):
    """By every verb that takes one, alike."""
    ended = aupkeep("enforcement", *words)
    assert (ended.code, ended.error["message"]) == (
        2,
        "target: expected one of main, found 'nowhere'",
    )


def test_an_unknown_driver_is_no_empty_list(aupkeep):
    ended = aupkeep("enforcement", "list", "--driver", "nftable")
    assert ended.code == 2
    assert "driver: expected one of bgp" in ended.error["message"]
