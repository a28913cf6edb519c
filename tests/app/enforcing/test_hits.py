"""What a measure was to hit, what it hit, and how far off that was."""

import dataclasses
import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from app.enforcing.test_effect import Counting, agent, case, flows, turn  # noqa: F401 - fixtures
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.hits import CustomerHit, hits_lines, hits_of
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.pages.enforcement.load import undo_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.cli import enforcement as commands
from aupkeep.model.errors import Missing
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, agent_heard

HEAD = b"address,customer,resource,from,until\n"
OURS = "198.51.100.0"  # the peer of the flows here


@pytest.fixture
def action(case):  # noqa: F811 - the fixture
    """The block of tcp/22."""
    (found,) = actions.of_case(case.id)
    return found


def test_nothing_is_known_without_flows(furnished, action):
    """No flows are kept: said so, and neither none nor an error."""
    hits = hits_of(furnished, action.id)
    assert (hits.said, hits.seen, hits.expected, hits.error) == (None, None, None, None)
    assert sum("not known: no flow record tells" in line for line in hits_lines(hits)) == 2
    with pytest.raises(Missing):
        hits_of(furnished, "nobody")


def test_what_was_said_and_what_was_hit(furnished, action, agent, now, monkeypatch):  # noqa: F811
    """Of the day before what the block stops counts alone; its system's count is put beside it."""
    before = action.starts - timedelta(hours=3)
    flows(furnished, before, proto=6, dport=22)
    flows(furnished, before, proto=6, dport=443)
    flows(furnished, action.starts - timedelta(hours=30), proto=6, dport=22)
    monkeypatch.setattr(Counting, "stopped", 3)
    turn(furnished, now, agent, 3 * 3600)
    hits = hits_of(furnished, action.id)
    assert hits.said is not None
    assert (hits.said.packets, hits.said.peers, hits.said.customers) == (9, 1, ())
    assert hits.seen is not None
    assert hits.seen.packets == 0
    assert (hits.hours, hits.stopped, hits.expected, hits.error) == (3.0, 3, 1, 2.0)
    assert hits.off == "+200%"
    text = "\n".join(hits_lines(hits))
    assert "stopped         3 packets\n  expected        1 in that time: +200%" in text
    assert "not foreseen" not in text


def test_what_nobody_counted_is_compared_with_nothing(furnished, action, agent, now, monkeypatch):  # noqa: F811
    """Of a count that began late the same time is expected; of one of an unknown time nothing."""
    flows(furnished, action.starts - timedelta(hours=3), proto=6, dport=22)
    turn(furnished, now, agent, 3600)
    for path in agent.folder.glob("counts.json"):
        path.unlink()  # as after a reboot: the sum begins anew
    monkeypatch.setattr(Counting, "stopped", 7)
    turn(furnished, now, agent, 30)
    began = agent_heard.by_target()[action.target].counted_since[action.id]
    assert now.at - began < timedelta(seconds=1)
    monkeypatch.setattr(Counting, "stopped", 10)
    turn(furnished, now, agent, 2 * 3600)
    hits = hits_of(furnished, action.id)
    assert (hits.stopped, hits.counted_since, hits.expected) == (3, began, 1)
    told = f"stopped         3 packets; unknown before {show_moment(began)}"
    assert told in "\n".join(hits_lines(hits))
    heard = agent_heard.by_target()[action.target]
    agent_heard.put(dataclasses.replace(heard, counted_since={}))
    hits = hits_of(furnished, action.id)
    assert (hits.stopped, hits.counted_since, hits.expected, hits.error) == (3, None, None, None)
    assert "3 packets; since when is unknown" in "\n".join(hits_lines(hits))


def test_another_customer_who_was_not_foreseen(furnished, action, agent, now):  # noqa: F811
    """One of ours who was at the other end of what is stopped only since it began stands out."""
    declare_space(furnished, f"{OURS}/24", "main")
    row = f"{OURS},birch,vm-b,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, HEAD + row.encode(), "csv")
    flows(furnished, action.starts - timedelta(hours=3), proto=6, dport=443)
    turn(furnished, now, agent, 600)
    flows(furnished, now.at - timedelta(seconds=60), proto=6, dport=22)
    hits = hits_of(furnished, action.id)
    assert hits.seen is not None
    assert hits.seen.customers == (CustomerHit(customer="birch", packets=9),)
    assert hits.unforeseen == ("birch",)
    assert "birch" in "\n".join(hits_lines(hits))
    page = undo_page(furnished, Person(id="ada", name="Ada"), action.id)
    assert page.hits == hits
    undo_action(furnished, action.id, reason="mended", person="ada")
    turn(furnished, now, agent)
    turn(furnished, now, agent, 7200)
    assert hits_of(furnished, action.id).hours < 1, "what is over is judged by its own time"


def test_the_command(furnished, action, monkeypatch):
    """As JSON, with the fields that the API has."""
    monkeypatch.setattr(commands, "open_context", lambda: furnished)
    done = CliRunner().invoke(commands.enforcement, ["hits", action.id, "-o", "json"])
    answer = json.loads(done.stdout)
    assert (answer["action"], answer["said"], answer["unforeseen"]) == (action.id, None, [])
