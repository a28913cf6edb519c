"""Who may have a case tested, where, how often; what is written down."""

import pytest

from app.conftest import furnish
from app.probing.conftest import open_service, probing
from app.steps import post, told, work
from aupkeep.app.access.links import make_link
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.journal import entry, record
from aupkeep.app.probing.ask import ask_by_link, ask_case, once_for_test, probe_plan
from aupkeep.app.probing.run import run_probes
from aupkeep.app.probing.runs import probe_records
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, TooMany
from aupkeep.model.link import LinkKind
from aupkeep.store import log
from enrol import enrol
from probes.beside import looked_up, refused, resolver

pytestmark = pytest.mark.network
PLACE = "203.0.113.10:53"


def test_a_person_tests_and_the_journal_says_on_whose_word(desk, case, monkeypatch):
    """One question by the worker; what was seen stands in the case, and nothing else changes."""
    with resolver(monkeypatch, looked_up) as heard:
        asked = ask_case(desk, case.reference, person="bo")
        assert asked.done_at is None
        work(desk, "probe")
    assert len(heard) == 1
    (record_of,) = probe_records(case.reference)
    assert (record_of.outcome, record_of.by, record_of.places) == ("there", "bo", (PLACE,))
    assert "looked up a name" in record_of.results[0].text
    (said,) = told(case, EntryType.PROBE_ASKED)
    assert (said["asker"], said["left_out"]) == ("person", {})
    assert len(told(case, EntryType.PROBE_DONE)) == 1


def test_done_twice_is_asked_once(desk, case, monkeypatch):
    """A worker that died after the answer was written sends nothing more."""
    with resolver(monkeypatch, refused) as heard:
        asked = ask_case(desk, case.reference, person="bo", leave=False)
        first = run_probes(desk, asked.case, asked.id)
        assert run_probes(desk, asked.case, asked.id) == first
    assert len(heard) == 1
    assert [result.outcome for result in first.results] == ["gone"]


@pytest.mark.parametrize(
    "place", ["203.0.113.10:22", "203.0.113.70:53", "198.51.100.1:53", "http://victim.example/"]
)
def test_a_place_that_is_not_the_case_s_is_refused_whole(desk, case, place):
    """Another port, another's address, somebody outside: nothing is sent or written."""
    before = log.size()
    with pytest.raises(Forbidden, match="expected a place that the evidence"):
        ask_case(desk, case.reference, person="bo", place=place)
    assert log.size() == before


def test_a_place_that_moved_between_asking_and_asking_is_not_asked(desk, case, monkeypatch, now):
    """The address is birch's by the time the worker comes: nothing is sent, and it is told."""
    ask_case(desk, case.reference, person="bo")
    rows = b"address,customer,resource,from,until\n203.0.113.10,alder,vm-a,2026-03-01T11:00:00Z,"
    import_assignments(desk, rows + b"2026-03-01T12:01:00Z\n", "csv")
    now.at = now.at.replace(minute=10)
    with resolver(monkeypatch, looked_up) as heard:
        work(desk, "probe")
    (seen,) = probe_records(case.reference)
    assert (heard, seen.outcome) == ([], "unclear")
    assert "not known to be held" in seen.results[0].text


def test_only_who_may_decide_tests(desk, case):
    """An auditor reads."""
    enrol(desk, "otto", roles=["auditor"])
    with pytest.raises(Forbidden):
        ask_case(desk, case.reference, person="otto")


def test_without_a_named_address_nothing_is_sent(context):
    """The plan says what to set."""
    plain = furnish(context)
    (case,) = post(plain, open_service("203.0.113.10"))
    (place,) = probe_plan(plain, case.reference, person="bo").places
    assert "aupkeep settings set probes.source" in place.barred
    with pytest.raises(Conflict, match="nothing can be tested"):
        ask_case(plain, case.reference, person="bo")


def test_one_test_at_a_time_and_not_too_often(context, monkeypatch):
    """A second click while the first runs is refused; so is one more than the hour allows."""
    desk = probing(furnish(context), an_hour=1)
    (case,) = post(desk, open_service("203.0.113.10"))
    ask_case(desk, case.reference, person="bo")
    with pytest.raises(Conflict, match="under way"):
        ask_case(desk, case.reference, person="ada")
    with resolver(monkeypatch, refused):
        work(desk, "probe")
    with pytest.raises(TooMany):
        ask_case(desk, case.reference, person="ada")


def test_the_customer_tests_by_their_link_once(desk, case, monkeypatch):
    """The same form sent twice tests once; what is seen is gone."""
    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    once = once_for_test(desk, case)
    with resolver(monkeypatch, refused):
        ask_by_link(desk, token, once)
        with pytest.raises(Conflict):
            ask_by_link(desk, token, once)
        work(desk, "probe")
    (seen,) = probe_records(case.reference)
    assert (seen.asker, seen.by, seen.outcome) == ("customer", "alder", "gone")
