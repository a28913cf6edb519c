"""What a digest says: each rule once, and below it each resource with its times and its page."""

from datetime import timedelta

import pytest

from aupkeep.model.notice import NoticeKind
from aupkeep.notify import phrases
from aupkeep.notify.digest_sections import DigestItem, digest_sections
from aupkeep.notify.kind_names import noun
from aupkeep.notify.render import fix_text, render
from notify.letters import AT, FACTS, OSLO

OPEN = FACTS[NoticeKind.CUSTOMER] | {
    "kind": "vulnerability/open_service",
    "local": OSLO,
    "evidence": ("one", "two\x1b", "three", "four"),
    "clause_text": "Keep it secure.\nAll of it.\x1b",
    "document": "AUP\x1b",
    "clause_title": "Security\x1b",
    "resource": "web-1\x1b",
    "subject": "203.0.113.7:53\x1b",
}


def item(**changes):
    return DigestItem(OPEN | changes)


@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_section_says_the_rule_once(language):
    """With every word in the reader's language and zone, and what strangers wrote made visible."""
    (section,) = digest_sections([item()], language)
    assert section == {
        "noun": noun("vulnerability/open_service", language),
        "seen": phrases.activity("vulnerability/open_service", language),
        "rule": "AUP\\x1b, 2026-01",
        "clause_title": "Security\\x1b",
        "clause": ["Keep it secure.", "All of it.\\x1b"],
        "fix": fix_text("vulnerability/open_service", language),
        "items": [
            {
                "reference": "K7QF-2M9X",
                "resource": "web-1\\x1b",
                "subject": "203.0.113.7:53\\x1b",
                "events": 312,
                "first": "2026-03-01 09:12:04 UTC (10:12:04 CET)",
                "last": "2026-03-02 00:12:04 UTC (01:12:04 CET)",
                "evidence": ["one", "two\\x1b", "three"],
                "deadline": "2026-03-03 09:12:04 UTC (10:12:04 CET)",
                "link": "https://abuse.example/c/token",
            }
        ],
    }


def test_what_we_measured_counts_no_events_and_asks_for_nothing():
    """And a notice without a deadline has none in the digest."""
    (section,) = digest_sections([item(reported=False, deadline=None, local=None)], "en")
    (only,) = section["items"]
    assert (only["events"], only["deadline"]) == (0, "")
    assert only["first"] == "2026-03-01 09:12:04 UTC"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "vulnerability/cve"},
        {"document": "Terms"},
        {"document_version": "2026-02"},
        {"clause_title": "Other"},
        {"clause_text": "Otherwise."},
    ],
)
def test_another_kind_or_rule_is_another_section(changes):
    """Each section has its own two, in the order that they came in."""
    other = {"reference": "R2QF-2M9X"}
    items = [item(), item(**changes), item(**other), item(**changes, **other)]
    sections = digest_sections(items, "en")
    references = [[line["reference"] for line in section["items"]] for section in sections]
    assert references == [["K7QF-2M9X", "R2QF-2M9X"]] * 2
    assert digest_sections(items[::-1], "en")[0]["noun"] == sections[0]["noun"]


def test_sections_stand_in_the_order_of_their_kinds():
    kinds = ["vulnerability/open_service", "messaging/spam", "connection/login_attack"]
    sections = digest_sections([item(kind=kind) for kind in kinds], "en")
    assert [section["noun"] for section in sections] == [noun(kind) for kind in sorted(kinds)]


@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_digest_of_them_renders(language):
    """Two resources under one rule, each with its page and its day."""
    sections = digest_sections([item(), item(reference="R2QF-2M9X")], language)
    facts = FACTS[NoticeKind.DIGEST] | {"sections": sections, "deadline": AT + timedelta(days=2)}
    words = render(NoticeKind.DIGEST, language, facts)
    assert words.text.count("> Keep it secure.") == 1
    assert words.text.count("https://abuse.example/c/token") == 2
    assert "R2QF-2M9X" in words.text
