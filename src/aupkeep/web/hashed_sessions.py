"""Sessions whose keys are stored hashed: who reads the database holds nobody's session.

Django's own store keeps the cookie's value as it is. Here a row is named by its SHA-256, cut to the
40 digits that the column holds; the value itself has 32 random letters and digits. This is what
`SESSION_ENGINE` names.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoreOfPlainKeys
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

LENGTH = 40  # of the column


def hashed(key: str) -> str:
    """The name of a session in the database.

    >>> len(hashed("a key")), hashed("a key") == hashed("another key")
    (40, False)
    """
    return hashlib.sha256(key.encode()).hexdigest()[:LENGTH]


class SessionStore(StoreOfPlainKeys):
    """As Django's, for hashed keys."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        """The live row of this key; the key is forgotten where there is none."""
        rows = self.model.objects.filter(expire_date__gt=timezone.now())
        row: AbstractBaseSession | None = rows.filter(
            session_key=hashed(self.session_key or "")
        ).first()
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
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End a session: this one, or that of a key."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(hashed(key))
