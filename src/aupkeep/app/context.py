"""The application context: home, settings, and the only source of time and random bytes."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.steady_clock import steady_time
from aupkeep.config.home import Home, find_home
from aupkeep.config.settings import Settings, load
from aupkeep.model.errors import Unavailable
from aupkeep.model.ids import reference, uuid7


@dataclass(frozen=True, slots=True)
class AppContext:
    """What every function of this room needs; tests give their own clock and noise."""

    home: Home
    settings: Settings
    now: Callable[[], datetime]
    noise: Callable[[int], bytes]

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self.now(), self.noise(10))

    def new_reference(self) -> str:
        """A fresh case reference for the outside."""
        return reference(self.noise(8))


def clock() -> datetime:
    """The machine's clock, aware and in UTC; a step that nobody vouches for is not followed."""
    return steady_time()


def prepare_home(home: Home | None = None) -> Home:
    """Set up what needs no database: folders, keys, Django. Raises as `open_context`."""
    from aupkeep import store

    home = home or find_home()
    store.prepare(home)
    return home


def open_context(
    home: Home | None = None,
    *,
    now: Callable[[], datetime] = clock,
    noise: Callable[[int], bytes] = os.urandom,
) -> AppContext:
    """Set the home up where it is new, migrate it where it is old, and open the context.

    Safe when several processes start at once on an empty home. Raises `Invalid` for settings that
    cannot be read and `Unavailable` when the database cannot be reached.
    """
    from aupkeep import store

    home = home or find_home()
    store.setup(home)
    return AppContext(home=home, settings=load(home), now=now, noise=noise)


def release_connection() -> None:
    """Close this thread's connection to the database; a thread that ends calls it last."""
    from aupkeep import store

    store.release()


_bound: list[AppContext] = []


def bind(context: AppContext) -> None:
    """Let this process use this context from now on."""
    _bound[:] = [context]


def bound() -> AppContext:
    """The bound context. Raises `Unavailable` when the process was started without one."""
    if not _bound:
        raise Unavailable("expected a context opened at start, found none")
    return _bound[0]
