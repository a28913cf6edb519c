"""What differs between two signed desired states, so that an agent is sent only that (RFC 3229).

    {"envelope": {"signature": "…"}, "state": {"serial": 8, …}, "actions": [[0, 3], {…}, [4, 96]]}

Actions are runs of the former ones (the first, how many) and new ones. The agent puts the state
together and has the very bytes that were signed. A patch needs no trust of its own: whatever is
wrong with it ends in a signature that does not hold.
"""

import hashlib
import json
from typing import Any

from aupkeep.enforcement.action_json import read_object
from aupkeep.enforcement.desired import MAX_ACTIONS, MAX_BYTES
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical

NAME = "aupkeep-state"  # the instance manipulation, as A-IM and IM name it (RFC 3229 section 10.5)


def tag_of(data: bytes) -> str:
    """The entity tag of a signed state (RFC 9110 section 8.8.3), with its quotes."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def difference(before: bytes, after: bytes) -> bytes:
    """The patch that makes `after` of `before`, which are states that we signed."""
    old, new = json.loads(before), json.loads(after)
    former = old["state"]["actions"]
    place = {row["id"]: index for index, row in enumerate(former)}
    parts: list[Any] = []
    for row in new["state"]["actions"]:
        index = place.get(row["id"])
        if index is None or former[index] != row:
            parts.append(row)
        elif parts and isinstance(parts[-1], list) and sum(parts[-1]) == index:
            parts[-1][1] += 1
        else:
            parts.append([index, 1])
    return canonical(
        {
            "envelope": _changed(old, new, "state"),
            "state": _changed(old["state"], new["state"], "actions"),
            "actions": parts,
        }
    )


def _changed(old: dict[str, Any], new: dict[str, Any], apart: str) -> dict[str, Any]:
    """The fields that are another than before, one of them apart."""
    same = {name for name in new if name in old and old[name] == new[name]}
    return {name: value for name, value in new.items() if name not in same | {apart}}


def patched(before: bytes, patch: bytes) -> bytes:
    """The state that a patch makes of the former one. Raises `Unreadable` for one that fits not.

    A field that the newer state has no more stays: then the signature does not hold, and the whole
    state is asked for.
    """
    rows: list[Any] = []
    try:
        envelope, change = json.loads(before), read_object(patch, MAX_BYTES, "patch")
        former = envelope["state"]["actions"]
        for part in change["actions"]:
            if isinstance(part, dict):
                rows.append(part)
            else:
                first, count = part
                run = former[first : first + count]
                if first < 0 or count != len(run) or len(rows) + count > MAX_ACTIONS:
                    raise Unreadable(f"patch: expected a run of {len(former)} actions")
                rows += run
        state = {**envelope["state"], **change["state"], "actions": rows}
        return canonical({**envelope, **change["envelope"], "state": state})
    except (LookupError, TypeError, ValueError) as error:
        raise Unreadable(f"patch: expected one of a desired state, found {error!r}") from error
