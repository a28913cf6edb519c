"""What stands and limits nobody is told; what works is told once; what is not known is not told."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from app import kernel
from app.conftest import NOON, report
from app.steps import arrive, enforce, told
from app.telemetry.questions.test_baseline import rows_at
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.effect import judge_effects
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.enforcing.why import why, why_lines
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.app.telemetry.collector.state_files import archive_folder
from aupkeep.enforcement.drivers.record import DryRunDriver
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.store import actions
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters, RowField

ADA = "ada@aupkeep.example"
ADDRESS = "203.0.113.10"  # where the machine of 203.0.113.70 is by now


class Counting(kernel.FileKernel):
    """A system that counts what it stops, and may know why it stops nothing."""

    stopped = 0
    why: str | None = None

    def observe(self):
        """What stands, each with the same count."""
        from dataclasses import replace

        return tuple(replace(e, packets=self.stopped) for e in DryRunDriver.observe(self))

    def doubt(self, action):
        """The same for all."""
        del action
        return self.why


@pytest.fixture
def agent(furnished):
    """The agent beside the desk, with such a system."""
    agent = kernel.kernel_agent(furnished)
    agent._driver.driver.__class__ = Counting
    return agent


@pytest.fixture
def case(furnished, agent):
    """A case whose port 22 a person closed, read back just now."""
    (found,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    words = {"measure": "block-port", "hours": 4}
    decide_case(furnished, found.reference, people=(ADA,), reasons="it goes on", **words)
    enforce(furnished, agent)
    (action,) = actions.of_case(found.id)
    assert (action.state, action.effect) == (ActionState.APPLIED, None)
    return find_case(found.reference)


def turn(context, now, agent, seconds=5.0):
    """Time passes; the agent's and the worker's next turns."""
    now.at += timedelta(seconds=seconds)
    enforce(context, agent)
    judge_effects(context)


def flows(context, at, **fields):
    """Rows of a second of traffic, as an exporter told them."""
    folder = archive_folder(context.home, context.settings)
    exporters = Exporters()
    exporters.number(ip_address("192.0.2.1"))
    archive = Archive(folder, patient=True, reserve=0)
    begun = int(at.timestamp() * 1000)
    rows = rows_at(begun, 9, src=ADDRESS, **fields)
    rows["has"] |= int(RowField.START | RowField.END)
    archive.append(rows, exporters, begun)
    archive.close()


def effect(context):
    """As the list shows it."""
    (measure,) = list_measures(context)
    return measure.effect


def check(context):
    """The doctor's word on effects, and whether the head of each page has it."""
    (row,) = [row for row in doctor(context, lambda _: "") if row.check == "effects"]
    heads = [row.check for row in page_hindrances(context)]
    assert ("effects" in heads) == (not row.ok)
    return row


def test_a_reason_of_the_machine(furnished, now, agent, case):
    """Told at once on the case, in the list, by why, doctor and each page; and when it is over."""
    assert check(furnished).ok
    Counting.why = "this machine forwards no IPv4"
    try:
        turn(furnished, now, agent)
    finally:
        Counting.why = None
    assert effect(furnished) == "no effect: this machine forwards no IPv4"
    (noted,) = told(case, EntryType.ACTION_EFFECT)
    assert noted["effect"] == effect(furnished)
    row = check(furnished)
    assert case.reference in row.found
    assert "forwards no IPv4" in row.found
    assert row.remedy == f"aupkeep why {case.reference}"
    lines = "\n".join(why_lines(why(furnished, case.reference)))
    assert "effect: no effect: this machine forwards no IPv4" in lines
    turn(furnished, now, agent)
    assert effect(furnished) == "0 packets stopped"
    assert check(furnished).ok
    assert len(told(case, EntryType.ACTION_EFFECT)) == 2
    turn(furnished, now, agent)
    assert len(told(case, EntryType.ACTION_EFFECT)) == 2


def test_it_works(furnished, now, agent, case):
    """Its first packets are an entry, once; the list has the count; later flows prove nothing."""
    Counting.stopped = 7
    try:
        for _ in range(8):
            turn(furnished, now, agent)
        flows(furnished, now.at - timedelta(seconds=2), proto=6, dport=22)
        turn(furnished, now, agent)
    finally:
        Counting.stopped = 0
    assert effect(furnished) == "7 packets stopped"
    assert [row["effect"] for row in told(case, EntryType.ACTION_EFFECT)] == [
        "its system stopped packets"
    ]
    assert check(furnished).ok


def test_the_traffic_goes_on(furnished, now, agent, case):
    """Nothing was stopped and the flows go on: told within 30 s of the read-back."""
    read_back = now.at
    turn(furnished, now, agent)
    assert effect(furnished) == "0 packets stopped"
    flows(furnished, now.at, proto=6, dport=22)
    turn(furnished, now, agent)
    assert now.at - read_back < timedelta(seconds=30)
    assert effect(furnished).startswith("no effect: 1 flows that it should stop were seen since")
    assert not check(furnished).ok
    turn(furnished, now, agent)
    assert len(told(case, EntryType.ACTION_EFFECT)) == 1
    Counting.stopped = 1
    try:
        turn(furnished, now, agent, 40)
    finally:
        Counting.stopped = 0
    assert check(furnished).ok


@pytest.mark.parametrize(
    ("seconds", "fields"),
    [
        (-20, {"proto": 6, "dport": 22}),  # of before it stood
        (0, {"proto": 6, "dport": 22}),  # on its way when it was read back
        (6, {"proto": 6, "dport": 443}),
        (6, {"proto": 17, "dport": 22}),
    ],
)
def test_other_traffic(furnished, now, agent, case, seconds, fields):
    """Flows of before, or that it need not stop, say nothing against it."""
    flows(furnished, now.at + timedelta(seconds=seconds), **fields)
    turn(furnished, now, agent, 9)
    assert effect(furnished) == "0 packets stopped"
    assert check(furnished).ok
    assert told(case, EntryType.ACTION_EFFECT) == []


def test_nothing_is_counted(furnished, now, agent, case):
    """A system that counts nothing is not doubted for flows: they may be seen in front of it."""
    Counting.stopped = None
    try:
        flows(furnished, now.at + timedelta(seconds=4), proto=6, dport=22)
        turn(furnished, now, agent, 40)
    finally:
        Counting.stopped = 0
    assert effect(furnished) is None
    assert told(case, EntryType.ACTION_EFFECT) == []


def test_an_agent_is_sent_nothing_of_it(furnished, now, agent, case):
    """What was seen of an effect changes no desired state: no serial is spent on it."""
    from aupkeep.app.enforcing.desired_state import write_desired

    Counting.why = "elsewhere"
    try:
        turn(furnished, now, agent)
        assert effect(furnished) == "no effect: elsewhere"
        assert not write_desired(furnished, "main")
    finally:
        Counting.why = None
