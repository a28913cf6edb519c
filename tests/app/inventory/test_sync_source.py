"""A source asked again and again: what changes, what changes nothing, and what is shown of it."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from app.conftest import NOON
from app.enforcing.test_holding_recheck import blocked, lifted
from app.inventory.conftest import CLOUD, with_source
from aupkeep.app.inventory.ask_sources import SourceAsker, list_sources, sync_now
from aupkeep.app.inventory.holders import who
from aupkeep.app.inventory.inventory_doctor import source_checks
from aupkeep.app.proof.verify import verify_home
from aupkeep.inventory.standing_source import SourceReading
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Conflict, Invalid, Unavailable
from aupkeep.store import inventory as stored
from aupkeep.store import inventory_sources

pytestmark = pytest.mark.both
HOSTS = [f"203.0.113.{n}" for n in range(20, 50)]


def sync(context, **more: bool):
    """One look now."""
    (state,) = sync_now(context, "cloud", by=SYSTEM, **more)
    return state


def holder(context, address, at):
    """The answer of `who`, as (answer, customer)."""
    answer = who(context, address, at)
    return answer.answer, answer.customer


def test_the_present_becomes_a_history(asked, told, now):
    """Who was seen at two looks held it between them; between two holders it is nobody's."""
    told.says(_113_7="ola")
    assert (sync(asked).live, sync(asked).changed) == (1, 0)
    now.at += timedelta(hours=1)
    sync(asked)
    now.at += timedelta(hours=1)
    told.says(_113_7="kari")
    assert sync(asked).changed == 2
    hours = [holder(asked, "203.0.113.7", NOON + timedelta(minutes=m)) for m in (-30, 30, 90, 150)]
    assert hours == [("unknown", None), ("held", "ola"), ("unknown", None), ("held", "kari")]
    told.says()
    sync(asked)
    assert holder(asked, "203.0.113.7", now.at + timedelta(minutes=5)) == ("unknown", None)
    assert verify_home(asked).ok


def test_an_address_that_moves_frees_its_holder(asked, told, now):
    """What stands on an address is lifted as soon as the source says who has it now."""
    case = blocked(asked)
    told.says(_113_10="alder/vm-a")
    sync(asked)
    assert not lifted(asked, case)
    now.at += timedelta(minutes=30)
    sync(asked)
    now.at += timedelta(minutes=30)
    told.says(_113_10="birch")
    sync(asked)
    assert lifted(asked, case)


@pytest.mark.parametrize("error", [Unavailable("no line"), Invalid("no role")])
def test_a_look_that_fails_changes_nothing(asked, told, now, error):
    """Its reason is shown, it is asked again later and later, and one good look ends that."""
    told.says(_113_7="ola")
    sync(asked)
    told.reading = error
    before = list(stored.all_assignments())
    for failures in (1, 2):
        state = sync(asked)
        assert (state.failures, state.problem, state.live) == (failures, str(error), 1)
    assert list(stored.all_assignments()) == before
    (listed,) = list_sources(asked)
    assert (listed.failures, listed.problem, listed.live) == (2, str(error), 1)
    asker = SourceAsker(asked, CLOUD, "w")
    now.at += timedelta(seconds=100)
    assert asker.ask_if_due() is None  # two minutes after the second failure in a row
    told.says(_113_7="ola")
    now.at += timedelta(seconds=25)
    assert asker.ask_if_due().failures == 0
    assert asker.ask_if_due() is None


def test_a_snapshot_that_lost_much_waits_for_a_person(asked, told, now):
    """Nothing ends by itself; a person who says that it is so ends it."""
    rows = [SeenHolding(prefix=ip_network(x), customer="ola", resource="vm") for x in HOSTS]
    told.reading = SourceReading(rows)
    sync(asked)
    now.at += timedelta(minutes=1)
    sync(asked)
    told.reading = SourceReading(rows[:15])
    state = sync(asked)
    assert (state.held_back, state.live) == (True, 30)
    assert "15 of 30 records would end" in state.problem
    assert len(stored.open_of_source("cloud")) == 30
    state = sync(asked, accept=True)
    assert (state.held_back, state.problem, state.live) == (False, "", 15)


def test_one_machine_of_a_small_cloud_goes_to_another_customer(asked, told, now):
    """Its ten addresses are the next holder's at once; a mapping that moves all waits."""
    rows = [SeenHolding(prefix=ip_network(x), customer="ola", resource="vm") for x in HOSTS[:10]]
    rows += [SeenHolding(prefix=ip_network(x), customer="ola", resource=x) for x in HOSTS[10:20]]
    told.reading = SourceReading(rows)
    sync(asked)
    now.at += timedelta(minutes=1)
    told.reading = SourceReading([*(replace(x, customer="kari") for x in rows[:10]), *rows[10:]])
    state = sync(asked)
    assert (state.held_back, state.problem, state.live) == (False, "", 20)
    assert holder(asked, HOSTS[0], now.at + timedelta(minutes=5)) == ("held", "kari")
    told.reading = SourceReading([replace(row, customer="birch") for row in rows])
    state = sync(asked)
    assert state.held_back
    assert state.problem.startswith("11 of 11 resources would change hands, more than")
    assert holder(asked, HOSTS[0], now.at + timedelta(minutes=5)) == ("held", "kari")


