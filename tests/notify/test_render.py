"""Every letter says what it must, in both languages, and nothing is missing or hidden."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.action import Limiting
from aupkeep.model.case import Outcome
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import CONFIRM, LEVELS, Evidence, Level, Measure, Standard
from aupkeep.model.notice import NoticeKind
from aupkeep.model.taxonomy import KINDS
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import noun
from aupkeep.notify.reason_words import EVIDENCE, STANDARDS, pick
from aupkeep.notify.render import (
    ADDED_FACTS,
    _derived,
    _ending,
    _letter_value,
    facts_needed,
    fix_steps,
    render,
)
from notify.letters import AT, CLAUSE, FACTS, OSLO, SCOPE

BOTH = ("en", "nb")
EACH = [(kind, language) for kind in NoticeKind for language in BOTH]
CUSTOMER = FACTS[NoticeKind.CUSTOMER]


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_renders(kind, language):
    """A letter has a title, its link, short plain lines and no hole."""
    words = render(kind, language, FACTS[kind])
    assert words.title
    assert FACTS[kind].get("link", "") in words.text
    assert "None" not in words.text
    assert not {"{", "}", "\t"} & set(words.text)
    assert "\n\n\n\n" not in words.text
    assert all(len(line) <= 76 for line in words.text.splitlines() if not line.startswith(">"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in NoticeKind for name in facts_needed(kind) if name not in ADDED_FACTS],
)
def test_missing_fact_is_an_error(kind, name):
    """Each fact of the table is needed, in its type, and no other fact is taken."""
    facts = dict(FACTS[kind])
    del facts[name]
    with pytest.raises(Invalid, match=f"found no {name}"):
        render(kind, "en", facts)
    with pytest.raises(Invalid, match=f"found {name} as object"):
        render(kind, "en", facts | {name: object()})
    with pytest.raises(Invalid, match="found an unknown customer"):
        render(kind, "en", FACTS[kind] | {"customer": "kari"})


@pytest.mark.parametrize("language", BOTH)
def test_customer_is_told_all(language):
    """The customer reads what, when, clause verbatim, measure, end, evidence and who decided."""
    words = render(NoticeKind.CUSTOMER, language, CUSTOMER)
    for part in (
        *("203.0.113.7:22", "2026-03-01 09:12:04 UTC (10:12:04 CET)", "312"),
        *("2026-03-02 00:12:04 UTC (01:12:04 CET)", f"> {CLAUSE}", "2026-01"),
        *("tcp/22", "2026-03-02 09:12:04 UTC", CUSTOMER["evidence"][0], "K7QF-2M9X"),
    ):
        assert part in words.text
    assert phrases.effect(Measure.BLOCK_PORT, SCOPE, language, Limiting.NOW) in words.text
    assert phrases.unaffected(Measure.BLOCK_PORT, language) in words.text
    by_rule = render(NoticeKind.CUSTOMER, language, CUSTOMER | {"automatic": True})
    assert by_rule.text != words.text


def test_inform_limits_nothing():
    """A letter that only informs says that nothing is limited, and sets no deadline."""
    facts = CUSTOMER | {"measure": Measure.INFORM, "until": None, "deadline": None}
    words = render(NoticeKind.CUSTOMER, "en", facts)
    assert "Nothing. Everything of yours works as before." in words.text
    assert "answer by" not in words.text
    assert words.title == "Report about web-1: password guessing (K7QF-2M9X)"


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("measure", Measure)
def test_measure_has_words(measure, language):
    """Exactly the measures that restrict say what they touch."""
    assert bool(phrases.effect(measure, SCOPE, language, Limiting.NOW)) == (
        LEVELS[measure] > Level.L2
    )
    assert phrases.unaffected(measure, language)


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("kind", KINDS)
def test_kind_has_words(kind, language):
    """Every kind of the taxonomy gives a letter, with the fix that suits it."""
    words = render(NoticeKind.CUSTOMER, language, CUSTOMER | {"kind": kind})
    assert noun(kind, language) in words.title
    assert phrases.activity(kind, language) in words.text


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("outcome", Outcome)
def test_invariant_10_outcome_names_nobody(outcome, language):
    """What a reporter may be told holds no fact about the customer at all."""
    assert not {"resource", "subject", "scope", "customer"} & set(facts_needed(NoticeKind.OUTCOME))
    assert not {"resource", "subject", "scope", "customer"} & set(facts_needed(NoticeKind.RECEIPT))
    words = render(NoticeKind.OUTCOME, language, FACTS[NoticeKind.OUTCOME] | {"outcome": outcome})
    assert phrases.outcome(outcome, language) in words.text


def test_invariant_10_customer_letter_has_no_reporter():
    """No fact of the customer's letter can carry the reporter's name or address."""
    assert not [name for name in facts_needed(NoticeKind.CUSTOMER) if "reporter" in name]


@given(st.text(max_size=60), st.lists(st.text(max_size=400), max_size=3))
def test_hostile_text_stays_a_line(name, lines):
    """Strangers' text cannot add lines, hide characters, or act as a template."""
    facts = CUSTOMER | {"resource": f"{{{{ link }}}}{name}", "evidence": tuple(lines)}
    words = render(NoticeKind.CUSTOMER, "en", facts)
    assert "{{ link }}" in words.title
    assert all(char.isprintable() for char in words.title)
    assert all(char.isprintable() or char == "\n" for char in words.text)
    assert words.text.count("\n  | ") == len(lines)


