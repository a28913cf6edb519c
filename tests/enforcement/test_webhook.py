"""The webhook driver against a real receiver on loopback, which checks every signature itself."""

import base64
import re
from datetime import timedelta
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.drivers.webhook import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.orders import Clock, order
from enforcement.receiver import SECRET, Answering, Receiver

pytestmark = pytest.mark.network
NEXT = f"whsec_{base64.b64encode(b'n' * 24).decode()}"
ACCOUNT = Scope(customer="acme", resource="vm-7")


def options(receiver: Receiver, *, read: bool = True, **changes: str) -> dict[str, str]:
    given = {"url": receiver.url, "secret": SECRET}
    if read:
        given |= {"read_url": f"{receiver.url}/holds", "read_token": "readable"}
    return given | changes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(receiver: Receiver, tmp_path: Path, clock: Clock):
    """Open the driver over the same folder, as an agent that starts anew does."""

    def opened(*, cap: int = 100, **changes: object) -> GuardedDriver:
        context = DriverContext(
            folder=tmp_path, now=clock, cap=cap, options=options(receiver, **changes)
        )
        return DRIVER.open(context)

    return opened


class TestReadBack(Contract):
    """The whole suite, each hold read back from the receiver."""

    @pytest.fixture
    def bench(self, receiver: Receiver, tmp_path: Path) -> Bench:
        return bench_over(DRIVER, tmp_path, options(receiver))


class TestAnnounced(Contract):
    """The whole suite without a place to read back from."""

    @pytest.fixture
    def bench(self, receiver: Receiver, tmp_path: Path) -> Bench:
        return bench_over(DRIVER, tmp_path, options(receiver, read=False))


def suspend(**changes: object) -> Action:
    return order(Measure.SUSPEND_RESOURCE, driver="webhook", aim=ACCOUNT, **changes)


def planned(driver: GuardedDriver, action: Action):
    return driver.plan(action, by_place(driver.observe()), NOTHING)


def test_what_is_told(make, receiver):
    """Whom, what, under which clause, since and until when; that it is no outage."""
    driver = make()
    put(driver, suspend(clause="intrusion"))
    ((number, event),) = receiver.events.items()
    action = suspend()
    assert re.fullmatch(rf"{action.id}\.1\.service\.held", number)
    assert event["type"] == "service.held"
    assert event["data"] == {
        "id": action.id,
        "case": action.reference,
        "customer": "acme",
        "resource": "vm-7",
        "subject": "",
        "measure": "suspend-resource",
        "level": "L5",
        "covers": ["resource"],
        "clause": "intrusion",
        "since": event["data"]["since"],
        "until": event["data"]["until"],
        "hold_until": None,
        "sla_exclusion": True,
        "delete_nothing": True,
    }


def test_only_what_can_be_read_back_counts_as_applied(make):
    assert make().able.reads_back
    assert not make(read=False).able.reads_back
    assert not DRIVER.able.ends_by_itself


def test_what_the_receiver_lost_is_told_anew(make, receiver):
    """A new event, since one that it knows it does not do twice."""
    put(make(), suspend())
    put(make(), suspend())
    assert receiver.times == 1
    receiver.holds.clear()
    put(make(), suspend())
    assert (len(receiver.events), receiver.times) == (2, 2)


def test_what_the_receiver_does_not_list_is_released_all_the_same(make, receiver):
    """Its list is half of what it holds: a release that was never told would hold for ever."""
    action = suspend()
    place = put(make(), action)
    held, receiver.holds = receiver.holds, {}
    (element,) = make().observe()
    assert (element.action, element.expires) == (action.id, None)
    make().revert(place, action.id)
    assert [event["type"] for event in receiver.events.values()] == [
        "service.held",
        "service.released",
    ]
    assert (make().observe(), held) == ((), {action.id: "held"})


def test_what_has_only_begun_is_pending_until_it_is_read_back(make, receiver):
    driver = make()
    receiver.answers = 202
    with pytest.raises(Pending, match="has it and is not done"):
        put(driver, suspend())
    with pytest.raises(Pending):
        put(make(), suspend())
    assert receiver.times == 1  # it is asked, not told again
    (element,) = driver.observe()
    assert element.expires is None  # so it is looked at again
    receiver.holds = dict.fromkeys(receiver.holds, "held")
    put(driver, suspend())
    assert driver.prove(suspend()).seen


