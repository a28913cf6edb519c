"""Threads of the mail intake that look into mailboxes at other servers: one a mailbox."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.receive import AcceptRaw
from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.daemon.thread_names import ended_here

log = structlog.get_logger("mailbox")
LOOK = 1.0  # seconds between looks at whether a mailbox is due
PATIENCE = 5.0  # seconds to wait for a look that was told to stop


@contextmanager
def reading_mailboxes(context: AppContext, accept: AcceptRaw) -> Iterator[None]:
    """Look into each mailbox when it is due, until the block ends."""
    known = context.settings.mail.mailboxes
    if known:
        from aupkeep.app.receiving.mailbox_reader import free_mailboxes

        free_mailboxes(ended_here)
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=_run, args=(context, mailbox, accept, stop), name=mailbox.name, daemon=True
        )
        for mailbox in known
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def _run(
    context: AppContext, settings: MailboxSettings, accept: AcceptRaw, stop: threading.Event
) -> None:
    """Look, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.receiving.mailbox_reader import MailboxReader

    worker = f"{socket.gethostname()}-{threading.get_native_id()}"
    reader = MailboxReader(context, settings, accept, worker=worker, stopped=stop.is_set)
    while not stop.is_set():
        try:
            reader.look_if_due()
        except Exception:
            log.exception("a look failed; going on", mailbox=settings.name)
            stop.wait(LOOK * 10)
        stop.wait(LOOK)
    reader.close()
