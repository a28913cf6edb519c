"""Sessions whose keys are stored hashed: who reads the database holds nobody's session.

Django's own store keeps the cookie's value as it is. Here a row is named by its SHA-256, cut to the
40 digits that the column holds; the value itself has 32 random letters and digits. A row also says
whose the session is, so that one person's can be listed and ended. `SESSION_ENGINE` names this.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoreOfPlainKeys
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from aupkeep.store.guard import writing
from aupkeep.store.models import OidcSessionRow, SessionRow

LENGTH = 40  # of the column
PERSON = "user"  # whose it is, in what the session holds


def hashed(key: str) -> str:
    """The name of a session in the database.

    >>> len(hashed("a key")), hashed("a key") == hashed("another key")
    (40, False)
    """
    return hashlib.sha256(key.encode()).hexdigest()[:LENGTH]


class SessionStore(StoreOfPlainKeys):
    """As Django's, for hashed keys."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        """The rows."""
        return SessionRow

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        """The live row of this key; the key is forgotten where there is none."""
        rows = SessionRow.objects.filter(expire_date__gt=timezone.now())
        row = rows.filter(session_key=hashed(self.session_key or "")).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        """Whether a session of this key is stored."""
        return super().exists(hashed(session_key))

    def create_model_instance(self, data: Mapping[str, Any]) -> AbstractBaseSession:
        """The row to save."""
        row = super().create_model_instance(dict(data))
        row.session_key = hashed(row.session_key)
        if isinstance(row, SessionRow):
            row.person = data.get(PERSON)
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Write it; raises `UpdateError` for one that was ended meanwhile."""
        with writing():
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        """End a session: this one, or that of a key."""
        key = session_key or self.session_key
        if key is not None:
            end([hashed(key)])


def of(person: str) -> dict[str, dict[str, Any]]:
    """What each session of a person holds, by its name in the database."""
    rows = SessionRow.objects.filter(person=person, expire_date__gt=timezone.now())
    store = SessionStore()
    return {row.session_key: store.decode(row.session_data) for row in rows}


def end(names: Iterable[str]) -> int:
    """End sessions by their names in the database; how many there were."""
    listed = list(names)
    with writing():
        OidcSessionRow.objects.filter(session__in=listed).delete()
        return SessionRow.objects.filter(session_key__in=listed).delete()[0]


def sweep(now: datetime) -> int:
    """Forget those that are over; how many."""
    with writing():
        OidcSessionRow.objects.filter(until__lt=now).delete()
        return SessionRow.objects.filter(expire_date__lt=now).delete()[0]
