"""Users of a Ceph Object Gateway, by its Admin Ops API: read, suspended, resumed; no more.

What it answers about a user has that user's secret keys in it. Of an answer three facts are taken,
and nothing of it is shown, kept or told.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aupkeep.enforcement.asking import PartAway
from aupkeep.enforcement.buckets.signed_calls import MISSING, SignedCalls
from aupkeep.model.errors import DriverRefused, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayUser:
    """`serves`: it is the store's own, or the one whose key we have."""

    suspended: bool
    serves: bool


class AdminOps:
    """One gateway, by a key whose user has the capability `users=read,write`."""

    def __init__(self, options: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self._calls, self._own = SignedCalls(options, now), options["access_key"]

    def user(self, uid: str) -> GatewayUser | None:
        """How a user stands, None where there is none. Raises `Unavailable`."""
        try:
            status, body = self._calls.call("GET", "/admin/user", {"uid": uid}, b"", f"user {uid}")
        except DriverRefused as error:  # reading is no order: a person gives the capability
            raise Unavailable(str(error)) from error
        if status == MISSING:
            return None
        return self._read(uid, body)

    def suspend(self, uid: str, *, suspended: bool) -> None:
        """Suspend or resume. Raises `DriverRefused`, `Unavailable`."""
        query = {"uid": uid, "suspended": str(suspended).lower()}
        status, _ = self._calls.call("POST", "/admin/user", query, b"", f"user {uid}")
        if status == MISSING:
            raise DriverRefused(f"user {uid}: expected one, found none")

    def _read(self, uid: str, body: bytes) -> GatewayUser:
        try:
            user = json.loads(body)
            keys = {key["access_key"] for key in user["keys"]}
            serves = bool(user.get("system") or user.get("admin") or self._own in keys)
            return GatewayUser(suspended=bool(user["suspended"]), serves=serves)
        except (ValueError, LookupError, TypeError) as error:
            what = type(error).__name__  # never its words, which may be of the answer
            raise PartAway(f"user {uid}: expected a user, found {what}") from None
