"""The facts of a notice come back from JSON as they were, so that its words replay."""

import json
from dataclasses import replace
from ipaddress import ip_address
from zoneinfo import ZoneInfo

import pytest

from aupkeep.model.decision import PortRange
from aupkeep.model.ladder import Evidence, Measure, Standard
from aupkeep.notify.fact_record import dump_facts, load_facts
from aupkeep.notify.render import render
from notify.letters import AT, FACTS, SCOPE
from notify.letters import OSLO as FIXED

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize("kind", FACTS)
@pytest.mark.parametrize("language", ["en", "nb"])
def test_each_kind_gives_the_same_words_from_what_was_kept(kind, language):
    """Through JSON and back, every kind of notice in both languages."""
    facts = {**FACTS[kind], "local": OSLO}
    if "scope" in facts:
        facts["scope"] = replace(facts["scope"], source_ports=PortRange(1024, 2047))
    kept = json.loads(json.dumps(dump_facts(facts)))
    assert load_facts(kind, kept) == facts
    assert render(kind, language, load_facts(kind, kept)) == render(kind, language, facts)


def test_a_fact_that_is_not_needed_any_more_is_left_out():
    """A later version's words may need less."""
    kind = next(iter(FACTS))
    kept = dump_facts({**FACTS[kind], "local": OSLO}) | {"gone": 1}
    assert "gone" not in load_facts(kind, kept)


def test_what_is_kept_is_of_jsons_own_types():
    """No enum, moment, zone or address is left, and a zone without a name is left out."""
    facts = {
        "standard": Standard.PLAIN_CONDUCT,
        "evidence_level": Evidence.E2,
        "first_at": AT,
        "local": OSLO,
        "evidence": ("a", Measure.ISOLATE),
        "lines": ["b"],
        "scope": replace(SCOPE, destination=ip_address("2001:db8::1")),
        "reported": True,
        "until": None,
    }
    kept = dump_facts(facts)
    scope = kept.pop("scope")
    assert kept == {
        "standard": "plain conduct",
        "evidence_level": 2,
        "first_at": "2026-03-01T09:12:04Z",
        "local": "Europe/Oslo",
        "evidence": ("a", "isolate"),
        "lines": ("b",),
        "reported": True,
        "until": None,
    }
    values = [*kept.values(), *kept["evidence"], *scope.values()]
    assert {type(value) for value in values} == {str, int, bool, tuple, type(None)}
    assert (scope["address"], scope["destination"]) == ("203.0.113.7", "2001:db8::1")
    assert dump_facts({"local": FIXED}) == {"local": None}
