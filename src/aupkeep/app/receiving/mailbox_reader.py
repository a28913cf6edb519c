"""Mailboxes looked into when they are due, and by a person now; how each stands.

Credentials that a server refuses are refused once: they are not sent again for an hour, also not by
a process that starts anew, unless they change. So a wrong password locks no account.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.receiving.mailboxes import LEASE, MailboxLook
from aupkeep.app.receiving.receive import AcceptRaw, accepting
from aupkeep.config.keys import secrets_for
from aupkeep.config.mailboxes import SOONEST, MailboxSettings
from aupkeep.config.secrets import masked
from aupkeep.intake.imap.access_token import AccessToken, fetch_token
from aupkeep.intake.imap.refusals import SignInRefused
from aupkeep.intake.imap.session import ImapSession, open_session
from aupkeep.model.actor import Actor
from aupkeep.model.errors import AupkeepError, Conflict
from aupkeep.model.mailbox import MailboxState
from aupkeep.model.roles import StaffAct
from aupkeep.store import mailboxes, refresh, release

log = structlog.get_logger("mailbox")
REFUSED_WAIT = timedelta(hours=1)
LONGEST_WAIT = 300.0  # seconds after failures, unless a look is due later anyway
BY_HAND = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMailbox:
    """A mailbox of the settings as a list shows it; `seen` is when a look last ended well."""

    mailbox: str
    host: str
    user: str
    folder: str
    sign_in: str
    believed: tuple[str, ...]
    seen: datetime | None
    uid: int
    taken: int
    repeated: int
    skipped: int
    rebuilt: int
    failures: int
    problem: str
    remarks: tuple[str, ...]


class MailboxReader:
    """Looks into one mailbox; the connection and the access token live from look to look."""

    def __init__(
        self,
        context: AppContext,
        settings: MailboxSettings,
        accept: AcceptRaw,
        *,
        worker: str,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Open nothing yet: what is wrong is told where the mailbox is looked into."""
        self._context, self._settings, self._accept = context, settings, accept
        self._worker, self._stopped = worker, stopped
        self._session: ImapSession | None = None
        self._token: tuple[AccessToken, float] | None = None
        self._told = ""
        self._next = 0.0  # on the clock that only goes forward: no question to the store before

    def look_if_due(self, *, early: bool = False) -> MailboxState | None:
        """Look once, if it is due; None when it is not, or another reader has the mailbox.

        What went wrong stands in the state's `problem`; the same trouble is logged once.
        """
        if not early and time.monotonic() < self._next:
            return None
        refresh()
        now = self._context.now()
        name = self._settings.name
        lease = mailboxes.lease(name, now, seconds=LEASE, worker=self._worker, early=early)
        if lease is None:
            self._next = time.monotonic() + SOONEST
            return None
        look = MailboxLook(
            context=self._context,
            settings=self._settings,
            accept=self._accept,
            lease=lease,
            state=replace(lease.state, tried_at=now),
            stopped=self._stopped,
        )
        done = self._ended(look, self._trouble(look, early=early))
        wait = self._wait(done)
        with suppress(Conflict):  # another reader has it by now; what was taken is taken
            mailboxes.finish(lease, done, self._context.now() + timedelta(seconds=wait))
        self._next = time.monotonic() + wait
        if not early:  # who looks by hand is answered
            self._tell(done, done.taken - lease.state.taken)
        return done

    def close(self) -> None:
        """Sign out, and give the database connection of this thread back."""
        self._drop()
        release()

    def _trouble(self, look: MailboxLook, *, early: bool) -> str:
        """Look; why it did not end well, "" where it did."""
        secrets: dict[str, str] = {}
        try:
            secrets = self._settings.secrets()
            credentials = self._digest(secrets)
            if not early and self._waits(look.state, credentials):
                return look.state.problem
            try:
                look.take(self._signed_in(secrets))
            except SignInRefused:
                refused_at = self._context.now()
                look.state = replace(look.state, refused=credentials, refused_at=refused_at)
                raise
        except AupkeepError as error:
            self._drop()
            return masked(str(error), secrets.values())[:500]
        look.state = replace(look.state, refused="", refused_at=None)
        return ""

    def _waits(self, state: MailboxState, credentials: str) -> bool:
        """Whether these credentials were refused, and not long ago."""
        if state.refused != credentials or state.refused_at is None:
            return False
        return self._context.now() < state.refused_at + REFUSED_WAIT

    def _digest(self, secrets: dict[str, str]) -> str:
        """What these credentials are known by, without them."""
        box = self._settings
        words = "\0".join([box.host, box.user, box.client_id, box.tokens_at, *secrets.values()])
        key = secrets_for(self._context.home, "tokens")[0]
        return hmac.new(key, b"mailbox\0" + words.encode(), hashlib.sha256).hexdigest()[:32]

    def _signed_in(self, secrets: dict[str, str]) -> ImapSession:
        """The connection of the look before, or a new one.

        An access token from before that the server refuses is not counted as a refusal: it may
        have been revoked, so one new token is tried.
        """
        if self._session is None:
            older = self._token is not None
            most = self._context.settings.mail.max_bytes
            try:
                self._session = open_session(self._settings, secrets, self._tokens(secrets), most)
            except SignInRefused:
                if not older:
                    raise
                self._token = None
                self._session = open_session(self._settings, secrets, self._tokens(secrets), most)
        return self._session

    def _tokens(self, secrets: dict[str, str]) -> Callable[[], str]:
        def token() -> str:
            known = self._token
            if known is None or time.monotonic() >= known[1]:
                fresh = fetch_token(self._settings, secrets)
                known = self._token = (fresh, time.monotonic() + fresh.seconds)
            return known[0].value

        return token

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None

    def _ended(self, look: MailboxLook, trouble: str) -> MailboxState:
        if trouble:
            return replace(look.state, failures=look.state.failures + 1, problem=trouble)
        return replace(look.state, failures=0, problem="", seen_at=self._context.now())

    def _wait(self, done: MailboxState) -> float:
        every = float(self._settings.every)
        return every if not done.failures else max(every, min(LONGEST_WAIT, 2.0**done.failures))

    def _tell(self, done: MailboxState, taken: int) -> None:
        if done.problem and done.problem != self._told:
            log.warning("mailbox not read", mailbox=done.name, why=done.problem)
        self._told = done.problem
        if taken:
            log.info("mailbox read", mailbox=done.name, taken=taken, uid=done.uid)


