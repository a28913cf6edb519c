"""The targets of the settings as placement sees them: what each serves, what its driver can do.

A module of its own, for the lists that ask only who could carry a measure: `placement` loads all
that a decision looks at.
"""

from ipaddress import ip_network

from aupkeep.app.context import AppContext
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.placement import Target
from aupkeep.enforcement.registry import broken_drivers, driver_named
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Measure


def targets_of(context: AppContext) -> tuple[Target, ...]:
    """Every target of the settings. Raises `Invalid` where one names an unknown driver."""
    return tuple(target_of(target) for target in context.settings.enforcement.all_targets())


def target_of(settings: TargetSettings) -> Target:
    """A target as placement sees it. Raises `Invalid` for an unknown driver."""
    measures = frozenset(Measure(measure) for measure in settings.measures)
    trouble = ""
    try:
        able = driver_named(settings.driver).able
    except Invalid:
        trouble = broken_drivers().get(settings.driver, "")
        if not trouble:
            raise
        # what it can do nobody knows: it may be needed for what its settings name
        able = Capabilities(driver=settings.driver, version="", measures=measures, system="")
    return Target(
        name=settings.name,
        able=able,
        trouble=trouble,
        sites=frozenset(settings.sites),
        prefixes=tuple(ip_network(prefix) for prefix in settings.prefixes),
        kinds=frozenset(settings.kinds),
        names=tuple(name.lower() for name in settings.names),
        measures=measures,
        order=settings.order,
        cap=settings.cap,
    )
