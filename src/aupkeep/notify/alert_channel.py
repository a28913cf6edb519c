"""What a channel of alerts is, and what it makes of one; the channels stand in `alerting`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aupkeep.model.alert import OnCallAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRequest:
    """One HTTP POST; its address and headers may hold secrets and are never logged."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChannel:
    """A plugin. `request` is pure: the alert, its options, the link to it, the moment.

    It raises `Invalid` for options that are not as needed.
    """

    name: str
    title: str
    options: tuple[str, ...]
    request: Callable[[OnCallAlert, Mapping[str, Any], str, datetime], AlertRequest]