def free_mailboxes(dead: Callable[[str], bool]) -> int:
    """Take back the mailboxes that dead readers held; `dead` says of a name whether it is."""
    return mailboxes.free(dead)


def read_now(context: AppContext, name: str | None, *, by: Actor) -> list[MailboxState]:
    """Look into one mailbox, or all, now; credentials that were refused are tried again.

    Raises `Conflict` while another reader has it, `Invalid` for an unknown name.
    """
    require(by, StaffAct.SETTINGS)
    mail = context.settings.mail
    chosen = mail.mailboxes if name is None else (mail.mailbox_named(name),)
    done = []
    with accepting(context) as accept:
        for mailbox in chosen:
            reader = MailboxReader(context, mailbox, accept, worker=BY_HAND)
            state = reader.look_if_due(early=True)
            reader.close()
            if state is None:
                conflict = "expected nobody to read it, found a process that does; try again"
                raise Conflict(f"mailbox {mailbox.name}: {conflict}")
            done.append(state)
    return done


def list_mailboxes(context: AppContext) -> list[ListedMailbox]:
    """Every mailbox of the settings, and how it stands. Raises `Unavailable`."""
    known = mailboxes.states()
    listed = []
    for box in context.settings.mail.mailboxes:
        state = known.get(box.name, MailboxState(name=box.name))
        listed.append(
            ListedMailbox(
                mailbox=box.name, host=f"{box.host}:{box.port}", user=box.user, folder=box.folder,
                sign_in=box.oauth2 or "password", believed=box.authserv_ids, seen=state.seen_at,
                uid=state.uid, taken=state.taken, repeated=state.repeated, skipped=state.skipped,
                rebuilt=state.rebuilt, failures=state.failures, problem=state.problem,
                remarks=state.remarks,
            )
        )  # fmt: skip
    return listed
