"""The freeze switch: new automatic measures stop; lifts, people's acts and expiry go on."""

import dataclasses
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest

from app.conftest import JUST_NOW
from app.steps import agent_of, block_port, enforce, guess, post
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import desired_bytes, desired_path, write_desired
from aupkeep.app.enforcing.freeze import follow, freeze, thaw
from aupkeep.app.modes import frozen_words
from aupkeep.config.home import Home
from aupkeep.enforcement import freeze as switch
from aupkeep.enforcement.desired import DesiredState, open_signed
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Unavailable
from aupkeep.store import actions, log

pytestmark = pytest.mark.both


def test_invariant_08_frozen_desk_decides_nothing_alone(furnished):
    """No rule acts while frozen, a person does."""
    freeze("a feed went wrong", "ada", furnished.home)
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    assert actions.of_case(case.id) == []
    block_port(furnished, case, hours=1)
    enforce(furnished)
    assert [one.state for one in actions.of_case(case.id)] == [ActionState.APPLIED]


def test_invariant_08_what_was_decided_before_does_not_begin(furnished):
    """Frozen between the decision and the agent's turn: the agent does not begin it."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    write_desired(furnished, "main")
    freeze("stop", "ada", furnished.home)
    agent_of(furnished).step()
    take_reports(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is not ActionState.APPLIED
    assert "frozen" in (action.proof or "frozen")


def test_invariant_08_lifts_go_on(furnished):
    """What stands can be lifted while frozen."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    agent = agent_of(furnished)
    enforce(furnished, agent)
    freeze("stop", "ada", furnished.home)
    (action,) = actions.of_case(case.id)
    undo_action(furnished, action.id, reason="mended", person="ada")
    enforce(furnished, agent)
    assert actions.get(action.id).state is ActionState.LIFTED


def test_other_machines_hear_of_it(furnished):
    """The signed desired state carries the switch, and drops it after the thaw."""
    from aupkeep.config.keys import public_keys

    def said() -> DesiredState:
        write_desired(furnished, "main")
        data = (furnished.home.desired / "main.json").read_bytes()
        keys = public_keys(furnished.home, "desired")
        return open_signed(data, keys, target="main", last_serial=0)

    first = said()
    freeze("stop", "ada", furnished.home)
    second = said()
    thaw("go", "ada", furnished.home)
    third = said()
    assert (first.frozen, second.frozen, third.frozen) == (False, True, False)
    assert first.serial < second.serial < third.serial


def test_freeze_holds_without_a_database(furnished, monkeypatch):
    """The file is there when the database is not; the answer says what was not written."""
    from aupkeep import store

    monkeypatch.setattr(store, "setup", lost)
    told = freeze("stop", "ada", furnished.home)
    assert furnished.home.freeze.exists()
    assert "not written" in told.journal


@pytest.fixture
def second(furnished, tmp_path, monkeypatch):
    """Another machine of the install: its own home, the same database."""
    home = Home(tmp_path / "second")
    home.path.mkdir()
    shutil.copytree(furnished.home.keys, home.keys)
    other = dataclasses.replace(furnished, home=home)
    opened = {furnished.home: furnished, home: other}
    monkeypatch.setattr("aupkeep.app.context.open_context", opened.__getitem__)
    return other


def test_every_machine_follows_freeze_and_thaw(furnished, second):
    """The other machine decides nothing alone at once, and its worker turns its own switch."""
    freeze("a feed went wrong", "ada", furnished.home)
    words = frozen_words(second)
    assert (words["reason"], words["by"]) == ("a feed went wrong", "ada")
    (case,) = post(second, guess("203.0.113.10", JUST_NOW))
    assert actions.of_case(case.id) == []
    assert follow(second)
    assert frozen_words(dataclasses.replace(second)) == words
    assert not follow(second)
    thaw("it is well again", "ada", second.home)
    assert frozen_words(second) is None
    assert frozen_words(furnished) is None, "where no worker takes the file away, too"
    assert furnished.home.freeze.exists()
    assert follow(furnished)
    assert not furnished.home.freeze.exists()
    assert frozen_words(furnished) is None
    assert not follow(furnished)


def test_a_second_freeze_replaces_the_first_everywhere(furnished, second):
    """The words are those of the newest."""
    freeze("one", "ada", furnished.home)
    follow(second)
    freeze("two", "bo", second.home)
    assert follow(furnished)
    assert frozen_words(furnished)["reason"] == "two"


