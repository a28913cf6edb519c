"""Feeds through the desk: what a list says about us becomes cases, once, and nothing else does."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import NOON, with_settings
from app.steps import follow
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.run_feed import run_feed
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.feeds.load import feeds_page
from aupkeep.app.pages.feeds.status import one_feed
from aupkeep.app.pages.layout.page import Person
from aupkeep.config.settings import FeedSettings
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.feed import FeedOutcome
from aupkeep.model.report import ReadingOutcome
from aupkeep.store import cases, feeds, log, raws, reports
from lists import at_home, in_process, serving

pytestmark = pytest.mark.network
HANDS = NetworkAccess(resolve=at_home, filter_list=in_process)
OURS, BIRCH, THEIRS = "203.0.113.20", "203.0.113.21", "198.51.100.7"
HELD = b"""address,customer,resource,from,until
203.0.113.20,alder,vm-f,2026-01-01T00:00:00Z,
203.0.113.21,birch,vm-g,2026-01-01T00:00:00Z,
"""


@pytest.fixture(scope="module")
def server():
    with serving() as found:
        yield found


@pytest.fixture
def lists(server):
    """A server that has forgotten what it was asked before."""
    server.bodies.clear(), server.ways.clear(), server.asked.clear()
    return server


@pytest.fixture
def watching(furnished, lists):
    """A desk that fetches one plain list of addresses that guess passwords."""
    import_assignments(furnished, HELD, "csv")
    table = {"reads": "list", "url": f"{lists.url}/list.txt", "kind": "connection/login_attack"}
    chosen = FeedSettings(
        enabled=("guesses",), inside=("lists.example",), tables={"guesses": table}, least=5
    )
    return with_settings(furnished, feeds=chosen)


def listing(lists, *addresses: str, way="etag"):
    """What the server lists from now on."""
    others = [f"198.51.100.{number}" for number in range(30)]
    lists.bodies["/list.txt"] = "\n".join(["# guesses", *others, *addresses, ""]).encode()
    lists.ways["/list.txt"] = way


def fetch(context, **more):
    """One fetch, also before it is due, and what it led to is read."""
    before = {one.id for one in raws.all()}
    done = run_feed(context, "guesses", HANDS, worker="w", **{"early": True, **more})
    for one in list(raws.all()):
        if one.id not in before:
            follow(context, one.id)
    return done.state if done else None


def open_cases():
    found = [one for name in ("alder", "birch", "clinic") for one in cases.of_customer(name)]
    return [one for one in found if one.state is not CaseState.CLOSED]


def waiting():
    return [reports.get(name).inbox_reason for name, _, _ in reports.waiting()]


def test_listed_address_of_ours_is_a_case(watching, lists):
    """The row about us is the evidence; those about others leave a counter and nothing else."""
    listing(lists, OURS)
    state = fetch(watching)
    assert (state.outcome, state.seen, state.foreign, state.ours, state.told) == (
        FeedOutcome.READ, 31, 30, 1, 1,
    )  # fmt: skip
    (case,) = open_cases()
    assert (case.customer, case.kind) == ("alder", "connection/login_attack")
    (report,) = reports.of_case(case.id)
    (finding,) = report.reading.findings
    assert str(finding.source) == "feed:guesses"
    start = finding.offsets["address"]
    assert report.reading.parts[0][start.start : start.end] == OURS
    assert THEIRS not in json.dumps([entry.entry.payload for entry in log.entries(case.id)])


def test_case_page_says_where_it_is_from(watching, lists):
    """The desk sees the list's name, and that we fetched it: no mail, so no proof of a sender."""
    listing(lists, OURS)
    fetch(watching)
    ada = Person(id="ada", name="Ada")
    page = case_page(watching, ada, open_cases()[0].reference)
    (shown,) = page.evidence
    assert (shown.source, shown.authentication) == (
        "feed:guesses", "a list we fetched ourselves: Plain list",
    )  # fmt: skip
    (row,) = feeds_page(watching, ada).rows
    assert (row.name, row.listed) == ("guesses", (OURS,))


def test_list_about_others_costs_a_counter(watching, lists):
    """Nothing is received, nothing stands in the journal."""
    size = log.size()
    listing(lists)
    state = fetch(watching)
    assert (state.seen, state.foreign, state.ours) == (30, 30, 0)
    assert (raws.count(), log.size()) == (0, size)


def test_item_that_stands_is_told_once(watching, lists, now):
    """A month in the list is one finding in one case; its last sighting moves."""
    for day in range(30):
        now.at = NOON + timedelta(days=day)
        listing(lists, OURS, f"198.51.101.{day}")  # the list changes each day
        state = fetch(watching)
    assert state.told == 1
    (case,) = open_cases()
    assert case.events == 1
    (item,) = feeds.listed("guesses")
    assert (item.last_seen - item.first_seen).days == 29


