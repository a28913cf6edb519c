"""What stands around a case, for what this room computes without a database."""

import inspect
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import get_args

import pytest

from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.config.targets import EnforcementSettings
from aupkeep.model.action import Action
from aupkeep.model.actor import Actor
from aupkeep.model.ladder import LEVELS, Evidence, Measure, Standard
from aupkeep.model.ruling import Ruling
from casework import scenes

DAY = timedelta(days=1)


def bare_context(folder) -> AppContext:
    """A context without a database: ids count up, and the clock stands."""
    numbers = Counter[str]()

    def noise(size: int) -> bytes:
        numbers["drawn"] += 1
        return numbers["drawn"].to_bytes(size)

    return AppContext(
        home=Home(folder),
        settings=Settings(enforcement=EnforcementSettings(driver="nftables", target="edge")),
        now=lambda: scenes.NOW,
        noise=noise,
    )


def about(**changes: object) -> CaseContext:
    """The case of `casework.scenes` with everything around it."""
    values = {
        "case": scenes.CASE,
        "incidents": (scenes.INCIDENT,),
        "claims": scenes.CLAIMS,
        "standing": scenes.CLAIMS,
        "supporting": scenes.CLAIMS,
        "customer": scenes.CUSTOMER,
        "decisions": (),
        "inputs": scenes.INPUTS,
        "facts": scenes.facts(),
        "hosts": (scenes.ADDRESS,),
        "networks": (),
        "at": scenes.NOW,
    }
    return CaseContext(**(values | changes))


def ruling(measure: Measure, scope: str = "none", **changes: object) -> Ruling:
    """What a rule wants."""
    values = {
        "clause": "intrusion",
        "rule": "intrusion-block-port",
        "level": LEVELS[measure],
        "measure": measure,
        "scope": scope,
        "hours": 24,
        "needs": Evidence.E2,
        "standard": Standard.PLAIN_CONDUCT,
        "notice": "limit",
        "policy": "p1",
        "shadow": False,
        "trace": (),
    }
    return Ruling(**(values | changes))


def decision(measure: Measure = Measure.BLOCK_PORT, *, id: str = "d1", **changes: object):  # noqa: A002 - the field's name
    """A decision that stands at the time of the scene."""
    made = scenes.ask(name=id)
    values = {"measure": measure, "level": LEVELS[measure], "ends": scenes.NOW + DAY}
    return replace(made, **(values | changes))


def action(**changes: object) -> Action:
    """An action of that decision."""
    made = decision()
    values = {
        "id": "a1",
        "decision": made.id,
        "case": scenes.CASE.id,
        "reference": scenes.CASE.reference,
        "driver": "nftables",
        "target": "edge",
        "level": made.level,
        "measure": made.measure,
        "scope": made.scope,
        "starts": scenes.NOW,
        "until": scenes.NOW + DAY,
        "versions": made.versions,
        "automatic": True,
    }
    return Action(**(values | changes))


class Journal:
    """In place of `record`: what is written, call by call."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.calls: list[dict[str, object]] = []

    def __call__(self, context: AppContext, entries: object, **more: object) -> None:
        """Keep it; the one entry or several as a list."""
        assert isinstance(context, AppContext)
        listed = entries if isinstance(entries, list) else [entries]
        self.calls.append({"context": context, "entries": listed, **more})

    def one(self) -> dict[str, object]:
        """The one call there was; the next is a new one."""
        (call,) = self.calls
        self.calls.clear()
        return call


def said(entry) -> dict[str, object]:
    """What an entry says beside who and where: its type, case, actor, and the rest."""
    rest = {name: value for name, value in entry.payload.items() if name not in WHO}
    named = rest.get("case", entry.case)
    assert named in {entry.case, scenes.CASE.reference}
    return {"type": entry.type, "case": entry.case, "by": entry.actor.id, **rest}


WHO = ("actor", "of_case")


def everybody(_context: AppContext, names: object) -> list[str]:
    """In place of `here_or_all`: nobody is away."""
    return list(names)


def nobody_away(_context: AppContext) -> dict[str, object]:
    """In place of `away_until`."""
    return {}


class Desk:
    """A room without a database: what it loads can be set, what it writes and calls is kept."""

    def __init__(self, room, monkeypatch, folder) -> None:
        """The room's `record` writes into `journal`."""
        self.context, self.journal = bare_context(folder), Journal()
        self.calls: dict[str, list[object]] = {}
        self._room, self._monkeypatch = room, monkeypatch
        self._checks: dict[str, Callable[..., None]] = {}
        monkeypatch.setattr(room, "record", self.journal, raising=False)
        monkeypatch.setattr(room, "record_changes", self._changes, raising=False)
        for name in ("with_makers", "second_person"):
            monkeypatch.setattr(room, name, nobody_behind, raising=False)
        monkeypatch.setattr(room, "here_or_all", everybody, raising=False)
        monkeypatch.setattr(room, "away_until", nobody_away, raising=False)
        for name in ("mistaken_changes", "unfounded_changes", "unstruck"):
            monkeypatch.setattr(room, name, no_strike, raising=False)

    def _changes(self, context: AppContext, changes: ChangeSet) -> None:
        """In place of `record_changes`, which hands all of it to `record`."""
        parts = {"rows": changes.rows, "effects": changes.effects, "seen": changes.seen}
        self.journal(context, changes.entries, **parts)

    def give(self, name: str, value: object) -> None:
        """Let a look-up of the room answer this."""
        target, _, last = name.rpartition(".")
        where = getattr(self._room, target) if target else self._room
        check = self._check(name, where, last)

        def look_up(*given: object, **more: object) -> object:
            check(*given, **more)
            return value

        self._monkeypatch.setattr(where, last, look_up)

    def keep(self, name: str, value: object = None) -> None:
        """Let a function of the room keep how it was called, and answer this."""
        kept = self.calls[name] = []
        check = self._check(name, self._room, name)

        def call(*given: object, **more: object) -> object:
            check(*given, **more)
            kept.append((given, more) if more else given)
            if isinstance(value, Exception):
                raise value
            return value

        self._monkeypatch.setattr(self._room, name, call)

    def _check(self, name: str, where: object, last: str) -> Callable[..., None]:
        """What refuses a call that the real one would not take."""
        if name not in self._checks:
            self._checks[name] = called_as(getattr(where, last))
        return self._checks[name]


def no_strike(*_: object) -> ChangeSet:
    """No strike of the case rests on what was mistaken."""
    return ChangeSet()


def nobody_behind(context: AppContext, actor: Actor, *_: object, **_more: object) -> Actor:
    """In place of `with_makers` and `second_person`: nobody made anything for anybody."""
    assert isinstance(context, AppContext)
    return actor


def called_as(real: Callable[..., object]) -> Callable[..., None]:
    """What fails on a call with other arguments than the real one takes, or None for one."""
    signature = inspect.signature(real)
    needed = {
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is not object and type(None) not in get_args(parameter.annotation)
    }

    def check(*given: object, **more: object) -> None:
        for name, value in signature.bind(*given, **more).arguments.items():
            assert value is not None or name not in needed, f"{real.__name__}: {name} is None"

    return check


def naming_desk(room: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """A desk of which Ola is one, where somebody outside is named."""
    desk = Desk(room, monkeypatch, tmp_path)
    desk.keep("require")
    desk.keep("check_mail_address")
    desk.give("list_people", [SimpleNamespace(address="Ola@desk.example")])
    return desk
