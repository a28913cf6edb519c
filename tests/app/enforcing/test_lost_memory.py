"""An agent whose folder is gone knows nothing of what it did: nobody is told what nobody saw."""

import dataclasses
import shutil
from datetime import timedelta

import pytest

from app import kernel
from app.conftest import JUST_NOW, report
from app.steps import arrive, enforce, enforce_at, look_at_clocks
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_status
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.app.enforcing.desired_state import last_state, write_desired
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.pages.doctor.load import doctor
from aupkeep.app.proof.verify import verify_home
from aupkeep.enforcement.agent_report import FILE, ActionStatus, read_report, write_report
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.errors import Conflict
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices

pytestmark = pytest.mark.network


def suspended(desk):
    """A case whose machine billing holds, and its measure."""
    (case,) = arrive(desk, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "suspend-resource", "hours": 48, "reasons": "it goes on"}
    made = decide_case(desk, case.reference, people=("ada",), **limits)
    enforce_at(desk, "billing")
    return case, actions.get(made.actions[0])


def test_what_billing_holds_is_not_said_to_be_lifted(billed, receiver):
    """Undone while the folder is lost: being lifted until a person looked and says so."""
    case, action = suspended(billed)
    shutil.rmtree(billed.home.agent / "billing")
    with pytest.raises(Conflict, match="by hand"):
        confirm_by_hand(billed, action.id, proof="I gave it back", person="ada")
    undo_action(billed, action.id, reason="they mended it", person="ada")
    for _ in range(2):
        enforce_at(billed, "billing")
    assert len(receiver.holds) == 1
    (row,) = list_measures(billed)
    assert row.state == "lifting"
    assert row.reason.startswith("not gone: its agent lost its memory")
    assert f"aupkeep done {action.id}" in row.reason
    assert NoticeKind.LIFTED not in {x.kind for x in notices.of_case(case.id)}
    billed.now.at += timedelta(minutes=2)
    (check,) = [x for x in doctor(billed, lambda _: "") if x.check == "measures"]
    assert not check.ok
    assert "lost its memory" in check.found
    confirm_by_hand(billed, action.id, proof="billing shows it running", person="ada")
    gone = actions.get(action.id)
    assert (gone.state, gone.took_effect) == ("lifted", True)
    assert NoticeKind.LIFTED in {x.kind for x in notices.of_case(case.id)}
    assert verify_home(billed).ok


@pytest.mark.parametrize("lost", ["memory.json", "", "nothing"])
def test_a_system_that_shows_what_is_ours_is_asked(furnished, monkeypatch, *, lost: str):
    """Its memory, its whole folder or nothing is lost: it stood, it is gone, the customer hears."""
    finding = dataclasses.replace(kernel.KERNEL, finds_own=True)
    able = dataclasses.replace(kernel.PLUGIN, able=finding)
    monkeypatch.setitem(known_drivers(), kernel.NAME, able)
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "block-port", "hours": 4, "reasons": "it goes on"}
    made = decide_case(furnished, case.reference, people=("ada",), **limits)
    enforce(furnished)
    folder = furnished.home.agent / "main"
    if lost == "memory.json":
        (folder / lost).unlink()
    elif not lost:
        shutil.rmtree(folder)
    undo_action(furnished, made.actions[0], reason="they mended it", person="ada")
    enforce(furnished)
    gone = actions.get(made.actions[0])
    assert (gone.state, gone.took_effect) == ("lifted", True)
    assert gone.proof.endswith("its agent finds nothing of it" if not lost else "read back: gone")
    assert NoticeKind.LIFTED in {x.kind for x in notices.of_case(case.id)}


@pytest.mark.parametrize("lifted", [False, True])
def test_what_is_told_to_stand_past_its_end_is_not_over(furnished, now, *, lifted: bool):
    """The system should end it by itself, and its agent sees it still: it is being lifted."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "block-port", "hours": 4, "reasons": "it goes on"}
    made = decide_case(furnished, case.reference, people=("ada",), **limits)
    enforce(furnished)
    place = furnished.home.agent / "main" / FILE
    seen = read_report(place.read_bytes())
    left = dataclasses.replace(seen.actions[0], state="failed", proof="a peer's table has it")
    if lifted:
        now.at += timedelta(hours=1)
        undo_action(furnished, made.actions[0], reason="they mended it", person="ada")
        write_desired(furnished, "main")

    def told(state: ActionStatus) -> None:
        serial = last_state(furnished, "main").serial
        said = dataclasses.replace(seen, at=now.at, serial=serial, actions=(state,))
        take_status(furnished, "main", write_report(said))

    told(left)
    now.at += timedelta(hours=4, minutes=1)
    for _ in range(3):
        told(left)
        look_at_clocks(furnished)
        now.at += timedelta(minutes=2)
    stands = actions.get(made.actions[0])
    assert (stands.state, stands.proof) == ("lifting", "not gone: a peer's table has it")
    assert NoticeKind.LIFTED not in {x.kind for x in notices.of_case(case.id)}
    told(dataclasses.replace(left, state="expired", proof="its time is over; read back: gone"))
    assert actions.get(made.actions[0]).state == "expired"
    assert NoticeKind.LIFTED in {x.kind for x in notices.of_case(case.id)}


def test_a_silent_agent_keeps_no_measure_that_its_system_ends(furnished, now):
    """What it said before the end says nothing of what is there after it."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "block-port", "hours": 4, "reasons": "it goes on"}
    made = decide_case(furnished, case.reference, people=("ada",), **limits)
    enforce(furnished)
    seen = read_report((furnished.home.agent / "main" / FILE).read_bytes())
    left = dataclasses.replace(seen.actions[0], state="failed", proof="the kernel says no")
    take_status(furnished, "main", write_report(dataclasses.replace(seen, actions=(left,))))
    now.at += timedelta(hours=4, minutes=2)
    look_at_clocks(furnished)
    assert actions.get(made.actions[0]).state == "expired"