def test_item_that_comes_back_is_told_again(watching, lists, now):
    """Away for longer than a week, it is news; away for a day it is not."""
    for day, there in [(0, True), (1, False), (2, True), (3, False), (15, True)]:
        now.at = NOON + timedelta(days=day)
        listing(lists, *([OURS] if there else []), f"198.51.101.{day}")
        told = fetch(watching).told
    assert told == 2


def test_unchanged_list_is_not_read_again(watching, lists, now):
    """304, and also the same bytes with 200, leave everything as it is."""
    listing(lists, OURS)
    first = fetch(watching)
    size = log.size()
    again = fetch(watching)
    listing(lists, OURS, way="well")
    third = fetch(watching)
    assert [one.outcome for one in (first, again, third)] == ["read", "same", "same"]
    assert log.size() == size
    assert (third.seen, third.ours, third.told, third.alarm) == (31, 1, 1, "")
    assert third.good_at > first.good_at


def test_new_space_makes_an_unchanged_list_news(watching, lists):
    """A prefix declared today is looked for in the copy that is kept."""
    listing(lists, OURS)
    fetch(watching)
    declare_space(watching, "198.51.100.3/32", "main")
    import_assignments(
        watching,
        b"address,customer,resource,from,until\n198.51.100.3,birch,vm-9,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    state = fetch(watching)
    assert state.outcome is FeedOutcome.READ
    assert {open_case.customer for open_case in open_cases()} == {"alder", "birch"}


@pytest.mark.parametrize(
    ("way", "outcome"),
    [
        ("500", "failed"), ("404", "failed"), ("later", "failed"), ("page", "failed"),
        ("short", "failed"), ("long", "failed"), ("cut gzip", "failed"), ("bomb", "failed"),
        ("away", "failed"), ("hang up", "failed"), ("garbage", "odd"), ("empty", "odd"),
    ],
)  # fmt: skip
def test_bad_answer_leaves_the_good_copy(watching, lists, way, outcome):
    """Whatever comes, the last good copy and the case stay, and the state says what happened."""
    listing(lists, OURS)
    good = fetch(watching)
    listing(lists, OURS, way=way)
    bad = fetch(watching)
    assert (bad.outcome, bool(bad.error)) == (outcome, True)
    assert bad.copies == good.copies
    assert raws.read(bad.copies[0].digest) == lists.bodies["/list.txt"]
    assert len(open_cases()) == 1
    assert bad.due_at > watching.now()
    listing(lists, OURS, BIRCH)
    assert fetch(watching).outcome is FeedOutcome.READ
    assert len(open_cases()) == 2


def test_changed_form_is_one_alarm(watching, lists):
    """A person hears of it once; when the list is itself again, the alarm is over."""
    listing(lists, OURS)
    fetch(watching)
    lists.bodies["/list.txt"] = b"# a new form\n" + b"<ip>198.51.100.1</ip>\n" * 40
    odd = [fetch(watching) for _ in range(3)][-1]
    assert odd.outcome is FeedOutcome.ODD
    assert "40 of 40 rows could not be read" in odd.alarm
    (reason,) = waiting()
    assert "40 of 40 rows" in reason
    assert len(entries_of(EntryType.FEED_ALARM)) == 1
    listing(lists, OURS)
    assert fetch(watching).alarm == ""


def test_failing_feed_is_one_alarm(watching, lists):
    """It waits longer each time, and a person hears of it after the third."""
    listing(lists, OURS, way="500")
    waits, inbox = [], []
    for _ in range(5):
        state = fetch(watching)
        waits.append(state.due_at - watching.now())
        inbox.append(len(waiting()))
    assert (state.failures, inbox) == (5, [0, 0, 1, 1, 1])
    assert timedelta(seconds=25) < waits[0] <= timedelta(seconds=60)
    assert timedelta(minutes=7) < waits[4] <= timedelta(minutes=16)
    listing(lists, OURS)
    well = fetch(watching)
    assert (well.failures, well.alarm, well.error) == (0, "", "")


def test_feed_that_lists_everybody_waits_for_a_person(watching, lists):
    """0 cases, 0 enforcement, 1 alarm; the items wait with their rows (threat model A26)."""
    listing(lists, *(f"203.0.113.{number}" for number in range(256)))
    states = [fetch(watching) for _ in range(2)]
    assert {state.outcome for state in states} == {FeedOutcome.FLOOD}
    assert open_cases() == []
    (reason,) = waiting()
    assert "256 addresses of ours" in reason
    ((name, _, _),) = reports.waiting()
    assert "203.0.113.255" in reports.get(name).reading.parts[0]


def test_what_waits_is_not_forgotten(watching, lists):
    """A failure between does not turn a list that waits into one that is read and unchanged."""
    everybody = [f"203.0.113.{number}" for number in range(256)]
    listing(lists, *everybody)
    fetch(watching)
    listing(lists, *everybody, way="500")
    assert fetch(watching).outcome is FeedOutcome.FAILED
    listing(lists, *everybody)
    assert fetch(watching).outcome is FeedOutcome.FLOOD
    assert len(waiting()) == 1
    assert fetch(watching, accept="ada").told == 256
    assert fetch(watching).outcome is FeedOutcome.SAME


def test_what_is_known_does_not_flood(watching, lists, now):
    """A list that may go on about the same addresses day after day; only new ones are counted."""
    tables = watching.settings.feeds.tables["guesses"]
    table = {**tables, "reads": "csv", "kind": "connection/port_scan"}
    context = with_settings(watching, feeds={"tables": {"guesses": table}, "least": 5})
    lists.ways["/list.txt"] = "well"
    for day in (0, 2):
        now.at = NOON + timedelta(days=day)
        rows = [f"203.0.113.{n},{now.at:%Y-%m-%dT%H:%M:%SZ}" for n in range(6)]
        lists.bodies["/list.txt"] = "\n".join(["ip,time", *rows]).encode()
        state = fetch(context, accept="" if day else "ada")
    assert (state.outcome, state.told) == (FeedOutcome.READ, 12)


def test_person_takes_what_waited(watching, lists):
    """With their name it is read all the same."""
    listing(lists, *(f"203.0.113.{number}" for number in range(256)))
    fetch(watching)
    state = fetch(watching, accept="ada")
    assert (state.outcome, state.told, state.alarm) == (FeedOutcome.READ, 256, "")
    assert {open_case.customer for open_case in open_cases()} == {"alder", "birch", "clinic"}
    (told,) = entries_of(EntryType.FEED_FETCHED)
    assert told.actor.id == "ada"


def test_prefix_of_ours_goes_to_a_person(watching, lists):
    """A prefix names no resource, so nobody is accused (invariant 5); told once."""
    listing(lists, "203.0.113.0/25", "0.0.0.0/0")
    fetch(watching)
    listing(lists, "203.0.113.0/25", "0.0.0.0/0", "198.51.101.1")
    fetch(watching)
    assert open_cases() == []
    (reason,) = waiting()
    assert "lists the prefix 203.0.113.0/25 and 1 more" in reason


def test_worker_killed_before_the_end_tells_once(watching, lists, now, monkeypatch):
    """Its lease runs out, the next one fetches anew, and the same rows are one raw."""
    listing(lists, OURS)

    def killed(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("aupkeep.store.feeds.finish", killed)
        patch.setattr("aupkeep.store.feeds.let_go", lambda one: None)  # the dead do nothing
        with pytest.raises(KeyboardInterrupt):
            run_feed(watching, "guesses", HANDS, worker="dead")
    assert run_feed(watching, "guesses", HANDS, worker="w2", early=True) is None
    now.at += timedelta(hours=1)
    state = fetch(watching)
    assert (state.told, raws.count()) == (1, 1)


def test_interrupted_fetch_gives_the_feed_back(watching, lists, monkeypatch):
    """Who presses Ctrl-C may ask again at once."""
    listing(lists, OURS)

    def interrupted(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("aupkeep.app.feeds.run_feed.download_lists", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(watching)
    assert fetch(watching).told == 1


def test_defect_of_a_reader_is_a_failure_in_words(watching, lists):
    """What a plugin raises costs this fetch; the feed says so and is tried again."""
    listing(lists, OURS)
    hands = replace(HANDS, filter_list=lambda *_, **__: {}["none"])
    done = run_feed(watching, "guesses", hands, worker="w", early=True)
    assert done.state.outcome is FeedOutcome.FAILED
    assert "KeyError" in done.state.error
    assert fetch(watching).told == 1


def test_desk_without_space_says_so(context, lists):
    """Without a declared prefix nothing can be about us, and that is said."""
    table = {"reads": "list", "url": f"{lists.url}/list.txt"}
    chosen = FeedSettings(inside=("lists.example",), tables={"guesses": table})
    listing(lists, OURS)
    state = fetch(with_settings(context, feeds=chosen))
    assert state.ours == 0
    assert "inventory own add" in state.error


def test_not_due_feed_is_left_alone(watching, lists):
    listing(lists)
    fetch(watching)
    asked = len(lists.asked)
    assert fetch(watching, early=False) is None
    assert len(lists.asked) == asked


def test_shown_state_holds_what_a_person_needs(watching, lists):
    listing(lists, OURS)
    fetch(watching)
    feed = one_feed(watching, "guesses")
    assert (feed.on, feed.outcome, feed.ours) == (True, "read", 1)
    assert feed.listed == (OURS,)
    assert feed.copies[0].items == 31
    assert feed.due_at > feed.tried_at


def test_victims_of_a_feed_are_not_accused(watching, lists):
    """Invariant 10: an address that was attacked opens nothing."""
    tables = watching.settings.feeds.tables
    table = {**tables["guesses"], "kind": "protection/inbound_ddos"}
    context = with_settings(watching, feeds={"tables": {"guesses": table}})
    listing(lists, OURS)
    fetch(context)
    assert open_cases() == []
    assert reports.get(reports.waiting()[0][0]).reading.outcome is ReadingOutcome.PARSED


def entries_of(kind):
    found = log.between(kind, NOON - timedelta(days=1), NOON + timedelta(days=400))
    return [one.entry for one in found]
