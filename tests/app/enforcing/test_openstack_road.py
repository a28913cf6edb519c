"""A suspension that a cloud carries out: decided, seen there, undone by ours alone."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import JUST_NOW, NOON, furnish, report, with_settings
from app.steps import arrive, enforce_at, look_at_clocks, told, work
from aupkeep.app.access.links import make_link
from aupkeep.app.context import bind
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.plan import plan_measure
from aupkeep.app.enforcing.standing import list_measures, list_targets
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Measure
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices
from enforcement.openstack.cloud import Machine
from enforcement.openstack.double import DoubleCloud

pytestmark = pytest.mark.network
SUSPEND = {"measure": "suspend-resource", "hours": 48, "reasons": "it goes on"}


@pytest.fixture
def cloud() -> Iterator[DoubleCloud]:
    with DoubleCloud() as double:
        thread = threading.Thread(target=double.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield double
        double.shutdown()
        thread.join()


@pytest.fixture
def secret(cloud: DoubleCloud, monkeypatch: pytest.MonkeyPatch) -> str:
    ident, text = cloud.credential("keeper")
    monkeypatch.setenv("CLOUD_ID", ident)
    monkeypatch.setenv("CLOUD_SECRET", text)
    return text


@pytest.fixture
def clouded(context, cloud, secret):
    """A desk whose machines are in a cloud; its secret stands in the settings by reference."""
    options = {
        "auth_url": cloud.url,
        "credential_id": "env:CLOUD_ID",
        "credential_secret": "env:CLOUD_SECRET",
    }
    held = ("isolate", "suspend-resource")
    oslo = TargetSettings(name="oslo", driver="openstack", measures=held, options=options)
    desk = with_settings(context, enforcement=EnforcementSettings(targets=(oslo,)))
    bind(desk)
    return furnish(desk)


def test_a_suspension_is_seen_and_ours_alone_is_taken_back(clouded, cloud, secret):
    """Billing locks the machine meanwhile: its lock stays, and a person is told what was left."""
    machine = cloud.machines[0]
    (case,) = arrive(clouded, report("203.0.113.10", JUST_NOW))
    decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    enforce_at(clouded, "oslo")
    (row,) = list_measures(clouded)
    assert row.state == "applied"
    assert f"power:{machine.id} PAUSED" in row.seen
    assert cloud.state()[machine.id][2].startswith(f"aupkeep case {case.reference} action ")
    cloud.act("billing", machine, "lock", {"locked_reason": "invoice 7"})
    (action,) = actions.of_case(case.id)
    undo_action(clouded, action.id, reason="they mended it", person="ada")
    enforce_at(clouded, "oslo")
    assert actions.get(action.id).state == "lifted"
    assert cloud.state()[machine.id][:4] == ("PAUSED", True, "invoice 7", True)
    enforce_at(clouded, "oslo")
    (target,) = list_targets(clouded)
    assert "left as it is, locked: invoice 7" in " ".join(target.drift)
    assert verify_home(clouded).ok
    assert secret not in repr(plan_measure(clouded, Measure.ISOLATE, "203.0.113.10", NOON))


def test_a_port_that_is_put_up_again_is_told(clouded, cloud):
    """By `aupkeep enforcement drift`, and it is down again."""
    machine = cloud.machines[0]
    (case,) = arrive(clouded, report("203.0.113.10", JUST_NOW))
    decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    enforce_at(clouded, "oslo")
    assert cloud.change("customer", machine, admin_state_up=True) == 200
    enforce_at(clouded, "oslo")
    (target,) = list_targets(clouded)
    assert f"port-state:{machine.port}: expected down, found up" in " ".join(target.drift)
    assert cloud.state()[machine.id][3] is False


def test_nothing_of_the_secret_is_kept(clouded, cloud, secret):
    """In no file of the home: not in the journal, a desired state or the agent's folder."""
    (case,) = arrive(clouded, report("203.0.113.10", JUST_NOW))
    decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    enforce_at(clouded, "oslo")
    files = [path for path in clouded.home.path.rglob("*") if path.is_file()]
    assert any(path.name == "openstack.json" for path in files)
    assert [path for path in files if secret.encode() in path.read_bytes()] == []


Held = tuple[str, int, str, str]  # customer, which machine, from when, until when


def assign(desk, cloud, address: str, *rows: Held) -> None:
    """Who held an address; worked off."""
    lines = [
        f"{address},{customer},{cloud.machines[number].resource},{begun},{ended}\n"
        for customer, number, begun, ended in rows
    ]
    result = import_assignments(
        desk, ("address,customer,resource,from,until\n" + "".join(lines)).encode(), "csv"
    )
    assert not result.dead
    work(desk)


