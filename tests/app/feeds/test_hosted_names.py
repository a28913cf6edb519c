"""Listed names and asked addresses, by a scripted DNS: only what lives with us becomes a case."""

import pytest

from app.conftest import with_settings
from app.steps import follow
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.run_feed import run_feed
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.reporters.trust import feed_origins
from aupkeep.config.settings import FeedSettings
from aupkeep.model.feed import FeedOutcome
from aupkeep.model.ladder import Evidence
from aupkeep.store import cases, raws, reports
from lists import in_process

HELD = b"""address,customer,resource,from,until
203.0.113.20,alder,vm-f,2026-01-01T00:00:00Z,
203.0.113.21,birch,vm-g,2026-01-01T00:00:00Z,
"""
ZONE = "bl.lists.example"
NAMES = {
    "bad.example": ["203.0.113.20"],
    "other.example": ["198.51.100.9"],
    f"2.0.0.127.{ZONE}": ["127.0.0.2"],
    f"21.113.0.203.{ZONE}": ["127.0.0.2"],
}
PHISH = b"https://bad.example/login\nhttps://other.example/pay\nhttps://gone.example/x\n"


class Dns:
    """Answers from a table; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, name: str, record: str) -> list[str]:
        self.asked.append(name)
        return NAMES.get(name, []) if record == "A" else []


@pytest.fixture
def dns() -> Dns:
    return Dns()


def context_with(furnished, tables, **more):
    import_assignments(furnished, HELD, "csv")
    chosen = FeedSettings(tables=tables, **more)
    return with_settings(furnished, feeds=chosen)


def run(context, name, dns, data=None):
    """One run of a feed, on given data if any; what it found is read."""
    before = {one.id for one in raws.all()}
    given = [("list.txt", data)] if data is not None else []
    hands = NetworkAccess(lookup=dns, filter_list=in_process)
    state = run_feed(context, name, hands, worker="w", early=True, given=given).state
    for one in list(raws.all()):
        if one.id not in before:
            follow(context, one.id, lookup=dns)
    return state


def customers():
    return {name for name in ("alder", "birch") if cases.of_customer(name)}


def test_url_of_a_host_that_lives_with_us_is_a_case(furnished, dns):
    """Its name is looked up when it is new in the list, and again when the finding is read."""
    context = context_with(furnished, {}, resolve=True)
    state = run(context, "openphish", dns, PHISH)
    assert (state.seen, state.told) == (3, 1)
    assert customers() == {"alder"}
    (case,) = cases.of_customer("alder")
    (finding,) = reports.of_case(case.id)[0].reading.findings
    assert (finding.subject.url, finding.subject.address) == ("https://bad.example/login", None)
    asked = len(dns.asked)
    run(context, "openphish", dns, PHISH + b"https://new.example/\n")
    assert set(dns.asked[asked:]) == {"new.example"}


def test_no_name_is_looked_up_without_the_operators_word(furnished, dns):
    state = run(context_with(furnished, {}), "openphish", dns, PHISH)
    assert (state.told, dns.asked, raws.count()) == (0, [], 0)


def test_listed_customer_is_found_by_asking(furnished, dns):
    """Only addresses that somebody holds are asked about; the one listed is a case."""
    context = context_with(furnished, {"dnsbl": {"zones": [ZONE], "rate": 1e6}})
    state = run(context, "dnsbl", dns)
    assert (state.outcome, state.seen, state.told) == (FeedOutcome.READ, 1, 1)
    assert customers() == {"birch"}
    assert f"20.113.0.203.{ZONE}" in dns.asked
    assert f"22.113.0.203.{ZONE}" not in dns.asked, "nobody holds it"
    (case,) = cases.of_customer("birch")
    assert (case.kind, case.clause) == ("reputation/blocklist", "retaliation")


def test_asking_goes_on_where_it_ended(furnished, dns):
    """With two questions a run, every address has its turn."""
    context = context_with(furnished, {"dnsbl": {"zones": [ZONE], "rate": 1e6, "most": 2}})
    cursors, asked = [], []
    for _ in range(3):
        cursors.append(run(context, "dnsbl", dns).cursor)
        asked.append({name for name in dns.asked if name.endswith(f"113.0.203.{ZONE}")})
    assert cursors == [2, 4, 1], "five addresses are held"
    assert [len(one) for one in asked] == [2, 4, 5]


def test_zone_that_lists_everything_lists_nobody(furnished, dns, monkeypatch):
    """It fails its own test: no case, and the feed says why."""
    monkeypatch.setitem(NAMES, f"1.0.0.127.{ZONE}", ["127.0.0.2"])
    context = context_with(furnished, {"dnsbl": {"zones": [ZONE], "rate": 1e6}})
    state = run(context, "dnsbl", dns)
    assert state.outcome is FeedOutcome.FAILED
    assert "lists everything" in state.error
    assert customers() == set()


def test_lists_of_one_origin_are_one_source(furnished, dns):
    """Two lists that resell one observation leave the case where one leaves it: E1."""
    same = {"reads": "list", "url": "https://x.example/", "kind": "connection/login_attack"}
    tables = {
        "one": {**same, "origin": "sensors"},
        "two": {**same, "origin": "sensors"},
        "three": {**same, "origin": "others"},
    }
    context = context_with(furnished, tables)
    assert feed_origins(context)["feed:one"] == feed_origins(context)["feed:two"] == "feed:sensors"
    levels = []
    for name in ("one", "two", "three"):
        run(context, name, dns, b"203.0.113.20\n")
        levels.append(cases.of_customer("alder")[0].level)
    assert levels == [Evidence.E1, Evidence.E1, Evidence.E2]