@pytest.mark.parametrize("answer", [400, 401, 403, 404, 410])
def test_a_refusal_is_told_once_and_nothing_stands(make, receiver, answer):
    """Credentials that fail are not tried into a lock-out."""
    receiver.answers = answer
    driver = make()
    with pytest.raises(DriverRefused, match=f"the receiver answers {answer}"):
        put(driver, suspend())
    assert driver.observe() == ()
    assert receiver.times == 1


@pytest.mark.parametrize("answer", [429, 500, 503])
@pytest.mark.parametrize("read", [True, False])
def test_a_fault_is_tried_again(make, receiver, answer, read):
    """What was sent may have been taken: it is not forgotten, and told again by the same id."""
    driver = make(read=read)
    receiver.answers = answer
    with pytest.raises(Unavailable, match=f"the receiver answers {answer}"):
        put(driver, suspend())
    receiver.answers = 200
    put(make(read=read), suspend())
    assert len(receiver.events) == 1
    assert make(read=read).prove(suspend()).seen


@pytest.mark.parametrize("read", [True, False])
def test_what_is_refused_after_a_try_that_may_have_arrived_is_released(make, receiver, *, read):
    """No answer, then a no: the receiver may hold it, so it is released before it is refused."""
    receiver.answers = 503
    with pytest.raises(Unavailable, match="answers 503"):
        put(make(read=read), suspend())
    receiver.answers = 410
    for _ in range(2):
        with pytest.raises(Unavailable, match="410; an earlier try may be held, and is not rel"):
            put(make(read=read), suspend())
    assert receiver.times == 4, "refused once; what is tried again is the release"
    receiver.answers, receiver.holds[suspend().id] = 200, "held"  # it came late
    (element,) = make(read=read).observe()
    assert (element.action, element.expires) == (suspend().id, None)
    with pytest.raises(DriverRefused, match=r"^the receiver answers 410$"):
        put(make(read=read), suspend())
    assert [event["type"] for event in receiver.events.values()] == ["service.released"]
    assert (receiver.holds, make(read=read).observe()) == ({}, ())
    put(make(read=read), suspend())
    assert receiver.holds == {suspend().id: "held"}


@pytest.mark.parametrize(
    ("there", "read", "token", "left"),
    [
        (True, True, "readable", True),
        (False, True, "readable", False),
        (False, False, "readable", True),
        (False, True, "wrong", True),
    ],
)
def test_a_hold_that_is_on_no_record_lingers_where_the_receiver_has_it(
    make, receiver, token: str, *, there: bool, read: bool, left: bool
):
    """Where nobody can say, or it does not answer, it may be there."""
    action = suspend()
    receiver.holds = {action.id: "held"} if there else {}
    driver = make(read=read, **({"read_token": token} if read else {}))
    assert driver.remains(action, {}) == (f"hold {action.id}" if left else "")


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([], "the receiver was told, and its read_url does not show it"),
        (["gone fishing"], "expected 'held' at its read_url, found 'gone fishing'"),
        (["pending"], "the receiver has it and is not done"),
    ],
)
def test_what_the_receiver_shows_is_said(make, receiver, monkeypatch, states, words):
    """None of it counts as applied."""
    monkeypatch.setattr(Answering, "_take", lambda *_: None)
    receiver.holds = {suspend().id: state for state in states}
    with pytest.raises(Pending, match=words):
        put(make(), suspend())


def test_a_release_is_told_until_it_was_taken(make, receiver):
    driver = make()
    place = put(driver, suspend())
    receiver.answers = 503
    with pytest.raises(Unavailable):
        driver.revert(place, suspend().id)
    assert len(driver.observe()) == 1
    receiver.answers, receiver.stuck = 200, True
    with pytest.raises(Pending, match="still holds it"):
        driver.revert(place, suspend().id)
    receiver.holds.clear()
    assert make().revert(place, suspend().id).after is None
    assert driver.observe() == ()


def test_a_hold_of_somebody_else_is_theirs(make, receiver):
    """It is reported and never released; ours goes and theirs stays."""
    driver = make()
    receiver.holds["billing-7"] = "held"
    place = put(driver, suspend())
    assert {element.action for element in driver.observe()} == {suspend().id, ""}
    driver.revert(place, suspend().id)
    assert receiver.holds == {"billing-7": "held"}
    assert [element.place for element in driver.observe()] == ["hold billing-7"]


