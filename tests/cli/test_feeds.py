"""`aupkeep feeds`, as other programs use it."""

import pytest

from cli.conftest import ME

LIST = b"198.51.100.7\n203.0.113.9\n203.0.113.0/28\nnonsense\n"
ASSIGNMENTS = (
    b"address,customer,resource,from,until\n203.0.113.9,alder,vm-a,2026-01-01T00:00:00Z,\n"
)
TABLE = '[feeds.scanners]\nreads = "list"\nurl = "https://lists.example/x"\n'


@pytest.fixture
def stocked(aupkeep, tmp_path):
    """A home with one customer and one list of its own; the list as a file."""
    assert aupkeep("listen", "off", "--reason", "a test").code == 0
    (aupkeep.home / "aupkeep.toml").write_text(TABLE)
    assert aupkeep("inventory", "own", "add", "203.0.113.0/24").code == 0
    assert aupkeep("inventory", "import", "-", "--as", "csv", given=ASSIGNMENTS).code == 0
    path = tmp_path / "scanners.txt"
    path.write_bytes(LIST)
    return path


def test_no_feed_is_on_by_itself(aupkeep):
    """Nothing is fetched without the operator's word."""
    told = aupkeep("feeds")
    assert told.code == 0
    assert len(told.value) > 10
    assert not any(row["on"] or row["tried"] for row in told.value)


def test_feed_is_turned_on_and_off(aupkeep, stocked):
    on = aupkeep("feeds", "enable", "scanners", "--as", ME)
    assert (on.code, on.value["changed"]) == (0, True)
    assert aupkeep("feeds", "enable", "scanners").value["changed"] is False
    (row,) = [row for row in aupkeep("feeds").value if row["on"]]
    assert row["feed"] == "scanners"
    assert aupkeep("feeds", "disable", "scanners").value["on"] is False
    assert aupkeep("verify").value["ok"]


def test_list_from_a_file_is_fetched_and_read(aupkeep, stocked):
    """Counts, the case it led to, and what it lists about us."""
    told = aupkeep("feeds", "fetch", "scanners", "--file", stocked)
    assert told.code == 0, told.err
    shown = {name: told.value[name] for name in ("outcome", "seen", "foreign", "dead", "ours")}
    assert shown == {"outcome": "read", "seen": 4, "foreign": 1, "dead": 1, "ours": 2}
    assert len(told.value["cases"]) == 1
    assert sorted(aupkeep("feeds", "show", "scanners").value["listed"]) == [
        "203.0.113.0/28",
        "203.0.113.9",
    ]
    assert aupkeep.text("feeds", "copy", "scanners").out.encode() == LIST
    again = aupkeep("feeds", "fetch", "scanners", "--file", stocked)
    assert (again.value["outcome"], again.value["told"]) == ("unchanged", 1)
    assert aupkeep("verify").value["ok"]


def test_trial_stores_nothing(aupkeep, stocked):
    told = aupkeep("feeds", "test", "scanners", stocked)
    assert told.code == 0
    assert [one["address"] for one in told.value["findings"]] == ["203.0.113.9"]
    assert told.value["wide"] == ["203.0.113.0/28"]
    assert aupkeep("feeds", "show", "scanners").value["tried"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("fetch", "nonsense"), 4),
        (("enable", "nonsense"), 4),
        (("show", "nonsense"), 4),
        (("fetch", "dnsbl"), 2),
        (("fetch", "snds"), 2),
        (("fetch", "feodo", "--file", "/nowhere"), 2),
        (("fetch", "within"), 8),
    ],
)
def test_exit_code_says_what_is_wrong(aupkeep, words, code):
    """No such feed, an option or a key is missing, nothing usable came."""
    aupkeep("feeds")
    (aupkeep.home / "aupkeep.toml").write_text(
        '[feeds.within]\nreads = "list"\nurl = "http://127.0.0.1:9/x"\n'
    )
    told = aupkeep("feeds", *words)
    assert told.code == code, told.out + told.err


def test_web_page_in_place_of_a_list_needs_a_person(aupkeep, stocked, tmp_path):
    page = tmp_path / "list.html"
    page.write_bytes(b"<!DOCTYPE html><html>gone</html>")
    assert aupkeep("feeds", "fetch", "scanners", "--file", page).code == 8
    odd = tmp_path / "odd.txt"
    odd.write_bytes(b"what is this\n" * 40)
    assert aupkeep("feeds", "fetch", "scanners", "--file", odd).code == 3


def test_wrong_option_is_named(aupkeep, stocked):
    (aupkeep.home / "aupkeep.toml").write_text('[feeds.feodo]\ncolor = "red"\n')
    told = aupkeep("feeds", "enable", "feodo")
    assert told.code == 2
    assert "[feeds.feodo]" in told.error["message"]
    (row,) = [row for row in aupkeep("feeds").value if row["feed"] == "feodo"]
    assert "color" in row["trouble"]


def test_key_that_others_can_read_is_refused(aupkeep, stocked):
    """A key file is its owner's alone; what it holds is shown nowhere."""
    key = aupkeep.home / "keys" / "feed-snds"
    key.write_text("s3cret-key\n")
    key.chmod(0o644)
    told = aupkeep("feeds", "fetch", "snds")
    assert told.code == 8
    assert "chmod 600" in told.value["trouble"]
    assert "s3cret" not in told.out + told.err
