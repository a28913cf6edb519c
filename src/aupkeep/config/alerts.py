"""Who is on call: a table `[[alerts.to]]` for each step, the first at once, the others later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aupkeep.config.secrets import opened
from aupkeep.model.alert import Severity
from aupkeep.model.errors import Invalid

MAIL = "mail"  # the channel that needs no plugin


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTargetSettings:
    """One step: by `channel`, of alerts from `least` on, unless acknowledged `after` minutes."""

    name: str = ""  # required
    channel: str = MAIL  # or the name of a plugin of notify/alerting
    least: str = "high"
    after: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)  # mail: address, language

    def __post_init__(self) -> None:
        """Raises `Invalid` for a missing name, an unknown severity, a time before the alert."""
        where = f"[[alerts.to]] {self.name[:40]!r}"
        if not self.name or self.after < 0:
            raise Invalid(f"{where}: expected a name, and minutes from 0 on")
        if self.least not in set(Severity):
            expected = ", ".join(Severity)
            raise Invalid(f"{where} least: expected one of {expected}, found {self.least[:40]!r}")

    def open_options(self) -> dict[str, Any]:
        """The options with secrets read from where they refer to. Raises `Invalid`."""
        where = f"[[alerts.to]] {self.name!r}"
        return {name: opened(name, value, where) for name, value in self.options.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """Whom to tell at once what cannot wait for a look at the queue; nobody where it is empty."""

    to: tuple[AlertTargetSettings, ...] = ()

    def __post_init__(self) -> None:
        """Raises `Invalid` where two steps have one name."""
        names = [target.name for target in self.to]
        if len(set(names)) != len(names):
            raise Invalid("[[alerts.to]] name: expected each once, found one twice")
