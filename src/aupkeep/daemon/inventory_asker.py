"""Threads of the worker that ask the systems which know who holds what: one a source.

Beside it, where the source's kind can be told of changes, one that listens.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext
from aupkeep.daemon.side_threads import side_threads, take_turns

if TYPE_CHECKING:
    from aupkeep.app.inventory.ask_sources import SourceAsker

log = structlog.get_logger("inventory")
LOOK = 1.0  # seconds between looks at whether a source is due
PATIENCE = 5.0  # seconds to wait for a look that was told to stop
REST = 10.0  # seconds after a look that failed


@contextmanager
def asking_sources(
    context: AppContext, worker: str, ended: Callable[[str], bool]
) -> Iterator[None]:
    """Ask each source when it is due, until the block ends; `ended` says which workers died."""
    sources = context.settings.inventory.sources
    runs: dict[str, Callable[[threading.Event], None]] = {}
    if sources:
        from aupkeep.app.inventory.ask_sources import SourceAsker, free_sources

        free_sources(ended)
        for source in sources:
            asker = SourceAsker(context, source, worker)
            runs[source.name] = partial(_run, asker, source.name)
            if asker.may_listen:
                runs[f"{source.name}-listener"] = partial(_listen, asker, source.name)
    with side_threads(runs, patience=PATIENCE):
        yield


def _run(asker: "SourceAsker", name: str, stop: threading.Event) -> None:
    said = log.bind(source=name)
    take_turns(asker.ask_if_due, stop, LOOK, said, "a look failed; going on", rest=REST)
    asker.close()


def _listen(asker: "SourceAsker", name: str, stop: threading.Event) -> None:
    said, turn = log.bind(source=name), partial(asker.listen, stop)
    take_turns(turn, stop, LOOK, said, "listening failed; going on", rest=REST)
