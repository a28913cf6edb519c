"""A claim's place in its case is the entry that named it first; another one is named."""

import json
from dataclasses import replace
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import F

from app.conftest import JUST_NOW, report
from app.proof.test_erase import RULE, erasable, erase_entries
from app.steps import arrive, guess, post
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading.prove_senders import prove_senders
from aupkeep.config.settings import MailSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.store import log
from aupkeep.store.guard import writing
from aupkeep.store.models import ClaimRow


@pytest.fixture
def home(furnished):
    """Two reports about one machine."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    post(furnished, guess("203.0.113.10", JUST_NOW))
    return furnished


def places():
    """Each claim's place."""
    return dict(ClaimRow.objects.order_by("joined").values_list("id", "joined"))


def test_it_is_the_entry_that_named_it(home):
    """Written again the row keeps its place."""
    first = {}
    for leaf in log.leaves():
        for kind, key, _ in (leaf.payload or {}).get("rows", ()):
            if kind == "Claim":
                first.setdefault(key, leaf.number)
    assert places() == first
    assert len(set(first.values())) > 1
    post(home, guess("203.0.113.10", JUST_NOW))
    assert first.items() <= places().items()


@pytest.mark.parametrize("change", [F("joined") + 1, F("joined") - 1, 0, -1])
def test_another_place_is_named(home, change):
    """By the claim, and the entry that named it."""
    last = max(places(), key=places().get)
    with writing():
        ClaimRow.objects.filter(id=last).update(joined=change)
    verdict = verify_home(home)
    assert not verdict.ok
    assert verdict.reason.startswith(f"Claim {last}: its column joined")


def test_of_an_erased_entry_the_place_is_an_erased_one(home):
    """What is erased proves no more than that."""
    erase_entries(home, [row.entry.id for row in erasable()], RULE, SYSTEM)
    assert verify_home(home).ok
    with writing():
        ClaimRow.objects.update(joined=log.size())
    assert not verify_home(home).ok


def test_an_erased_entry_may_have_been_followed_by_one_that_erases_nothing(home):
    """A claim whose sender was proven later is named twice; the first entry goes with its case."""
    blind = replace(home, settings=replace(home.settings, mail=MailSettings()))
    arrive(blind, report("203.0.113.70", JUST_NOW, domain="soc.example"))
    first = max(places().values())
    assert prove_senders(home, None)
    entries = {leaf.number: json.loads(leaf.leaf)["id"] for leaf in log.leaves()}
    erase_entries(home, [entries[first]], RULE, SYSTEM)
    assert verify_home(home).ok
    others = [number for number in entries if number not in {first, *places().values()}]
    with writing():
        ClaimRow.objects.filter(joined=first).update(joined=min(others))
    assert not verify_home(home).ok


def test_a_home_of_before_gets_its_places(home):
    """The migration gives them by the journal."""
    before = places()
    migration = import_module("aupkeep.store.migrations.0045_joined")
    with writing():
        ClaimRow.objects.update(joined=0)
        migration.place(None, connection.schema_editor())
    assert places() == before
