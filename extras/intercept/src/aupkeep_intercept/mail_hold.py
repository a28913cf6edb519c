"""mail-hold: Postfix with one measure more; what one account sends is diverted and waits, counted.

A target has it in the place of `postfix`, over the same map and door, and carries what that does.
The measure `intercept-mail` sets the row that `hold-mail` sets: the account's mail goes into
Postfix's own queue `hold`, which keeps it whole, and leaves when the measure ends. Of a mail its
name in the queue and its envelope are read, to know whose it is; a number is all that is told.
"""

from collections.abc import Mapping
from dataclasses import replace

from aupkeep.enforcement.driver import DriverContext, InstalledElement
from aupkeep.enforcement.drivers import postfix
from aupkeep.enforcement.drivers.postfix import PostfixDriver
from aupkeep.enforcement.maps.map_file import MapRow
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure

MOST = 100_000  # names of mails that are remembered
ABLE = replace(
    postfix.ABLE,
    driver="mail-hold",
    measures=postfix.ABLE.measures | {Measure.INTERCEPT_MAIL},
    system="a Postfix, as the driver postfix; it counts what waits of an interception",
)


class MailHoldDriver(PostfixDriver):
    """One Postfix, by one map."""

    able = ABLE

    def __init__(self, context: DriverContext) -> None:
        super().__init__(context)
        self._logins: dict[str, str] = {}  # to count with; what is let go is asked for anew

    def observe(self) -> tuple[InstalledElement, ...]:
        """As Postfix's; of an interception with how many mails wait."""
        found, rows = super().observe(), self._content().rows
        return tuple(self._counted(element, rows) for element in found)

    def _counted(self, element: InstalledElement, rows: Mapping[str, MapRow]) -> InstalledElement:
        row = rows.get(element.place)
        if row is None or row.measure != Measure.INTERCEPT_MAIL:
            return element
        try:
            return replace(element, packets=self.waiting(row.action, self._counted_login))
        except Unavailable as error:
            self.unread = f"how many wait is not known: {error}"
            return element

    def _counted_login(self, name: str) -> str:
        """By which login a mail came; each mail's envelope is read once."""
        if len(self._logins) >= MOST:
            self._logins.clear()
        found = self._logins.get(name) or self.login(name)
        if found:
            self._logins[name] = found
        return found


DRIVER = replace(postfix.DRIVER, able=ABLE, make=MailHoldDriver)