def test_a_key_is_replaced_without_a_gap(make, receiver):
    """Both keys sign while one replaces the other; a wrong one alone is refused."""
    put(make(secret=f"{NEXT} {SECRET}"), suspend())
    assert len(receiver.events) == 1
    with pytest.raises(DriverRefused, match="the receiver answers 401"):
        put(make(secret=NEXT), suspend(number=2, seconds=900))


def test_a_header_that_cannot_be_sent_is_not_repeated(make, receiver):
    driver = make(read_url=f"{receiver.url}/holds", read_token="hush\nhush")
    driver.observe()
    assert driver.unread.endswith("the receiver does not answer: ValueError")


def test_a_nonsense_answer_is_a_fault(make, receiver, clock, monkeypatch):
    driver = make()
    put(driver, suspend())
    monkeypatch.setattr(Answering, "do_GET", lambda self: self._answer(200, b'{"holds": 3}'))
    driver.observe()
    assert "read_url: expected" in driver.unread
    clock.forward(timedelta(days=400).total_seconds())
    with pytest.raises(Unavailable):
        driver.prove(suspend())


def test_what_cannot_be_read_back_can_still_be_released(make, receiver, monkeypatch):
    """A receiver whose list is broken is told all the same; what stands is said not to be seen."""
    driver = make()
    place = put(driver, suspend())
    monkeypatch.setattr(Answering, "do_GET", lambda self: self._answer(503))
    (element,) = driver.observe()
    assert element.action == suspend().id
    assert "not read back, what was acknowledged is taken to stand" in driver.unread
    with pytest.raises(Unavailable):
        driver.revert(place, suspend().id)
    assert receiver.holds == {}
    monkeypatch.undo()
    driver.revert(place, suspend().id)
    assert (driver.observe(), driver.unread) == ((), "")


def test_odd_names_of_a_receiver_are_told_in_plain_letters(make, receiver):
    receiver.holds["\ud800\n"] = "held"
    (element,) = make().observe()
    assert element.place == "hold \\ud800\n"


def hold_and_end() -> tuple[Action, Action]:
    """The hold of a service, and its end by a person."""
    month = 37 * 86_400
    held = order(Measure.TERMINATE, number=1, driver="webhook", aim=ACCOUNT, seconds=month)
    ended = order(Measure.END_SERVICE, number=2, driver="webhook", aim=ACCOUNT, seconds=month + 1)
    return held, ended


def test_the_end_of_a_service_takes_the_place_of_its_hold(make, receiver, clock):
    """No release between them; what was told says which hold it replaces, and is read back."""
    held, ended = hold_and_end()
    put(make(), held)
    put(make(), ended)
    assert [event["type"] for event in receiver.events.values()] == [
        "service.held", "service.terminated",
    ]  # fmt: skip
    told = list(receiver.events.values())[-1]["data"]
    assert (told["replaces"], told["covers"]) == (held.id, ["resource", "api-credentials"])
    assert make().prove(ended).seen
    assert [element.action for element in make().observe()] == [ended.id]
    held_event = next(iter(receiver.events.values()))["data"]
    assert held_event["hold_until"] < held_event["until"]


def test_an_end_is_taken_back_in_time_and_final_after_it(make, receiver, clock):
    """Before its time is over it is released; after it nothing is told, and it is not foreign."""
    held, ended = hold_and_end()
    put(make(), held)
    put(make(), ended)
    place = make().place(ended)
    make().revert(place, ended.id)
    assert list(receiver.events.values())[-1]["type"] == "service.released"
    put(make(), ended)
    clock.forward(38 * 86_400)
    told = receiver.times
    make().revert(place, ended.id)
    assert receiver.times == told
    assert (list(receiver.holds.values()), make().observe()) == (["terminated"], ())


def test_a_refused_end_leaves_the_hold(make, receiver, clock):
    """The receiver does not know the event: the hold is on record still, to be released."""
    held, ended = hold_and_end()
    put(make(), held)
    receiver.answers = 400
    with pytest.raises(DriverRefused):
        put(make(), ended)
    assert [element.action for element in make().observe()] == [held.id]