def test_what_was_frozen_without_a_database_is_told_when_it_is_back(furnished, second, monkeypatch):
    """The install is frozen by it then; a file made by hand freezes its machine alone."""
    with monkeypatch.context() as away:
        away.setattr("aupkeep.app.context.open_context", lost)
        freeze("stop", "ada", furnished.home)
    assert frozen_words(second) is None
    assert not follow(furnished), "the command may still be writing its entry"
    os.utime(furnished.home.freeze, (1, 1))
    assert follow(furnished)
    assert frozen_words(second)["reason"] == "stop"
    thaw("go", "ada", furnished.home)
    second.home.freeze.touch()
    assert not follow(second)
    assert frozen_words(second) == {"reason": "", "by": "", "at": "", "id": ""}
    assert frozen_words(furnished) is None


def test_a_thaw_that_the_database_did_not_hear_says_so(furnished, monkeypatch):
    """Its freeze is in force again as soon as the database answers."""
    freeze("stop", "ada", furnished.home)
    with monkeypatch.context() as away:
        away.setattr("aupkeep.app.context.open_context", lost)
        assert "thaw again then" in thaw("go", "ada", furnished.home).journal
    assert follow(furnished)
    assert frozen_words(furnished)["reason"] == "stop"
    assert thaw("go", "ada", furnished.home).journal == "written"


def lost(_home=None) -> NoReturn:
    """As a database that does not answer."""
    raise Unavailable("the database is gone")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file takes a byte; names and links still go in."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_still_takes_the_switch(furnished, second, monkeypatch):
    """The words do not fit; a link does. The install hears of it, and a thaw elsewhere ends it."""
    with monkeypatch.context() as away, full_disk():
        away.setattr("aupkeep.app.context.open_context", lost)
        freeze("stop", "ada", furnished.home)
        freeze("stop again", "ada", furnished.home)
    assert switch.frozen(furnished.home.freeze)
    assert frozen_words(furnished)["reason"] == "the disk was too full for the reason"
    os.utime(furnished.home.freeze, (1, 1), follow_symlinks=False)
    assert follow(furnished)
    assert frozen_words(second)["reason"] == "the disk was too full for the reason"
    thaw("room again", "ada", second.home)
    assert follow(furnished)
    assert not switch.frozen(furnished.home.freeze)


def test_others_read_the_switch_whatever_the_umask(furnished, second, monkeypatch):
    """Else a worker of another user could neither tell the install of it nor take it away."""
    before = os.umask(0o077)
    try:
        freeze("stop", "ada", furnished.home)
    finally:
        os.umask(before)
    assert furnished.home.freeze.stat().st_mode & 0o777 == 0o644
    with monkeypatch.context() as away:
        away.setattr("aupkeep.app.context.open_context", lost)
        told = thaw("go", "ada", second.home)
    assert (told.was_frozen, "not written" in told.journal) == (False, True), "it cannot know"


def test_homes_of_one_machine_share_a_switch(furnished, second, tmp_path, monkeypatch):
    """With the database away, the freeze of a person reaches the agent of another home at once."""
    (tmp_path / "switch").mkdir()
    for home in (furnished.home, second.home):
        (home.path / "switch").symlink_to(tmp_path / "switch")
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    write_desired(furnished, "main")
    with monkeypatch.context() as away:
        away.setattr("aupkeep.app.context.open_context", lost)
        freeze("stop", "ada", second.home)
    agent = agent_of(furnished)
    assert agent.step().frozen
    take_reports(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is not ActionState.APPLIED
    assert switch.thaw(second.home.freeze)
    assert not agent.step().frozen


def test_any_machine_gives_out_the_newest_state(furnished, second):
    """What one machine's worker signed, the other one's web process and agent read."""
    post(furnished, guess("203.0.113.10", JUST_NOW))
    assert write_desired(furnished, "main")
    newest = desired_bytes(furnished, "main")
    assert desired_bytes(second, "main") == newest
    assert not write_desired(second, "main")
    assert desired_path(second, "main").read_bytes() == newest


def test_freeze_and_thaw_are_in_the_journal(furnished):
    """Who stopped and who started stands in the journal."""
    freeze("stop", "ada", furnished.home)
    thaw("go", "bo", furnished.home)
    found = log.entries(types=(EntryType.FROZEN, EntryType.THAWED))
    assert [one.entry.actor.id for one in found] == ["ada", "bo"]
