"""The page of a person's own passkeys and sessions."""

from dataclasses import dataclass

from aupkeep.app.access.sessions import LiveSession
from aupkeep.app.pages.account.passkeys import ListedPasskey
from aupkeep.app.pages.layout.page import PageHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """`options` is what the browser is asked for a new passkey, as JSON; "" where it is not.

    `hindrance` says where passkeys work instead, "-" for nowhere. `required` is True where a role
    of the person asks for one, `recent` while the session is young enough to change passkeys. Who
    `leaves` may say when they are away.
    """

    header: PageHeader
    passkeys: tuple[ListedPasskey, ...]
    sessions: tuple[LiveSession, ...]
    this_session: str
    options: str
    hindrance: str
    required: bool
    recent: bool
    leaves: bool