def test_naive_time_is_refused():
    """A moment without a zone is no fact."""
    with pytest.raises(Invalid, match="received_at as datetime"):
        render(
            NoticeKind.RECEIPT,
            "en",
            FACTS[NoticeKind.RECEIPT] | {"received_at": AT.replace(tzinfo=None)},
        )


def test_speaks():
    """Norwegian readers get Bokmål, all others English."""
    assert [
        phrases.notice_language(code) for code in ("nb", "NN", "no", "nb-NO", "en", "sv", "")
    ] == [
        *["nb"] * 4,
        *["en"] * 3,
    ]


def test_day_across_midnight():
    """A local time on another day says which day."""
    late = AT.replace(hour=23, minute=30)
    assert phrases.moment(late, OSLO) == "2026-03-01 23:30:04 UTC (2026-03-02 00:30:04 CET)"
    assert phrases.day(late, OSLO, "nb") == "mandag 2. mars kl. 00.30 CET"


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize(
    ("measure", "measured", "known"),
    [
        (Measure.BLOCK_PORT, True, "limited"),
        (Measure.INFORM, True, "measured"),
        (Measure.INFORM, False, "reported"),
    ],
)
def test_a_heading_of_a_limit_a_measurement_or_a_report(language, measure, measured, known):
    """First of all a limit; else what we measured ourselves; else a report."""
    facts = CUSTOMER | {"measure": measure, "measured": measured}
    what = noun("connection/login_attack", language)
    heading = phrases.headline(known, "web-1", what, language)
    derived = _derived(facts, language)
    assert derived["headline"] == heading
    assert derived["noun"] == {"en": "password guessing", "nb": "passordgjetting"}[language]
    assert derived["leaves"] == phrases.unaffected(measure, language)
    assert derived["note"] == ""
    assert derived["protective"] is False
    assert derived["does"] == phrases.effect(measure, SCOPE, language, Limiting.NOW)


def test_what_follows_from_a_measure():
    """A note made visible, what protects; nothing where there is no measure or no scope."""
    noted = replace(SCOPE, note="why\x1b")
    derived = _derived({"measure": Measure.BLOCK_INBOUND, "scope": noted}, "en")
    assert (derived["note"], derived["protective"]) == ("why\\x1b", True)
    assert derived["leaves"].startswith("Answers to what it asks")
    assert _derived({"scope": SCOPE}, "en") == _derived({"measure": Measure.INFORM}, "en") == {}


@pytest.mark.parametrize("language", BOTH)
def test_what_was_asked_and_proven(language):
    """Both, where both are stated; how to mend it is of its kind."""
    facts = {"standard": Standard.PLAIN_CONDUCT, "evidence_level": Evidence.E2}
    assert _derived(facts, language) == {
        "asked": pick(STANDARDS[Standard.PLAIN_CONDUCT], language),
        "proven_by": pick(EVIDENCE[Evidence.E2], language),
    }
    for name, value in facts.items():
        assert _derived({name: value}, language) == {}
    lead, _ = fix_steps("connection/login_attack", language)
    assert " ".join(str(_derived(CUSTOMER, language)["fix"]).split()).startswith(lead)


