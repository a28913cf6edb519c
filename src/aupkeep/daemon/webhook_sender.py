"""The worker's threads that send events to webhooks: a receiver that hangs delays no other work."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext, release_connection
from aupkeep.daemon.side_threads import side_threads, take_turns

if TYPE_CHECKING:  # it imports the database, which only a worker with an open context has
    from aupkeep.app.webhooks.deliver import WebhookSender

log = structlog.get_logger("webhooks")
LOOK = 1.0  # seconds between looks at what is due
AT_ONCE = 4  # receivers that are sent to at the same time


@contextmanager
def sending_events(context: AppContext) -> Iterator[None]:
    """Send what is due until the block ends."""
    from aupkeep.app.webhooks.deliver import WebhookSender

    sender = WebhookSender(context)
    with side_threads({"webhooks": partial(_run, sender)}, sender.stop):
        yield


def _run(sender: "WebhookSender", stop: threading.Event) -> None:
    going: dict[str, Future[None]] = {}

    def turn() -> None:
        for number in [key for key, done in going.items() if done.done()]:
            del going[number]
        for number in sender.due():
            if number not in going:
                going[number] = pool.submit(_send, sender, number)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        take_turns(turn, stop, LOOK, log, "a look at the webhooks failed; going on")
    release_connection()


def _send(sender: "WebhookSender", number: str) -> None:
    """The broad except is this thread's: a fault at one webhook ends none of the others."""
    try:
        sender.send(number)
    except Exception:
        log.exception("sending to a webhook failed; going on", webhook=number)
    finally:
        release_connection()
