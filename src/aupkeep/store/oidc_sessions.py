"""What sessions of the single sign-on ask the issuer with, and when each was asked last.

Beside the session's own row, since one request may ask while another saves the session as it was.
"""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.store.guard import writing
from aupkeep.store.models import OidcSessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchedSession:
    """A session by its name in the database; `sealed` opens with its cookie and the home's key."""

    session: str
    staff: str
    sealed: str
    checked_at: datetime
    until: datetime


def begin(session: VouchedSession) -> None:
    """Keep what a new session asks with."""
    with writing():
        OidcSessionRow.objects.create(
            session=session.session, staff=session.staff, sealed=session.sealed,
            checked_at=session.checked_at, claimed_until=session.checked_at, until=session.until,
        )  # fmt: skip


def get(session: str) -> VouchedSession | None:
    """What is kept of a session, None where it was ended."""
    row = OidcSessionRow.objects.filter(session=session).first()
    if row is None:
        return None
    return VouchedSession(
        session=row.session, staff=row.staff, sealed=row.sealed, checked_at=row.checked_at,
        until=row.until,
    )  # fmt: skip


def claim(seen: VouchedSession, now: datetime, until: datetime) -> bool:
    """Whether this request, and no other until then, asks the issuer with what it has `seen`.

    What another has asked with since is used up: an issuer refuses it, and the session with it.
    """
    with writing():
        same = OidcSessionRow.objects.filter(session=seen.session, checked_at=seen.checked_at)
        return same.filter(claimed_until__lte=now).update(claimed_until=until) == 1


def confirm(session: str, sealed: str, at: datetime) -> None:
    """The issuer said yes; from now on it is asked with what is sealed here."""
    with writing():
        rows = OidcSessionRow.objects.filter(session=session)
        rows.update(sealed=sealed, checked_at=at, claimed_until=at)
