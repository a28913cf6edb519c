"""The section [interception]: whether this install may divert traffic in transit at all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptionSettings:
    """Off unless somebody turns it on; the driver is an extra besides: docs/interception.md."""

    allowed: bool = False
