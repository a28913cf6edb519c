"""The worker's thread that sends the heartbeat, while the worker itself makes its turns."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from aupkeep.app.context import AppContext, release_connection
from aupkeep.daemon.side_threads import side_threads, take_turns
from aupkeep.model.errors import AupkeepError

log = structlog.get_logger("heartbeat")
PATIENCE = 5.0  # seconds to wait for a word that is on its way
SAID = 15.0  # seconds between two words to the database
QUIET = 10.0  # seconds without a turn that are worth a word
LONGEST_TURN = 120.0  # seconds; a worker that makes no turn for so long is not alive


class Pulse:
    """When the worker ended its last turn, on the clock that only goes forward."""

    def __init__(self, say_alive: Callable[[], None] = lambda: None) -> None:
        """A worker that starts now is alive; `say_alive` is called every `SAID` seconds at most."""
        self._at = time.monotonic()
        self._say_alive, self._said = say_alive, -SAID

    def beat(self) -> None:
        """A turn ended. Raises as `say_alive`."""
        self._at = time.monotonic()
        if self._at - self._said >= SAID:
            self._say_alive()
            self._said = self._at

    def is_quiet(self) -> bool:
        """Whether no turn has ended for some seconds."""
        return time.monotonic() - self._at > QUIET

    def is_alive(self) -> bool:
        """Whether turns end."""
        return time.monotonic() - self._at < LONGEST_TURN


@contextmanager
def sending_heartbeats(context: AppContext, pulse: Pulse) -> Iterator[None]:
    """Send a word every so often until the block ends; no thread where the settings name nobody."""
    runs = {"heartbeat": partial(_run, context, pulse)} if context.settings.heartbeat.url else {}
    with side_threads(runs, patience=PATIENCE):
        yield


def _run(context: AppContext, pulse: Pulse, stop: threading.Event) -> None:
    from aupkeep.app.heartbeat import broken_link, send_heartbeat

    last_trouble = ""

    def turn() -> None:
        nonlocal last_trouble
        try:
            trouble = broken_link(context, pulse.is_alive)
            if not trouble:
                send_heartbeat(context)
        except AupkeepError as error:
            trouble = str(error)
        if trouble and trouble != last_trouble:
            log.warning("no heartbeat", why=trouble)
        last_trouble = trouble

    every = context.settings.heartbeat.every
    take_turns(turn, stop, every, log, "a heartbeat failed; going on")
    release_connection()
