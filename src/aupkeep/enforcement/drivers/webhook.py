"""A signed webhook to whoever can do what no driver of ours can: billing, a panel, another team.

`service.held` asks for a measure, `service.released` takes it back, `service.terminated` says that
a person ended a service after its hold (Standard Webhooks 1.0.0: an id, a time and an HMAC-SHA256
over both and the body). Any 2xx acknowledges; 202 says that it has only
begun. The other side must do an event of one id once, may do more of its own, and deletes nothing
while a hold of ours stands. It does not know our end: the agent releases in time.

With the option `read_url` each hold is read back there (GET, the holds by our action's id), so that
it counts as applied; without it, it is announced.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.request import Request

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.fetch import no_redirects
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.options import TEXT, URL, Option
from aupkeep.enforcement.webhook_events import (
    RELEASED,
    STATES,
    TERMINATED,
    event_data,
    kind_of,
)
from aupkeep.model.action import Action
from aupkeep.model.errors import AupkeepError, DriverRefused, Pending, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import RESTRICTING, Measure
from aupkeep.model.moments import show_moment
from aupkeep.model.standard_webhook import keys_of, signature_headers

FILE = "webhook.json"
MAX_BYTES = 16 << 20
MAX_ANSWER = 1 << 20
TIMEOUT = 10.0  # seconds for each connect and read
ACCEPTED, MANY, FAULT = 202, 429, 500
NOT_DONE: Mapping[str | None, str] = {
    "pending": "the receiver has it and is not done",
    None: "the receiver was told, and its read_url does not show it",
}
ABLE = Capabilities(
    driver="webhook",
    version="1",
    measures=RESTRICTING,
    system="whoever answers a signed webhook",
    ends_by_itself=False,
    reads_back=False,
    late_fragments=False,  # nobody says what becomes of them
    names_clause=True,
    tells_homes="by its action: each event names it",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hold:
    """One hold that was acknowledged: all that its release needs, with the agent started anew."""

    place: str
    action: str
    reference: str
    until: datetime
    rate: int | None
    event: str  # the data of the event, as JSON
    number: int  # by which the receiver knows the event; a new try of it has the same
    acknowledged: bool = False
    refused: str = ""  # what the receiver said of a new try of what it may have

    @property
    def kind(self) -> str:
        """The event by which the receiver is told."""
        return kind_of(str(json.loads(self.event)["measure"]))

    @property
    def said(self) -> str:
        """What the receiver acknowledged."""
        return STATES[self.kind] if self.acknowledged else "pending"

    def final(self, now: datetime) -> bool:
        """Whether it is the end of a service that nobody takes back any more."""
        return self.kind == TERMINATED and now >= self.until


class WebhookDriver:
    """One receiver, and a file in the agent's folder of what it acknowledged."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._path = context.folder / FILE
        self.unread = ""  # why holds were not read back at the last look

    def capabilities(self) -> Capabilities:
        """Every measure that restricts anything; read back where there is a `read_url`."""
        readable = bool(self._context.options.get("read_url"))
        return replace(ABLE, reads_back=readable)

    def prepare(self) -> tuple[str, ...]:
        """The receiver is asked nothing."""
        return ()

    def place(self, action: Action) -> str:
        """`suspend-resource vm-7`, `isolate 203.0.113.10`; one place holds one."""
        scope, measure = action.scope, action.measure
        if measure is Measure.END_SERVICE:
            measure = Measure.TERMINATE  # it takes the place of the hold before it
        aims = (scope.network or scope.address, scope.source_ports, scope.protocol, scope.port,
                scope.destination, scope.url, scope.name, scope.account)  # fmt: skip
        parts = [str(value) for value in aims if value is not None]
        return " ".join([str(measure), scope.resource, *parts])

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One event, or two where another hold is released."""
        place, kind = self.place(action), kind_of(str(action.measure))
        other = replaced is not None and replaced.action != action.id and kind != TERMINATED
        ops = [f"tell {RELEASED}: {place}"] if other else []
        return DriverPlan(
            action=action,
            place=place,
            ops=(*ops, f"tell {kind}: {place}, until {show_moment(action.until)}"),
            note=action.scope.note,
        )

    def apply(self, plan: DriverPlan) -> str:
        """Tell it, and read it back where that can be.

        Raises `DriverRefused` where the receiver says no, `Pending` while it is not done,
        `Unavailable` for no answer.
        """
        action = plan.action
        holds = self._holds()
        before = holds.get(plan.place)
        sent = before is not None and before.action == action.id and before.until == action.until
        if sent and before is not None and before.refused:
            self._take_back(before, holds)
        there = self._there() if sent else {}
        if not sent or there.get(action.id) is None:
            tried = sent and before is not None and not before.acknowledged
            hold = before if tried and before else self._new_hold(plan.place, action, before)
            there = self._hold(hold, holds)
        wanted, state = STATES[kind_of(str(action.measure))], there.get(action.id)
        if state != wanted:
            said = NOT_DONE.get(state, f"expected {wanted!r} at its read_url, found {state!r}")
            raise Pending(f"{plan.place}: {said}")
        return f"webhook: {plan.place}: acknowledged"

    def _new_hold(self, place: str, action: Action, before: _Hold | None) -> _Hold:
        data = event_data(action)
        if data["measure"] == Measure.END_SERVICE:
            data["replaces"] = before.action if before else None
        return _Hold(
            place=place,
            action=action.id,
            reference=action.reference,
            until=action.until,
            rate=action.scope.rate,
            event=json.dumps(data),
            number=int(self._record().get("told", 0)) + 1,
        )

    def _hold(self, hold: _Hold, holds: Mapping[str, _Hold]) -> dict[str, str]:
        """Tell of a hold, and of the release of what it replaces; what the receiver has then.

        It is written down before: an event that was sent and not noted could never be released.
        """
        before, kind, kept = holds.get(hold.place), hold.kind, dict(holds)
        if before is not None and before.action != hold.action and kind != TERMINATED:
            self._tell(before, RELEASED)
            del kept[hold.place]
        self._write({**holds, hold.place: hold})
        try:
            status = self._tell(hold, kind)
        except DriverRefused as error:
            if before is not None and before.action == hold.action:
                self._take_back(replace(hold, refused=str(error)), kept)
            self._write(kept)  # what it was to replace, and was not released, stands
            raise
        done = status != ACCEPTED
        self._write({**holds, hold.place: replace(hold, acknowledged=done)})
        return self._there(said={hold.action: STATES[kind] if done else "pending"})

    def _take_back(self, hold: _Hold, holds: Mapping[str, _Hold]) -> NoReturn:
        """Release what an earlier try may have begun, and say that it is refused.

        Raises `DriverRefused`, or `Unavailable` while the receiver has not acknowledged the
        release: nobody is told that nothing was done while it may be held.
        """
        self._write({**holds, hold.place: hold})
        try:
            self._tell(hold, RELEASED)
        except (DriverRefused, Unavailable) as error:
            raise Unavailable(
                f"{hold.refused}; an earlier try may be held, and is not released: {error}"
            ) from error
        self._write({place: other for place, other in holds.items() if place != hold.place})
        raise DriverRefused(hold.refused)

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every hold of ours, without an end where the receiver does not show it; others' there.

        What it does not show it may hold all the same: it is told of the release, too. While they
        cannot be read back, what was acknowledged is taken to stand, and `unread` says so: else
        nothing could be released meanwhile.
        """
        holds = self._holds()
        said = {x.action: x.said for x in holds.values()}
        try:
            there, self.unread = self._there(said=said), ""
        except (Unavailable, DriverRefused) as error:
            there = said
            self.unread = f"not read back, what was acknowledged is taken to stand: {error}"
        foreign = [
            InstalledElement(place=f"hold {name}", action="", reference="", expires=None)
            for name, state in there.items()
            if name not in said and state != STATES[TERMINATED]
        ]
        standing = [_element(hold, there.get(hold.action, "")) for hold in holds.values()]
        return (*standing, *foreign)

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """Our own holds of these places, as they are to be."""
        holds = self._holds()
        there = [holds[place] for place in places if place in holds]
        return [_element(hold, STATES[hold.kind]) for hold in there]

    def prove(self, action: Action) -> Proof:
        """What the receiver says of it, or that it acknowledged it."""
        place = self.place(action)
        hold = self._holds().get(place)
        seen = hold is not None and hold.action == action.id
        state = STATES[kind_of(str(action.measure))]
        said = self._there(said={action.id: state} if seen else {}).get(action.id)
        return Proof(
            seen=said == state,
            text=f"webhook: {place}: {said or 'no such hold'}, case {action.reference}",
            at=self._context.now(),
        )

    def lingers(self, action: Action) -> str:
        """Its hold, where no record says what was told and the receiver has it, or nobody knows."""
        name, ends = f"hold {action.id}", action.measure is Measure.END_SERVICE
        if ends and action.until <= self._context.now():
            return ""  # final: nobody takes it back
        try:
            return name if self._there(said={action.id: "held"}).get(action.id) else ""
        except (DriverRefused, Unavailable):
            return name

    def revert(self, place: str, action: str) -> str:
        """Tell that it is released and see it gone.

        The end of a service whose time is over is final: nothing is told, and nothing comes back.
        """
        holds = self._holds()
        before = holds.pop(place)
        if not before.final(self._context.now()):
            self._tell(before, RELEASED)
            if self._there().get(action) is not None:
                raise Pending(f"{place}: the receiver was told and still holds it")
        self._write(holds)
        return f"webhook: {place}: released"

    def _tell(self, hold: _Hold, kind: str) -> int:
        """Send one event; its status. The same event again has the same id."""
        now = self._context.now()
        body = canonical(
            {"type": kind, "timestamp": show_moment(now), "data": json.loads(hold.event)}
        )
        number = f"{hold.action}.{hold.number}.{kind}"
        keys = keys_of(str(self._context.options.get("secret", "")))
        request = Request(  # noqa: S310 - its scheme was checked
            str(self._context.options["url"]),
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json",
                **signature_headers(keys, number, now, body),
            },
        )
        return self._exchange(request)[0]

    def _there(self, said: Mapping[str, str] | None = None) -> dict[str, str]:
        """What the receiver holds, by action; without a `read_url` what it `said` itself."""
        if not self._context.options.get("read_url"):
            return dict(said or {})
        token = str(self._context.options.get("read_token", ""))
        request = Request(  # noqa: S310 - its scheme was checked
            str(self._context.options["read_url"]),
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        _, body = self._exchange(request)
        try:
            holds = read_object(body, MAX_ANSWER, "read_url")["holds"]
            return {_plain(hold["id"]): _plain(hold["state"]) for hold in holds}
        except (AupkeepError, LookupError, TypeError) as error:
            raise Unavailable(
                f"read_url: expected {{'holds': [{{'id', 'state'}}]}}, found {error}"
            ) from error

    def _exchange(self, request: Request) -> tuple[int, bytes]:
        """Status and body. Raises `DriverRefused` for a refusal, `Unavailable` for no answer."""
        try:
            with no_redirects().open(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.read(MAX_ANSWER + 1)
        except HTTPError as error:
            with error:
                words = f"the receiver answers {error.code}"
            if error.code >= FAULT or error.code == MANY:
                raise Unavailable(words) from error
            raise DriverRefused(words) from error
        except (OSError, HTTPException, ValueError) as error:
            why = error if isinstance(error, OSError) else type(error).__name__  # else a header
            raise Unavailable(f"the receiver does not answer: {why}") from error

    def _record(self) -> dict[str, Any]:
        try:
            return read_object(self._path.read_bytes(), MAX_BYTES, str(self._path))
        except FileNotFoundError:
            return {}
        except (OSError, AupkeepError) as error:
            raise Unavailable(f"{self._path}: expected a readable list, found {error}") from error

    def _holds(self) -> dict[str, _Hold]:
        try:
            rows = self._record().get("holds", ())
            holds = [read_record(row, _Hold, "hold") for row in rows]
        except AupkeepError as error:
            raise Unavailable(f"{self._path}: expected a readable list, found {error}") from error
        return {hold.place: hold for hold in holds}

    def _write(self, holds: Mapping[str, _Hold]) -> None:
        rows: list[Any] = [to_json(hold) for hold in holds.values()]
        numbers = [int(self._record().get("told", 0)), *(hold.number for hold in holds.values())]
        write_durably(self._path, canonical({"holds": rows, "told": max(numbers)}))


def _plain(word: object) -> str:
    """What the receiver calls something, in ASCII and short."""
    return str(word)[:100].encode("ascii", "backslashreplace").decode()


def _element(hold: _Hold, state: str) -> InstalledElement:
    """A hold as it stands there; one that is not done has no end yet, so it is asked for again."""
    return InstalledElement(
        place=hold.place,
        action=hold.action,
        reference=hold.reference,
        expires=hold.until if state == STATES[hold.kind] and not hold.refused else None,
        rate=hold.rate,
        until=hold.until,
    )


KEYS = Option(
    expected="whsec_ and base64 of 24 bytes or more", fits=lambda value: bool(keys_of(str(value)))
)
DRIVER = DriverPlugin(
    able=ABLE,
    make=WebhookDriver,
    options={"url": URL.needed, "secret": KEYS.needed, "read_url": URL, "read_token": TEXT},
)