@pytest.mark.parametrize("language", BOTH)
def test_a_letter_keeps_its_lines_and_names_its_day(language):
    """The person's reasons line by line; the day to answer by in the letter's language."""
    words = render(NoticeKind.CUSTOMER, language, CUSTOMER | {"reasons": "First.\nSecond."})
    assert "First.\n" in words.text
    assert "\\n" not in words.text
    day = phrases.day(CUSTOMER["deadline"], OSLO, language)
    assert day in words.title + words.text


def test_a_wrong_fact_is_said_with_what_is_needed():
    facts = dict(FACTS[NoticeKind.SIGN_IN])
    del facts["desk"]
    with pytest.raises(Invalid) as caught:
        render(NoticeKind.SIGN_IN, "en", facts | {"until": 1, "more": 2})
    assert str(caught.value) == (
        "sign-in notice: expected provider, desk, local, link, brand, footer, until; "
        "found no desk, an unknown more, until as int"
    )
    with pytest.raises(Invalid, match="found evidence as tuple"):
        render(NoticeKind.CUSTOMER, "en", CUSTOMER | {"evidence": ("a", 1)})


@pytest.mark.parametrize("language", BOTH)
def test_a_brand_and_closed_days_stand_in_a_letter(language):
    """Below the words, and with the deadline; a letter of an older version has neither."""
    plain = render(NoticeKind.CUSTOMER, language, CUSTOMER)
    days = {"skipped": ("2026-04-03", "2026-04-06"), "footer": "1 Example Street\x1b"}
    words = render(NoticeKind.CUSTOMER, language, CUSTOMER | days)
    assert "2026-04-03, 2026-04-06" in words.text
    assert words.text.endswith("\n\n-- \n1 Example Street\\x1b\n")
    assert "2026-04-03" not in plain.text
    case = {"en": "Case", "nb": "Sak"}[language]
    assert plain.text.endswith(f"\nAbuse desk\nExample Hosting\n{case} K7QF-2M9X\n")
    unasked = render(NoticeKind.CUSTOMER, language, CUSTOMER | days | {"deadline": None})
    assert "2026-04-03" not in unasked.text


def test_a_fact_as_it_may_stand_in_a_letter():
    """Only some texts keep their lines; lines of evidence are cut; all else is as it was."""
    for name in ("clause_text", "reasons", "statement"):
        assert _letter_value(name, "a\nb\x1b") == "a\nb\\x1b"
    assert _letter_value("resource", "a\nb") == "a\\nb"
    assert _letter_value("evidence", ("x" * 301, "y\n")) == ("x" * 300, "y\\n")
    assert _letter_value("events", 7) == 7
    assert _letter_value("measure", Measure.INFORM) is Measure.INFORM


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize(
    ("measure", "days"),
    [
        (Measure.TERMINATE, ("2026-03-31", "2026-04-07")),
        (Measure.END_SERVICE, ("2026-04-07",)),
        (Measure.OFF_BOARD, ("2026-04-07",)),
    ],
)
def test_the_end_of_a_service_has_its_days(language, measure, days):
    """Until when it is held, kept or may move, in both languages; never that it ends by itself."""
    scope = Scope(customer="c1", resource="vm-101")
    until = datetime(2026, 4, 7, 12, tzinfo=UTC)
    facts = FACTS[NoticeKind.CUSTOMER] | {
        "measure": measure, "scope": scope, "until": until, "deadline": None,
    }  # fmt: skip
    words = render(NoticeKind.CUSTOMER, language, facts)
    assert all(day in words.text for day in days)
    assert all(len(line) <= 76 for line in words.text.splitlines() if not line.startswith(">"))
    assert "\n\n\n\n" not in words.text
    limited = "ends by itself at" in words.text or "opphører av seg selv" in words.text
    assert not limited


@pytest.mark.parametrize("measure", Measure)
def test_each_end_of_a_service_has_a_date_of_its_own(measure):
    """A hold a week before its end, an end and an off-boarding their own; nothing else has any."""
    dates = {
        "held_until": AT - CONFIRM if measure is Measure.TERMINATE else None,
        "kept_until": AT if measure is Measure.END_SERVICE else None,
        "move_until": AT if measure is Measure.OFF_BOARD else None,
    }
    assert _ending(measure, AT) == dates
    for none in (None, "tomorrow"):
        assert _ending(measure, none) == dict.fromkeys(dates)
