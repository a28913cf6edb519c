"""Threads of the mail intake that look into mailboxes at other servers: one a mailbox."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.receive import AcceptRaw
from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.daemon.side_threads import side_threads, take_turns
from aupkeep.daemon.thread_names import ended_here

log = structlog.get_logger("mailbox")
LOOK = 1.0  # seconds between looks at whether a mailbox is due
PATIENCE = 5.0  # seconds to wait for a look that was told to stop
REST = 10.0  # seconds after a look that failed


@contextmanager
def reading_mailboxes(context: AppContext, accept: AcceptRaw) -> Iterator[None]:
    """Look into each mailbox when it is due, until the block ends."""
    known = context.settings.mail.mailboxes
    if known:
        from aupkeep.app.receiving.mailbox_reader import free_mailboxes

        free_mailboxes(ended_here)
    runs = {mailbox.name: partial(_run, context, mailbox, accept) for mailbox in known}
    with side_threads(runs, patience=PATIENCE):
        yield


def _run(
    context: AppContext, settings: MailboxSettings, accept: AcceptRaw, stop: threading.Event
) -> None:
    from aupkeep.app.receiving.mailbox_reader import MailboxReader

    worker = f"{socket.gethostname()}-{threading.get_native_id()}"
    reader = MailboxReader(context, settings, accept, worker=worker, stopped=stop.is_set)
    said = log.bind(mailbox=settings.name)
    take_turns(reader.look_if_due, stop, LOOK, said, "a look failed; going on", rest=REST)
    reader.close()
