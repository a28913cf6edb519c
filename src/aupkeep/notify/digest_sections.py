"""What a digest says of several notices: a section for each kind of thing under one rule.

The rule and how to fix it stand once, and below them each resource with its times and its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any, cast

from aupkeep.notify import phrases
from aupkeep.notify.kind_names import noun
from aupkeep.notify.phrases import Language
from aupkeep.notify.render import fix_text
from aupkeep.notify.visible import visible

LINES = 3  # of evidence for each resource; its page has more


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One notice of the digest: the facts of its own words, as `FACTS_OF_KIND` types them."""

    facts: Mapping[str, Any]


def digest_sections(items: Sequence[DigestItem], language: Language) -> list[dict[str, object]]:
    """The sections in JSON's own types, in the order of their kinds.

    What strangers wrote is made visible here; moments are words in the reader's zone.
    """
    ordered = sorted(items, key=_section)
    groups = [list(group) for _, group in groupby(ordered, key=_section)]
    return [_words(group, language) for group in groups]


def _section(item: DigestItem) -> tuple[str, ...]:
    """What items of one section have in common."""
    names = ("kind", "document", "document_version", "clause_title", "clause_text")
    return tuple(str(item.facts[name]) for name in names)


def _words(group: Sequence[DigestItem], language: Language) -> dict[str, object]:
    facts = group[0].facts
    return {
        "noun": noun(facts["kind"], language),
        "seen": phrases.activity(facts["kind"], language),
        "rule": visible(f"{facts['document']}, {facts['document_version']}"),
        "clause_title": visible(facts["clause_title"]),
        "clause": [visible(line) for line in facts["clause_text"].splitlines()],
        "fix": fix_text(facts["kind"], language),
        "items": [_item(item.facts) for item in group],
    }


def _item(facts: Mapping[str, Any]) -> dict[str, object]:
    local = cast("tzinfo | None", facts["local"])
    deadline = facts["deadline"]
    return {
        "reference": facts["reference"],
        "resource": visible(facts["resource"]),
        "subject": visible(facts["subject"]),
        "events": facts["events"] if facts["reported"] else 0,
        "first": phrases.moment(facts["first_at"], local),
        "last": phrases.moment(facts["last_at"], local),
        "evidence": [visible(line) for line in facts["evidence"][:LINES]],
        "deadline": phrases.moment(deadline, local) if isinstance(deadline, datetime) else "",
        "link": facts["link"],
    }