def test_odd_rows_are_named_and_the_others_go_in(asked, told):
    """A row of another prefix, one that could not be read, a project without a customer."""
    told.says(_113_7="ola", _112_7="ola")
    told.reading.rejected.append(RejectedHolding(row=3, reason="expected an address"))
    told.reading.unmapped.add("p-9")
    state = sync(asked)
    assert (state.rows, state.live, state.foreign, state.rejected) == (2, 1, 1, 1)
    assert state.problem == "nothing was closed: row 3: expected an address"
    assert (state.remarks, state.unmapped) == (("row 3: expected an address",), ("p-9",))


def test_a_row_that_cannot_be_read_ends_no_record(asked, told, now):
    """Its address stays as it is; all do where that cannot be read, until the next good look."""
    told.says(_113_7="ola", _113_8="kari")
    for _ in range(2):
        good = sync(asked).seen_at
        now.at += timedelta(minutes=1)
    told.says()
    told.reading.rejected.append(RejectedHolding(row=1, reason="customer: none"))
    state = sync(asked)
    assert (state.live, state.failures, list_sources(asked)[0].problem) == (
        2, 0, "nothing was closed: row 1: customer: none",
    )  # fmt: skip
    (check,) = [x for x in source_checks(asked) if x.check == "source:cloud"]
    assert (check.ok, check.found) == (False, state.problem)
    told.reading.rejected[0] = replace(told.reading.rejected[0], prefix=ip_network("203.0.113.7"))
    now.at += timedelta(minutes=1)
    state = sync(asked)
    assert (state.live, state.changed, state.problem) == (1, 1, "")
    (record,) = stored.open_of_source("cloud")
    assert record.customer == "ola"
    ended = [x for x in stored.all_assignments(believed=True) if x.customer == "kari"]
    assert [x.end for x in ended if x.source == "cloud"] == [good]
    told.says()
    sync(asked)
    assert stored.open_of_source("cloud") == []


def test_what_it_does_not_name_in_its_prefix_is_nobodys(furnished, told, now):
    """An older import inside it counts no more from the first look on, and did before."""
    source = replace(CLOUD, prefixes=("203.0.113.0/28",))
    asked = with_source(furnished, source)
    assert holder(asked, "203.0.113.10", now.at)[1] == "alder"
    told.says(_113_11="ola")
    sync(asked)
    later = now.at + timedelta(minutes=10)
    assert holder(asked, "203.0.113.10", later) == ("unknown", None)
    assert holder(asked, "203.0.113.10", now.at - timedelta(minutes=10))[1] == "alder"
    assert holder(asked, "203.0.113.11", later)[1] == "ola"


def test_another_precedence_leaves_the_holder(asked, told, now):
    """The settings changed: the records follow at the next look, with the same times."""
    told.says(_113_7="ola")
    sync(asked)
    weak = with_source(asked, replace(CLOUD, precedence=-1))
    now.at += timedelta(hours=1)
    sync(weak)
    (record,) = stored.open_of_source("cloud")
    assert (record.precedence, record.start < NOON + timedelta(minutes=1)) == (-1, True)


def test_two_cannot_ask_at_once(asked, told):
    """What another asks is not asked; who lost the lease writes nothing."""
    held = inventory_sources.lease("cloud", asked.now(), seconds=900, worker="other")
    with pytest.raises(Conflict, match="found a worker that does"):
        sync(asked)
    inventory_sources.finish(held, held.state, asked.now())
    told.says(_113_7="ola")

    def stolen() -> None:
        later = asked.now() + timedelta(hours=1)
        inventory_sources.lease("cloud", later, seconds=900, worker="other", early=True)

    told.during = stolen
    with pytest.raises(Conflict, match="found it lost"):
        sync(asked)
    assert stored.open_of_source("cloud") == []


def test_a_wrong_setting_is_told(asked, told):
    """A person hears it at once; the worker goes on without the source, and logs it once."""
    del told
    odd = replace(CLOUD, kind="none", options={"seconds": 0})
    with pytest.raises(Invalid, match="expected a kind of told, found 'none'"):
        sync_now(with_source(asked, odd), None, by=SYSTEM)
    assert SourceAsker(asked, odd, "w").ask_if_due() is None
    with pytest.raises(Invalid, match="option seconds"):
        sync_now(with_source(asked, replace(odd, kind="told")), None, by=SYSTEM)
    with pytest.raises(Invalid, match="expected cloud, found 'fog'"):
        sync_now(asked, "fog", by=SYSTEM)
