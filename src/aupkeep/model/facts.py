"""What was known when a decision was made: typed values under dotted names, hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Value = bool | int | float | str | tuple[str, ...]


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same facts are the same bytes for ever.

    The form is that of RFC 8785 for the values used here: keys are ASCII, floats are finite.

    >>> canonical({"b": 1, "a": True})
    b'{"a":true,"b":1}'
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


@dataclass(frozen=True, slots=True)
class Facts:
    """Dotted name → value; a name that is absent is unknown, which never restricts.

    >>> Facts({"customer.protected": True})["customer.protected"]
    True
    """

    values: Mapping[str, Value]

    def __post_init__(self) -> None:
        """Freeze the mapping."""
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __getitem__(self, name: str) -> Value | None:
        """The value, or None for unknown."""
        return self.values.get(name)

    def snapshot(self) -> bytes:
        """Canonical JSON of all values."""
        return canonical(
            {k: list(v) if isinstance(v, tuple) else v for k, v in self.values.items()}
        )

    def digest(self) -> str:
        """SHA-256 of the snapshot in hex."""
        return hashlib.sha256(self.snapshot()).hexdigest()
