"""The collector's thread that talks to the controller: it delivers findings and loads snapshots."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

from aupkeep.app.context import AppContext, open_context
from aupkeep.app.telemetry.collector import controller_snapshot
from aupkeep.app.telemetry.collector.delivery_queue import deliver
from aupkeep.app.telemetry.collector.detection_config import detection_config
from aupkeep.app.telemetry.collector.service import CollectorService
from aupkeep.app.telemetry.tuning.customer_classes import ClassRegister
from aupkeep.config.home import Home
from aupkeep.telemetry.history.retention import RetentionHold

ASKED = 10_000  # ms between questions to the desk
DESK = "the desk"  # as a trouble is of
BEATS = 0.25  # seconds that a turn waits for a finding


class ControllerConnection:
    """The application context, opened when it is first needed and again after a failure."""

    def __init__(self, opened: Callable[[], AppContext]) -> None:
        """`opened` raises while the database is away."""
        self._opened = opened
        self._context: AppContext | None = None
        self._opening = Lock()

    def context(self) -> AppContext:
        """The context. Raises as opening it does."""
        with self._opening:
            self._context = self._context or self._opened()
            return self._context

    def give(self, data: bytes) -> None:
        """Deliver one document. Raises when it could not be."""
        deliver(self.context(), data)


def connection_of(home: Home) -> ControllerConnection:
    """The connection of this home."""
    return ControllerConnection(lambda: open_context(home))


class ControllerSync:
    """One thread's work: findings to the controller, its configuration back."""

    def __init__(
        self,
        service: CollectorService,
        line: ControllerConnection,
        listed: controller_snapshot.LoadContacts = controller_snapshot.no_contacts,
    ) -> None:
        """Nothing is asked yet. `listed` gives whom feeds list."""
        self._service, self._line, self._listed = service, line, listed
        self._register = ClassRegister()
        self._next_asked = 0

    def run_once(self) -> None:
        """Deliver findings; now and then load a snapshot. Raises nothing of the database's."""
        self._service.deliveries.run_once(BEATS)
        now = self._service.clock()
        if not 0 < self._next_asked - now <= ASKED:
            self._next_asked = now + ASKED
            self._ask()

    def holds(self) -> Sequence[RetentionHold]:
        """Which rows must outlive their retention. Raises while the database is away."""
        context = self._line.context()
        from aupkeep.app.telemetry.collector.retention_holds import retention_holds

        return retention_holds(context)

    def end(self) -> None:
        """Let the database go; this thread's last act."""
        with suppress(Exception):
            from aupkeep.store import release

            release()

    def _ask(self) -> None:
        """Load a snapshot, and a new configuration when it or the policy pack changed."""
        service = self._service
        try:
            snapshot = controller_snapshot.load_snapshot(
                self._line.context(), self._listed, self._register.classes
            )
            if snapshot != service.config.snapshot:
                controller_snapshot.save_snapshot(service.folder, snapshot)
            config = detection_config(service.home, snapshot)
        except Exception as error:  # noqa: BLE001 - the desk may be away in any way; what is watched stays
            service.troubles[DESK] = str(error)[:300]
            return
        service.troubles.pop(DESK, None)
        if config != service.config:
            service.config = config
