"""Postfix: what one account sends through our relay is held in its queue, or refused.

The map is looked up by the login of whoever sends (`check_sasl_access`); a sender's address anybody
can write. Held mail stays in Postfix's own queue, which neither reads nor loses it, and leaves when
the measure ends. What was held before it by somebody else stays held: it is written down before the
row is set. The account must be the customer's by the machine's own table (`accounts`).

Postfix ends nothing by itself: the agent lifts in time.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from aupkeep.enforcement.accounts import check_owner
from aupkeep.enforcement.action_json import read_object
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
)
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.maps.command import run_words
from aupkeep.enforcement.maps.login_door import LoginDoor
from aupkeep.enforcement.maps.map_driver import OPTIONS, MapDriver
from aupkeep.enforcement.maps.map_file import MapRow, RowFormat
from aupkeep.enforcement.options import DOOR, PATH, WORDS
from aupkeep.model.action import Action
from aupkeep.model.errors import AupkeepError, DriverRefused, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import parse_moment, show_moment

HOLDS = frozenset({Measure.HOLD_MAIL, Measure.INTERCEPT_MAIL})  # by the same row
FILE = "postfix.json"
MAX_BYTES = 16 << 20
ACCOUNT = re.compile(r"[a-z0-9._@+-]{1,100}")
QUEUE = {  # the commands, which a setting may put `sudo -n` before
    "queue": ("postqueue", "-j"),
    "envelope": ("postcat", "-eq"),
    "release": ("postsuper", "-H", "-"),
}
GONE = re.compile(r"open queue file \S+: No such file")  # what postcat says of mail that left
QUEUE_ID = re.compile(r"[A-Za-z0-9]{5,30}")
LOGIN = re.compile(r"^named_attribute: sasl_username=(.+)$", re.MULTILINE)
ABLE = Capabilities(
    driver="postfix",
    version="1",
    measures=frozenset({Measure.HOLD_MAIL, Measure.BLOCK_MAIL}),
    system="a Postfix that customers send through: one map by login, and its queue",
    ends_by_itself=False,
    reads_back=False,  # only with a door to ask at
    effect="Postfix is asked for the login, at a door that takes no mail",
    tells_homes="each row names its home",
    finds_own=True,
)


def _spell(subject: str) -> str:
    if not ACCOUNT.fullmatch(subject):
        raise DriverRefused(f"account: expected the login of an account, found {subject[:60]!r}")
    return subject


def _line(row: MapRow) -> str:
    if row.measure in HOLDS:
        return f"{row.key} HOLD {row.mark}"
    return f"{row.key} REJECT 5.7.1 Blocked in case {row.reference}; {row.mark}"


def _key(line: str) -> str | None:
    words = line.split(maxsplit=1)
    return words[0].lower() if words and line[0] not in "# \t" else None


class PostfixDriver(MapDriver):
    """One Postfix, by one map; `ask` is its door for asking, `accounts` says whose a login is."""

    able = ABLE
    by_second = True
    form = RowFormat(
        head="# Logins whose mail aupkeep holds or refuses; other lines stay as they are.",
        spell=_spell,
        write=_line,
        key=_key,
    )

    def __init__(self, context: DriverContext) -> None:
        super().__init__(context)
        given = context.options
        self._door = LoginDoor(given["ask"]) if "ask" in given else None
        self._queue = {name: tuple(given.get(name) or usual) for name, usual in QUEUE.items()}
        self._path = context.folder / FILE

    @property
    def asks(self) -> bool:
        """Whether Postfix has a door to ask at."""
        return self._door is not None

    def subject(self, action: Action) -> str:
        """The login, in lower case, as Postfix looks it up."""
        return (action.scope.account or "").lower()

    def ask(self, row: MapRow) -> str:
        """Whether Postfix itself finds the row for that login."""
        assert self._door is not None  # noqa: S101 - nobody asks without one
        said = self._door.said_to(row.subject)
        if f"aupkeep {row.action} " in said:
            return ""
        return f"{row.subject}: expected the row of action {row.action}, found {said[:100]}"

    def prepare(self) -> tuple[str, ...]:
        """As every map; and release what an agent that was killed left held."""
        done, before = super().prepare(), self._before()
        rows = [row for row in self._content().rows.values() if row.measure in HOLDS]
        own, held = {row.action for row in rows}, {row.subject for row in rows}
        over = {action for action in before if before[action]["account"] in held} - own
        for action in over:  # another hold of the account has taken it over
            del before[action]
        if over:
            write_durably(self._path, canonical(before))
        waits = {element.action for element in self._rowless()}
        return (*done, *self._release(set(before) - own - waits))

    def observe(self) -> tuple[InstalledElement, ...]:
        """As every map; and holds whose row somebody took away, whose mail waits still."""
        return (*super().observe(), *self._rowless())

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """As every map, with these holds."""
        return [*super().at(places), *(x for x in self._rowless() if x.place in places)]

    def _rowless(self) -> Iterator[InstalledElement]:
        """Holds of ours that are not on their way out, and at whose account no row stands."""
        content = self._content()
        taken = {*content.rows, *self._file.others(content)}
        for action, mine in self._before().items():
            if "until" in mine and not mine["going"] and mine["account"] not in taken:
                yield InstalledElement(
                    place=mine["account"],
                    action=action,
                    reference=mine["reference"],
                    expires=None,
                    until=parse_moment(mine["until"]),
                )

    def apply_all(self, plans: Sequence[DriverPlan]) -> list[str]:
        """Write down what is held already, then add the rows."""
        for plan in plans:
            self._owned(plan.action)
        before, rows = self._before(), self._content().rows
        holds = [plan for plan in plans if plan.action.measure in HOLDS]
        for plan in holds:
            account, other = self.subject(plan.action), rows.get(plan.place)
            former = before.get(other.action) if other is not None else None
            mine = before.get(plan.action.id) or former
            before[plan.action.id] = {
                "account": account,
                "held": mine["held"] if mine else self._held(account),
                "reference": plan.action.reference,
                "until": show_moment(plan.action.until),
                "going": False,
            }
        if holds:
            write_durably(self._path, canonical(before))
        return super().apply_all(plans)

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """Take the rows away, then let go what was held for them.

        That it is on its way out is written down first: an agent that dies in between lets it go.
        """
        before = self._before()
        for _, action in pairs:
            before[action] = {**before[action], "going": True} if action in before else {}
        write_durably(self._path, canonical({name: mine for name, mine in before.items() if mine}))
        said = super().revert_all(pairs)
        if left := self._release(action for _, action in pairs):
            raise Unavailable("; ".join(left))
        return said

    def lingers(self, action: Action) -> str:
        """As every map; and mail that is held on for it."""
        mine = self._before().get(action.id)
        return f"held mail of {mine['account']}" if mine else super().lingers(action)

    def _owned(self, action: Action) -> None:
        """Raises `DriverRefused` for an account that is not certainly the customer's."""
        table = self.context.options.get("accounts")
        check_owner(self.subject(action), action.scope.customer, table, fold=True)

    def _before(self) -> dict[str, dict[str, Any]]:
        """What was held before, by action."""
        try:
            return dict(read_object(self._path.read_bytes(), MAX_BYTES, str(self._path)))
        except FileNotFoundError:
            return {}
        except (OSError, AupkeepError) as error:
            raise Unavailable(f"{self._path}: expected a readable list, found {error}") from error

    def waiting(self, action: str, login: Callable[[str], str]) -> int:
        """How many mails wait for an action, beside what was held before it."""
        mine = self._before().get(action)
        held = self._held(str(mine["account"]), login) if mine else ()
        return len(set(held) - set(mine["held"])) if mine else 0

    def _held(self, account: str, login: Callable[[str], str] | None = None) -> list[str]:
        """The mails of an account in Postfix's queue `hold`."""
        names, of = [], login or self.login
        for line in run_words(self._queue["queue"]).splitlines():
            try:
                mail = json.loads(line)
                name = str(mail["queue_id"]) if mail["queue_name"] == "hold" else ""
            except (ValueError, LookupError, TypeError) as error:
                raise Unavailable(f"queue: expected JSON lines, found {line[:60]!r}") from error
            if name and of(name) == account:
                names.append(name)
        return names

    def login(self, name: str) -> str:
        """By which login a mail came; "" for one that is gone, or came by none.

        Raises `Unavailable` where it cannot be read: another's mail and ours must not be mixed up.
        """
        if not QUEUE_ID.fullmatch(name):
            raise Unavailable(f"queue: expected the name of a mail, found {name[:60]!r}")
        try:
            match = LOGIN.search(run_words((*self._queue["envelope"], name)))
        except Unavailable as error:
            if GONE.search(str(error)):
                return ""
            raise
        return match[1].strip().lower() if match else ""

    def _release(self, actions: Iterable[str]) -> tuple[str, ...]:
        """Let go what was held for these; a sentence for each that could not be."""
        before, left = self._before(), []
        for action in sorted(set(actions) & set(before)):
            account = str(before[action]["account"])
            try:
                others = set(before[action]["held"])
                names = [name for name in self._held(account) if name not in others]
                if names:
                    run_words(self._queue["release"], "".join(f"{x}\n" for x in names).encode())
            except Unavailable as error:
                left.append(f"mails of {account} are held on: {error}")
                continue
            del before[action]
            write_durably(self._path, canonical(before))
        return tuple(left)


DRIVER = DriverPlugin(
    able=ABLE,
    make=PostfixDriver,
    options={**OPTIONS, "ask": DOOR, "accounts": PATH, **dict.fromkeys(QUEUE, WORDS)},
    system=("map",),
)
