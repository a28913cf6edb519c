"""Two machines with a copy of one agent's folder: a person is told, nobody is refused for it."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from api.test_agent_keys import JSON, told
from aupkeep.app.context import bound
from aupkeep.app.enforcing.agent_keys import key_status, list_keys
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.enforcement.agent_key import request_signer
from aupkeep.enforcement.signed_request import AgentRequest
from aupkeep.store import agent_keys
from aupkeep.store.guard import writing
from aupkeep.store.models import AgentContactRow

pytestmark = pytest.mark.both


@dataclass
class Machine:
    """An agent's machine: its folder, and how far its clock is off in seconds."""

    call: object
    folder: Path
    now: object
    off: timedelta = timedelta()
    aware: bool = True

    def headers(self, request, above):
        signer = request_signer(self.folder, lambda: self.now.at + self.off)
        headers = signer.headers(request, above)
        if not self.aware:
            del headers["Aupkeep-Previous-Number"]
        return {name.replace("-", "_"): value for name, value in headers.items()}

    def ask(self):
        """The state is asked for, and reported; as an agent does where a number is too old."""
        for method, path, body in (("GET", "desired", b""), ("POST", "status", told())):
            request = AgentRequest(method=method, path=f"/api/v1/{path}/main", body=body)
            above = 0
            for _ in range(2):
                status, answer = self.call(
                    method, f"{path}/main", body, media=JSON, **self.headers(request, above)
                )
                if status != 409:
                    break
                above = key_number()
            assert status == 200, answer


def key_number():
    """The number that the server tells an agent whose own is too old."""
    return agent_keys.contact("main").number


def named():
    """What doctor and the head of each page say of agents."""
    checks = [*doctor(bound(), lambda _: ""), *page_hindrances(bound())]
    return [it.found for it in checks if it.check == "agents" and "took turns" in it.found]


@pytest.fixture
def edge(call, now, tmp_path):
    """A router whose agent has reported for some time."""
    write_desired(bound(), "main")
    machine = Machine(call, tmp_path / "edge", now)
    for _ in range(3):
        step(now, machine)
    return machine


def step(now, *machines: Machine):
    """Five seconds pass, and each asks and reports."""
    now.at += timedelta(seconds=5)
    for machine in machines:
        machine.ask()


def copy_of(machine, **change):
    """A second machine with what stands in the folder now."""
    folder = machine.folder.with_name("copy")
    shutil.copytree(machine.folder, folder)
    return Machine(machine.call, folder, machine.now, **change)


@pytest.mark.parametrize("off", [0, 1, -1, 86_400, -172_800])
def test_two_that_take_turns_are_named(edge, now, off):
    """Whatever their clocks say; each goes on being heard, and its state is given to it."""
    assert named() == []
    copy = copy_of(edge, off=timedelta(seconds=off))
    for _ in range(3):
        step(now, edge, copy)
    assert len(named()) == 2
    assert all("main: two that have its key took turns" in words for words in named())
    assert now.at - list_keys()[0].forked < timedelta(seconds=5)


def test_a_copy_that_spoke_once_is_named_by_the_true_one(edge, now):
    """A thief who says it knows of the last request is still found out: the true one does not."""
    copy = copy_of(edge)
    step(now, edge)
    (copy.folder / "sent").write_bytes((edge.folder / "sent").read_bytes())
    step(now, copy)
    assert named() == []
    step(now, edge)
    assert named()


def test_one_put_back_is_named_for_an_hour(edge, now):
    """A folder from a backup, or whose numbers were lost: once, then it is quiet again."""
    copy = copy_of(edge)
    step(now, edge)
    for _ in range(3):
        step(now, copy)
    assert named()
    first = key_status("main").forked
    now.at += timedelta(hours=1)
    step(now, copy)
    assert (named(), key_status("main").forked) == ([], first)


def test_one_agent_alone_is_never_named(edge, now):
    """With its clock set, its server put back, its answers lost, killed before it sent."""
    for off in (0, 172_800, -172_800, 0):
        edge.off = timedelta(seconds=off)
        step(now, edge)
        request_signer(edge.folder, now).headers(AgentRequest(method="GET", path="/"))
    with writing():
        AgentContactRow.objects.update(number=5)
    step(now, edge)
    assert key_status("main").forked is None


def test_agents_that_do_not_say_what_was_before_are_not_judged(edge, now):
    """Older ones: unknown is no ground to name anybody."""
    edge.aware = False
    copy = copy_of(edge, aware=False)
    for _ in range(3):
        step(now, edge, copy)
    assert key_status("main").forked is None
