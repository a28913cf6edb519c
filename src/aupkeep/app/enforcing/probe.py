"""Tries a target at the test address of its settings; nobody is limited, nothing is left."""

from dataclasses import dataclass

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.agent_run import AgentConfig, open_driver
from aupkeep.config.keys import public_keys
from aupkeep.model.roles import StaffAct


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetProbe:
    """Milliseconds until the trial was seen and until it was gone; None = it was not seen so."""

    target: str
    driver: str
    subject: str
    seen_ms: int | None
    gone_ms: int | None
    text: str

    @property
    def holds(self) -> bool:
        """Whether all of it was seen."""
        return self.seen_ms is not None and self.gone_ms is not None


def probe_target(context: AppContext, name: str, person: str) -> TargetProbe:
    """Try one target, whose agent is to be beside the server.

    Raises `Invalid` for a target nobody knows or that cannot be tried, `Forbidden` for a person who
    may not set it up, `DriverRefused` without a test address, `Unavailable` for no answer.
    """
    authorised(person, StaffAct.SETTINGS)
    target = context.settings.enforcement.target_named(name)
    home = context.home
    folder, keys = home.agent / target.name, public_keys(home, "desired")
    config = AgentConfig(carries=target, folder=folder, keys=keys, home=home, switch=home.freeze)
    tried = open_driver(config, context.now).probe()
    return TargetProbe(
        target=target.name,
        driver=target.driver,
        subject=tried.subject,
        seen_ms=tried.seen_ms,
        gone_ms=tried.gone_ms,
        text=tried.text,
    )
