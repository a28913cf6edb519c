"""Tries a target at the test address of its settings; nobody is limited, nothing is left."""

from dataclasses import dataclass
from ipaddress import ip_address

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.agent_run import AgentConfig, open_driver
from aupkeep.app.enforcing.desired_state import protect_list
from aupkeep.app.inventory.holders import holder
from aupkeep.config.keys import public_keys
from aupkeep.enforcement.protect import own_protect
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.holding import Disputed, Held, NotOurs
from aupkeep.model.roles import StaffAct
from aupkeep.model.subject import Address, Subject


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
    may not set it up, `DriverRefused` without a test address or for one that is somebody's,
    `Unavailable` for no answer.
    """
    authorised(person, StaffAct.SETTINGS)
    target = context.settings.enforcement.target_named(name)
    home = context.home
    folder, keys = home.agent / target.name, public_keys(home, "desired")
    config = AgentConfig(carries=target, folder=folder, keys=keys, home=home, switch=home.freeze)
    if (tested := _address(target.options.get("probe"))) and (
        why := _whose(context, tested, config)
    ):
        raise DriverRefused(f"option probe: expected an address of ours that nobody uses, {why}")
    tried = open_driver(config, context.now).probe()
    return TargetProbe(
        target=target.name,
        driver=target.driver,
        subject=tried.subject,
        seen_ms=tried.seen_ms,
        gone_ms=tried.gone_ms,
        text=tried.text,
    )


def _address(option: object) -> Address | None:
    """The test address; None for what the driver itself refuses."""
    try:
        return ip_address(str(option))
    except ValueError:
        return None


def _whose(context: AppContext, tested: Address, config: AgentConfig) -> str:
    """Why a trial would touch somebody, "" where it would touch nobody.

    * The address is none of ours by the inventory, or a customer holds it, perhaps one of several.
    * It is on the protect list, or on the agent's own.
    """
    holding = holder(context, Subject(address=tested), context.now())
    if isinstance(holding, NotOurs):
        return f"found {tested}, which is in none of our prefixes (aupkeep inventory own add)"
    if isinstance(holding, Held):
        return f"found {tested}, which customer {holding.customer} holds"
    if isinstance(holding, Disputed):
        return f"found {tested}, which a customer may hold"
    listed = protect_list(context) | own_protect(config.folder)
    nobodys = Scope(customer="nobody", resource="trial", address=tested)
    return listed.refusal(nobodys) or ""
