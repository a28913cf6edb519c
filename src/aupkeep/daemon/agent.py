"""The agent as a process: the only one with privilege, and the only one without a database."""

import signal
import threading

import structlog

from aupkeep.app.agent import Post, Report, run_agent, undo_here
from aupkeep.config.home import find_home
from aupkeep.config.keys import make_keys, public_keys
from aupkeep.config.settings import load
from aupkeep.model.errors import AupkeepError

log = structlog.get_logger("agent")


def post_here(target: str | None, driver: str | None) -> Post:
    """Where this agent stands: the home on this machine."""
    home = find_home()
    home.path.mkdir(parents=True, exist_ok=True)
    make_keys(home)
    chosen = load(home).enforcement
    name = target or chosen.target
    return Post(
        target=name,
        driver=driver or chosen.driver,
        folder=home.agent / name,
        keys=public_keys(home, "desired"),
        home=home,
        interval=chosen.poll,
    )


def run(post: Post) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("carrying out", target=post.target, driver=post.driver)
    run_agent(post, stop, _told, _failed)


def undo(post: Post, action: str, words: str) -> None:
    """Lift one action on this machine. Raises `Missing`."""
    undo_here(post, action, words)


def _told(report: Report) -> None:
    """One line for a step that did something."""
    deeds = {
        "applied": report.applied,
        "lifted": report.lifted,
        "expired": report.expired,
        "repaired": report.repaired,
        "refused": report.refused,
    }
    done = {name: value for name, value in deeds.items() if value}
    if done:
        log.info("step", serial=report.serial, frozen=report.frozen, **done)


def _failed(error: AupkeepError) -> None:
    log.warning("step failed", error=str(error))
