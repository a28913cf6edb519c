"""ExaBGP of one target: its configuration, how it is started, and the holder that it starts."""

import os
import pwd
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aupkeep.app.context import clock
from aupkeep.config.home import Home
from aupkeep.config.settings import load
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.bgp.exabgp import Exabgp, ExabgpGone
from aupkeep.enforcement.bgp.holder import RouteHolder
from aupkeep.enforcement.bgp.options import (
    BgpSettings,
    exabgp_conf,
    exabgp_environment,
    read_options,
)
from aupkeep.enforcement.drivers.bgp import missing
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.errors import Invalid, Unavailable

CONF = "exabgp.conf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A command to become, with its environment."""

    words: tuple[str, ...]
    environment: dict[str, str]


def prepare_exabgp(home: Home, name: str | None) -> Program:
    """Write ExaBGP's configuration; how to start it. Raises `Invalid`, `Unavailable`."""
    if lacks := missing():
        raise Unavailable(lacks)
    target = _target(home, name)
    settings = _settings(home, target)
    hold = (sys.executable, "-m", "aupkeep", "bgp", "--hold", target.name)
    if any(len(word.split()) != 1 for word in hold):
        raise Invalid(f"{sys.executable}: expected a path that ExaBGP can name")
    for user in settings.users:
        with suppress(KeyError):
            pwd.getpwnam(user)
            continue
        raise Invalid(f"option users: expected users of this machine, found {user}")
    path = settings.folder / CONF
    settings.folder.mkdir(parents=True, exist_ok=True)
    settings.folder.chmod(0o711 if settings.users else 0o700)
    write_durably(path, exabgp_conf(settings, " ".join(hold)).encode())
    environment = {**os.environ, **exabgp_environment(), "AUPKEEP_HOME": str(home.path)}
    words = (sys.executable, "-m", "exabgp", "server", str(path))
    return Program(words=words, environment=environment)


def hold_routes(home: Home, name: str | None) -> None:
    """Be the process that ExaBGP starts, until it ends."""
    try:
        RouteHolder(_settings(home, _target(home, name)), clock, Exabgp()).run()
    except (ExabgpGone, BrokenPipeError):
        return


def _target(home: Home, name: str | None) -> TargetSettings:
    """The target of this name, or the only one of the driver `bgp`. Raises `Invalid`."""
    known = {x.name: x for x in load(home).enforcement.all_targets() if x.driver == "bgp"}
    chosen = name or (next(iter(known)) if len(known) == 1 else "")
    if chosen not in known:
        raise Invalid(
            f"target: expected one of {', '.join(known) or 'none'}, found {chosen[:60]!r}"
        )
    return known[chosen]


def _settings(home: Home, target: TargetSettings) -> BgpSettings:
    folder: Path = home.agent / target.name
    return read_options(target.open_options(), folder)
