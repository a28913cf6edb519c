"""A real home on SQLite with one of everything that a page can show, made once and copied.

    seeded.at("/case/{case}")     the address of the case that waits for a decision
    seeded.context                what the views are bound to: its clock stands at half past twelve
    seeded.written()              the types of the entries that were written since

`seed` fills a home through the app's own functions: mails are received and read, rules consider,
people decide, the agent applies.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from app.conftest import NOON, Clock, furnish, with_settings
from app.conftest import context_of as plain_context
from aupkeep.app.access.staff import add_person, sign_in_link
from aupkeep.app.context import AppContext, bind
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.config.home import Home
from aupkeep.config.settings import FeedSettings, NoticeSettings, SourceSettings
from aupkeep.model.roles import ROLES
from aupkeep.store import log, notices
from aupkeep.store.models import EntryRow
from aupkeep.store.notices import NoticeFilter
from web.seed_cases import KARI, OLA, seed_cases
from web.seed_lists import seed_lists

HALF_PAST = NOON + timedelta(minutes=30)
KEYS = "seeded.json"  # beside the home's files
HELD = b"""address,customer,resource,from,until
203.0.113.12,birch,vm-d,2026-01-01T00:00:00Z,
203.0.113.13,birch,fw-edge-with-a-name-as-long-as-clouds-make-them-0000000001,2026-01-01T00:00:00Z,
203.0.113.14,birch,vm-f,2026-01-01T00:00:00Z,
203.0.113.15,birch,vm-g,2026-01-01T00:00:00Z,
203.0.113.24,birch,vm-web-3,2026-01-01T00:00:00Z,
203.0.113.201,birch,vm-99be,2026-01-01T00:00:00Z,
"""


@dataclass
class Seeded:
    """A copy of the home, bound; `keys` names what stands in an address."""

    context: AppContext
    clock: Clock
    keys: dict[str, str]
    size: int  # entries in the journal before the test

    def at(self, path: str) -> str:
        """The address with the names in braces filled in."""
        return path.format(**self.keys)

    def filled(self, data: dict[str, str]) -> dict[str, str]:
        """A form's fields with the names in braces filled in."""
        return {name: self.at(value) for name, value in data.items()}

    def set(self, **changes: object) -> None:
        """Bind the views to other settings of the notice form."""
        self.context = with_settings(self.context, notices=changes)
        bind(self.context)

    def start(self) -> None:
        """Take what was written so far for granted."""
        self.size = log.size()

    def written(self) -> list[str]:
        """The types of the entries written since the test began, in order."""
        rows = EntryRow.objects.filter(index__gte=self.size).order_by("index")
        return list(rows.values_list("type", flat=True))

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but the sessions: two are equal when nothing changed."""
        with connection.cursor() as cursor:
            names = connection.introspection.table_names(cursor)
            rows: dict[str, list[tuple[Any, ...]]] = {}
            for name in set(names) - {"store_session"}:
                cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name the database gave
                rows[name] = cursor.fetchall()
        return rows


def context_of(home: Home, clock: Clock) -> AppContext:
    """The install at that home: feeds that are on, a rule on misuse that few reports meet."""
    context = plain_context(home, clock)
    return with_settings(
        context,
        feeds=FeedSettings(enabled=("dshield", "dataplane", "feodo")),
        notices=NoticeSettings(bits=6, delay=5),
        sources=SourceSettings(misuse_count=2, misuse_again=2),
    )


def seed(home: Home, noise: Callable[[int], bytes] | None = None) -> None:
    """Fill a fresh home whose database is open."""
    clock = Clock()
    context = context_of(home, clock)
    context = replace(context, noise=noise) if noise else context
    furnish(context)
    import_assignments(context, HELD, "csv")
    for person in (KARI, OLA):
        add_person(context, person.id, person.name, "en", roles=ROLES)
    keys = seed_cases(context, clock) | seed_lists(context)
    clock.at = HALF_PAST
    keys["notice"] = notices.listed(NoticeFilter(), 1)[0].id
    keys["link"] = sign_in_link(context, KARI.id).link.split("/")[-2]
    (home.path / KEYS).write_text(json.dumps(keys), "utf-8")


def seed_person(home: Home) -> None:
    """Kari alone, with a link to sign in by."""
    context = context_of(home, Clock(HALF_PAST))
    link = add_person(context, KARI.id, KARI.name, "en", roles=ROLES).link.split("/")[-2]
    (home.path / KEYS).write_text(json.dumps({"link": link}), "utf-8")


def open_seeded(path: Path) -> Seeded:
    """Bind the views to a copy that the process's database is set to."""
    clock = Clock(HALF_PAST)
    context = context_of(Home(path), clock)
    bind(context)
    keys = json.loads((path / KEYS).read_text("utf-8"))
    return Seeded(context=context, clock=clock, keys=keys, size=log.size())


def text_of(client: Client, path: str) -> str:
    """What a page says, as markup; it is shown."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()
