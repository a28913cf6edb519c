"""One look into a mailbox at another server: every new message is accepted, in the order of UIDs.

With each message the mark up to which the mailbox was read is written in the same transaction, so a
kill anywhere repeats one at most, which is known by its bytes then. When a server's UIDs begin
anew (RFC 9051 section 2.3.1.1) the mailbox is read again from its first day on; what we have is one
report for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.receive import AcceptRaw, RawEnvelope
from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.intake.imap.refusals import MessageRefused
from aupkeep.intake.imap.session import ImapSession
from aupkeep.model.mailbox import MailboxState
from aupkeep.model.raw import Channel
from aupkeep.store import mailboxes
from aupkeep.store.mailboxes import MailboxLease, MailboxMark

LEASE = 60.0  # seconds beyond what one message may take; each message renews it
STUCK_LOOKS = 3  # so often a message is asked for that the server lists and does not give
SHOWN = 20  # remarks that are kept


@dataclass(slots=True)
class MailboxLook:
    """A look under way; `state` is what is known of the mailbox by now."""

    context: AppContext
    settings: MailboxSettings
    accept: AcceptRaw
    lease: MailboxLease
    state: MailboxState
    stopped: Callable[[], bool] = lambda: False

    def take(self, session: ImapSession) -> None:
        """Accept what is new. Raises `Unavailable` and `Conflict`; what was taken stays taken."""
        folder = session.examine(self.settings.folder)
        if self.state.uidvalidity != folder.uidvalidity:
            self._begin(session, folder.uidvalidity, folder.uidnext)
        if folder.uidnext and folder.uidnext <= self.state.uid + 1:
            return
        for uid, size in session.sizes(self.state.uid + 1):
            if self.stopped():
                return
            self._take_one(session, uid, size)

    def _begin(self, session: ImapSession, uidvalidity: int, uidnext: int) -> None:
        """The first look, or UIDs that begin anew: the mark stands before the first that counts."""
        begun = self.state.begun or self.context.now() - timedelta(days=self.settings.days)
        first = session.first_since(begun.date()) or uidnext or 1
        self.state = replace(
            self.state,
            uidvalidity=uidvalidity,
            uid=first - 1,
            begun=begun,
            rebuilt=self.state.rebuilt + (1 if self.state.uidvalidity else 0),
            stuck=0,
            stuck_looks=0,
        )
        mailboxes.keep(self._mark())

    def _take_one(self, session: ImapSession, uid: int, size: int) -> None:
        most = self.context.settings.mail.max_bytes
        if size > most:
            self._skip(uid, f"message {uid}: expected at most {most} bytes, found {size}")
            return
        try:
            data = session.message(uid)
        except MessageRefused as error:
            looks = self.state.stuck_looks + 1 if self.state.stuck == uid else 1
            if looks < STUCK_LOOKS:
                self.state = replace(self.state, stuck=uid, stuck_looks=looks)
                raise
            self._skip(uid, str(error))
            return
        self.state = replace(self.state, uid=uid, stuck=0, stuck_looks=0)
        if data is None:  # somebody removed it between the list and now
            mailboxes.keep(self._mark())
            return
        before = self.state
        self.state = replace(before, taken=before.taken + 1)
        envelope = RawEnvelope(
            channel=Channel.IMAP, peer=self.settings.door, site=self.settings.site or None
        )
        if self.accept(data, envelope, self._mark()).repeated:
            self.state = replace(before, repeated=before.repeated + 1)

    def _skip(self, uid: int, why: str) -> None:
        """Go past a message that cannot be taken; it stays in the mailbox, and is remarked on."""
        remarks = (*self.state.remarks, why)[-SHOWN:]
        self.state = replace(
            self.state,
            uid=uid, stuck=0, stuck_looks=0, skipped=self.state.skipped + 1, remarks=remarks,
        )  # fmt: skip
        mailboxes.keep(self._mark())

    def _mark(self) -> MailboxMark:
        until = self.context.now() + timedelta(seconds=LEASE)
        return MailboxMark(lease=self.lease, state=self.state, until=until)