def test_a_floating_ip_moves_before_the_decision_and_under_the_measure(clouded, cloud, now):
    """Who sent it is suspended, where it is known by another address; who has it now never is."""
    first, second, third = cloud.machines[:3]
    ident = cloud.floating_ip(first.port)
    address = cloud.get("network", f"/floatingips/{ident}", "floatingip")["floating_ip_address"]
    declare_space(clouded, "198.51.100.0/24", "main")
    assign(clouded, cloud, address, ("alder", 0, "2026-03-01T08:00:00Z", ""))
    (case,) = arrive(clouded, report(address, JUST_NOW))
    assert case.customer == "alder"

    def move(to: Machine, *rows: Held) -> None:
        path, body = f"/floatingips/{ident}", {"floatingip": {"port_id": to.port}}
        assert cloud.call("customer", "PUT", "network", path, body)[0] == 200
        assign(clouded, cloud, address, *rows)

    untouched = {machine.id: cloud.state()[machine.id] for machine in (second, third)}
    was = ("alder", 0, "2026-03-01T08:00:00Z", "2026-03-01T11:58:00Z")
    move(second, was, ("birch", 1, "2026-03-01T11:58:00Z", ""))
    with pytest.raises(Forbidden, match="another may hold it"):
        decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    assign(clouded, cloud, "198.51.100.200", ("alder", 0, "2026-03-01T08:00:00Z", ""))
    decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    enforce_at(clouded, "oslo")
    (action,) = actions.of_case(case.id)
    assert (action.state, action.scope.resource) == ("applied", first.resource)
    assert cloud.state()[first.id][:2] == ("PAUSED", True)

    now.at += timedelta(hours=2)
    hers = ("birch", 1, "2026-03-01T11:58:00Z", "2026-03-01T13:00:00Z")
    move(third, hers, ("clinic", 2, "2026-03-01T13:00:00Z", ""))
    enforce_at(clouded, "oslo")
    (action,) = actions.of_case(case.id)
    assert (action.state, cloud.state()[first.id][0]) == ("applied", "PAUSED")
    assert {machine: cloud.state()[machine] for machine in untouched} == untouched
    undo_action(clouded, action.id, reason="they mended it", person="ada")
    enforce_at(clouded, "oslo")
    assert cloud.state()[first.id][:2] == ("ACTIVE", False)
    assert {machine: cloud.state()[machine] for machine in untouched} == untouched
    at = cloud.get("network", f"/floatingips/{ident}", "floatingip")
    assert at["port_id"] == third.port
    assert verify_home(clouded).ok


@pytest.mark.both
def test_a_suspension_by_name_goes_by_whose_the_machine_is(clouded, cloud, now):
    """Its one address goes to birch: it stands, told once. The machine goes: it is lifted."""
    machine, address = cloud.machines[0], "203.0.113.30"
    since = "2026-03-01T11:00:00Z"
    assign(clouded, cloud, address, ("alder", 0, since, ""))
    (case,) = arrive(clouded, report(address, JUST_NOW))
    decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    enforce_at(clouded, "oslo")
    now.at += timedelta(hours=2)
    left = "2026-03-01T13:50:00Z"
    assign(clouded, cloud, address, ("alder", 0, since, left), ("birch", 1, left, ""))
    look_at_clocks(clouded)
    enforce_at(clouded, "oslo")
    assert cloud.state()[machine.id][:2] == ("PAUSED", True)
    notes = [x for x in told(case, EntryType.CASE_CHANGED) if "stands" in x]
    assert [note["left"] for note in notes] == [address]
    assign(clouded, cloud, "203.0.113.31", ("birch", 0, left, ""))
    enforce_at(clouded, "oslo")
    (action,) = actions.of_case(case.id)
    assert (action.state, cloud.state()[machine.id][:2]) == ("lifted", ("ACTIVE", False))
    (why,) = [x["why"] for x in told(case, EntryType.CASE_CHANGED) if x.get("ended")]
    assert f"{machine.resource} is known to be held by birch now" in why
    assert verify_home(clouded).ok


@pytest.mark.parametrize(
    ("customer", "subject", "text", "page"),
    [
        (
            "alder",
            "tiltaket vårt er over, det som var begrenset før det, er ikke opphevet",
            "lot vi være som vi fant det",
            "Noe der var begrenset før tiltaket vårt",
        ),
        (
            "birch",
            "our measure has ended, what was limited before it is not lifted",
            "We left that as we found it",
            "Something was limited there before our measure",
        ),
    ],
)
def test_what_was_limited_before_us_is_told_in_plain_words(
    clouded, cloud, customer, subject, text, page
):
    """Billing had the machine paused: after our end it is so still, and no one says it works."""
    machine, address = cloud.machines[0], "203.0.113.30"
    cloud.act("billing", machine, "pause")
    assign(clouded, cloud, address, (customer, 0, "2026-03-01T08:00:00Z", ""))
    (case,) = arrive(clouded, report(address, JUST_NOW))
    decide_case(clouded, case.reference, people=("ada",), **SUSPEND)
    enforce_at(clouded, "oslo")
    (action,) = actions.of_case(case.id)
    assert action.state == "applied"
    undo_action(clouded, action.id, reason="they mended it", person="ada")
    enforce_at(clouded, "oslo")
    assert cloud.state()[machine.id][0] == "PAUSED"
    (letter,) = [x for x in notices.of_case(case.id) if x.kind is NoticeKind.LIFTED]
    assert subject in letter.title
    assert text in letter.text
    assert "left as before us" not in letter.text
    assert all(words not in letter.text for words in ("without limits", "ikke lenger begrenset"))
    token, link = make_link(clouded, LinkKind.CUSTOMER, letter.recipient, case=case.id)
    record(clouded, entry(clouded, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    language = {"alder": "nb", "birch": "en"}[customer]
    assert page in Client().get(f"/c/{token}/?language={language}").content.decode()
