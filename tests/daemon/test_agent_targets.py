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
    odd = threading.Thread(
        target=agent._carry, args=(config("odd", tmp_path), stop), kwargs={"alone": False}
    )
    even = threading.Thread(
        target=agent._carry, args=(config("even", tmp_path), stop), kwargs={"alone": False}
    )
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
    with pytest.raises(Unavailable, match="expected libnftables"):
        agent._carry(config("main", tmp_path), threading.Event(), alone=True)
