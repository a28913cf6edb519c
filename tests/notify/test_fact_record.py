"""The facts of a notice come back from JSON as they were, so that its words replay."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from aupkeep.model.decision import PortRange
from aupkeep.notify.fact_record import dump_facts, load_facts
from aupkeep.notify.render import render
from notify.letters import FACTS

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
