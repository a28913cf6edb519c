"""One agent of several targets: what ends one of them costs the others nothing."""

import threading
from pathlib import Path

import pytest

from aupkeep.app.enforcing.agent_run import AgentConfig
from aupkeep.config.targets import TargetSettings
from aupkeep.daemon import agent
from aupkeep.model.errors import Unavailable


def config(name: str, folder: Path) -> AgentConfig:
    return AgentConfig(carries=TargetSettings(name=name, driver="record"), folder=folder, keys=())


def test_a_target_that_fails_is_begun_again_and_the_others_go_on(tmp_path, monkeypatch):
    stop, begun = threading.Event(), []
    odd_errors = [
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
        Unavailable("expected libnftables.so.1"),
    ]

    def run_agent(config: AgentConfig, stop: threading.Event, *_: object) -> None:
        begun.append(config.target)
        if config.target == "odd" and begun.count("odd") < 3:
            raise odd_errors[begun.count("odd") - 1]
        if begun.count("odd") == 3:
            stop.set()
        stop.wait(10)

    monkeypatch.setattr(agent, "run_agent", run_agent)
    monkeypatch.setattr(agent, "PAUSE", 0.01)

    def carry(name: str) -> None:
        agent._until_stopped(config(name, tmp_path), stop, agent._carry, alone=False)

    odd, even = (threading.Thread(target=carry, args=(name,)) for name in ("odd", "even"))
    even.start()
    odd.start()
    odd.join(20)
    even.join(20)
    assert begun.count("odd") == 3
    assert begun.count("even") == 1


def test_an_error_of_ours_ends_it_with_its_words(tmp_path, monkeypatch):
    """Such as a driver that this machine cannot open: whoever started it reads why."""

    def run_agent(*_: object) -> None:
        raise Unavailable("expected libnftables.so.1")

    monkeypatch.setattr(agent, "run_agent", run_agent)
    main = config("main", tmp_path)
    with pytest.raises(Unavailable, match="expected libnftables"):
        agent._until_stopped(main, threading.Event(), agent._carry, alone=True)


def test_the_ender_of_a_target_that_cannot_be_opened_costs_no_other(tmp_path, monkeypatch):
    """It is tried again and again; the other's ends are looked after meanwhile."""
    begun: list[str] = []

    def run_ender(config: AgentConfig, stop: threading.Event, *_: object) -> None:
        begun.append(config.target)
        if config.target == "odd" and begun.count("odd") < 3:
            raise Unavailable("expected virsh")
        if begun.count("odd") == 3:
            stop.set()
        stop.wait(10)

    monkeypatch.setattr(agent, "run_ender", run_ender)
    monkeypatch.setattr(agent, "PAUSE", 0.01)
    monkeypatch.setattr(agent, "stop_on_signals", threading.Event)
    late = [
        AgentConfig(
            carries=TargetSettings(name=name, driver="nginx"), folder=tmp_path / name, keys=()
        )
        for name in ("odd", "even")
    ]
    agent.run_ends([*late, config("main", tmp_path)])
    assert sorted(begun) == ["even", "odd", "odd", "odd"]
