"""A bucket's policy with a statement of ours, and without it; all others as they are. Pure."""

import json
from typing import Any
from uuid import UUID

from aupkeep.model.errors import DriverRefused, Unavailable

VERSION = "2012-10-17"
PREFIX = "aupkeep"  # of a Sid, which has letters and digits alone


class NoPolicy(Unavailable):
    """What a store gave as a bucket's policy is none."""


def sid_of(action: str) -> str:
    """The Sid of an action's statement. Raises `DriverRefused` for an id that is no UUID."""
    try:
        return PREFIX + UUID(action).hex
    except ValueError as error:
        raise DriverRefused(f"action id: expected a UUID, found {action[:60]!r}") from error


def statement(action: str, bucket: str, key: str) -> dict[str, Any]:
    """Nobody reads this one object."""
    return {
        "Sid": sid_of(action),
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": f"arn:aws:s3:::{bucket}/{key}",
    }


def read_policy(text: str | None) -> dict[str, Any]:
    """A policy, one without statements for None. Raises `NoPolicy`."""
    try:
        empty: dict[str, Any] = {"Version": VERSION, "Statement": []}
        policy: dict[str, Any] = dict(json.loads(text)) if text is not None else empty
        rows = policy["Statement"]
        policy["Statement"] = [dict(row) for row in ([rows] if isinstance(rows, dict) else rows)]
    except (ValueError, LookupError, TypeError) as error:
        raise NoPolicy(f"policy: expected statements, found {type(error).__name__}") from error
    return policy


def with_statements(text: str | None, new: dict[str, Any], gone: str) -> str:
    """The policy with `new`, and without the statement of the Sid `gone`."""
    policy = read_policy(text)
    rows = [row for row in policy["Statement"] if row.get("Sid") not in (gone, new["Sid"])]
    return json.dumps({**policy, "Statement": [*rows, new]})


def without(text: str, gone: str, former: str | None) -> str | None:
    """The policy without that statement; `former` where the rest is what it was, None for none."""
    policy = read_policy(text)
    rows = [row for row in policy["Statement"] if row.get("Sid") != gone]
    if former is not None and read_policy(former) == {**policy, "Statement": rows}:
        return former
    return json.dumps({**policy, "Statement": rows}) if rows else None
