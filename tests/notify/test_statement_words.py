"""A statement of reasons row by row: each row says what was decided, in both languages."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from aupkeep.model.action import (
    ENDING,
    NEVER,
    UNHEARD,
    UNSET,
    ActionState,
    Limiting,
    limiting,
)
from aupkeep.model.ladder import Evidence, Level, Measure, Standard
from aupkeep.model.statement import (
    Ground,
    Redress,
    SourceKind,
    StatedAcceptance,
    StatedClause,
    StatedFacts,
    Statement,
    StatementBody,
)
from aupkeep.notify import reason_words
from aupkeep.notify.statement_words import (
    IN_NOTICE,
    label,
    state_words,
    statement_rows,
    statement_text,
    title,
    worded,
)
from enforcement.orders import order
from notify.letters import AT, CLAUSE, OSLO, SCOPE

LATER = AT + timedelta(hours=15)
STATEMENT = Statement(
    id="d1",
    case="c1",
    reference="K7QF-2M9X",
    made_at=AT,
    measure=Measure.BLOCK_PORT,
    level=Level.L3,
    scope=SCOPE,
    starts=AT,
    ends=AT + timedelta(days=1),
    deadline=AT + timedelta(days=2),
    territory="worldwide",
    facts=StatedFacts(
        kind="connection/login_attack",
        resource="web-1",
        subject="203.0.113.7:22",
        first_at=AT,
        last_at=LATER,
        events=312,
    ),
    source=SourceKind.BOTH,
    automated_detection=True,
    automated_decision=True,
    ground=Ground.CONTRACTUAL,
    clause=StatedClause(
        id="intrusion",
        title="Intrusion",
        text=CLAUSE,
        anchor="#4",
        document="Terms",
        version="7",
        effective_from=AT,
        in_force=True,
    ),
    standard=Standard.PLAIN_CONDUCT,
    evidence=Evidence.E2,
    why={"en": ("It guesses.", "It goes on."), "nb": ("Den gjetter.",)},
    reasons="",
    acceptance=StatedAcceptance(version="7", digest="ab12", by="kari", accepted_at=AT, same=True),
    redress=(Redress.APPEAL, Redress.COURT),
    rule="close-port",
    policy="p1",
)
ROWS = {
    "en": {
        "restriction": (
            "Traffic from 203.0.113.7 to port tcp/22 is blocked. Everything else works as before."
        ),
        "duration": (
            "from 2026-03-01 09:12:04 UTC until 2026-03-02 09:12:04 UTC at the latest, by itself"
        ),
        "deadline": "2026-03-03 09:12:04 UTC",
        "facts": (
            "web-1 (203.0.113.7:22) tries to guess passwords; 312 events,"
            " 2026-03-01 09:12:04 UTC to 2026-03-02 00:12:04 UTC"
        ),
        "automation": (
            "software detected it automatically; a written rule took the decision without a person"
        ),
        "clause": f"Intrusion: {CLAUSE}",
        "document": "Terms, version 7, #4, in force since 2026-03-01 09:12:04 UTC",
        "acceptance": "version 7, on 2026-03-01 09:12:04 UTC, by kari; text SHA-256 ab12",
        "why": "It guesses.\nIt goes on.",
    },
    "nb": {
        "restriction": (
            "Trafikk fra 203.0.113.7 til port tcp/22 er sperret. Alt annet virker som før."
        ),
        "duration": ("fra 2026-03-01 09:12:04 UTC til senest 2026-03-02 09:12:04 UTC, av seg selv"),
        "deadline": "2026-03-03 09:12:04 UTC",
        "facts": (
            "web-1 (203.0.113.7:22) prøver å gjette passord; 312 hendelser,"
            " 2026-03-01 09:12:04 UTC til 2026-03-02 00:12:04 UTC"
        ),
        "automation": (
            "et program oppdaget det automatisk; en skrevet regel tok avgjørelsen uten et menneske"
        ),
        "clause": f"Intrusion: {CLAUSE}",
        "document": "Terms, versjon 7, #4, i kraft siden 2026-03-01 09:12:04 UTC",
        "acceptance": "versjon 7, 2026-03-01 09:12:04 UTC, av kari; teksten har SHA-256 ab12",
        "why": "Den gjetter.",
    },
}
BOTH = pytest.mark.parametrize("language", ["en", "nb"])


NOW, ENDED, NOT = Limiting


def carried_by(**changes):
    """An action of a driver that enforces."""
    return order(**{"driver": "nftables", **changes})


def rows(language="en", local=None, limiting=NOW, **changes):
    """The rows of the statement with changes, by name."""
    return dict(statement_rows(replace(STATEMENT, **changes), language, limiting, local))


@BOTH
def test_every_row_in_order(language):
    """What was counted and decided stands in its row; what its tables say stands in theirs."""
    at = language == "nb"
    tables = {
        "territory": reason_words.SENTENCES["worldwide"],
        "source": reason_words.SOURCES[SourceKind.BOTH],
        "ground": reason_words.GROUNDS[Ground.CONTRACTUAL],
        "standard": reason_words.STANDARDS[Standard.PLAIN_CONDUCT],
        "evidence": reason_words.EVIDENCE[Evidence.E2],
    }
    said = rows(language)
    ways = [reason_words.REDRESS[way][at] for way in STATEMENT.redress]
    expected = {name: pair[at] for name, pair in tables.items()} | ROWS[language]
    assert said == expected | {"redress": "; ".join(ways)}
    assert [name for name in said if name in IN_NOTICE] == list(IN_NOTICE)
    assert list(said)[:4] == ["restriction", "territory", "duration", "deadline"]
    assert list(said)[-2:] == ["why", "redress"]


SEEN_ONCE = (
    "facts",
    "web-1 (203.0.113.7:22) tries to guess passwords; seen once, 2026-03-01 09:12:04 UTC",
    "web-1 (203.0.113.7:22) prøver å gjette passord; sett én gang, 2026-03-01 09:12:04 UTC",
)


@pytest.mark.parametrize(
    ("changes", "name", "english", "norwegian"),
    [
        ({"reverses": "d0"}, "restriction", "a measure is lifted", "et tiltak er opphevet"),
        (
            {"measure": Measure.INFORM},
            "restriction",
            "nothing is limited",
            "ingenting er begrenset",
        ),
        (
            {"limiting": NOT},
            "restriction",
            "Traffic from 203.0.113.7 to port tcp/22 would be blocked.",
            "Trafikk fra 203.0.113.7 til port tcp/22 ville vært sperret.",
        ),
        (
            {"measure": Measure.ISOLATE},
            "restriction",
            (
                "203.0.113.7 is cut off from the network."
                " Its disks and data are untouched; your other resources work."
            ),
            (
                "203.0.113.7 er koblet fra nettet."
                " Disker og data er urørt; de andre ressursene dine virker."
            ),
        ),
        (
            {"limiting": ENDED},
            "restriction",
            "Traffic from 203.0.113.7 to port tcp/22 was blocked.",
            "Trafikk fra 203.0.113.7 til port tcp/22 var sperret.",
        ),
        ({"ends": None}, "duration", "from 2026-03-01 09:12:04 UTC", "fra 2026-03-01 09:12:04 UTC"),
        (
            {"facts": replace(STATEMENT.facts, events=0)},
            "facts",
            "web-1 (203.0.113.7:22): nothing is held against it any more",
            "web-1 (203.0.113.7:22): ingenting legges den til last lenger",
        ),
        ({"facts": replace(STATEMENT.facts, events=1)}, *SEEN_ONCE),
        ({"facts": replace(STATEMENT.facts, last_at=AT)}, *SEEN_ONCE),
        (
            {"facts": replace(STATEMENT.facts, events=2)},
            "facts",
            (
                "web-1 (203.0.113.7:22) tries to guess passwords; 2 events,"
                " 2026-03-01 09:12:04 UTC to 2026-03-02 00:12:04 UTC"
            ),
            (
                "web-1 (203.0.113.7:22) prøver å gjette passord; 2 hendelser,"
                " 2026-03-01 09:12:04 UTC til 2026-03-02 00:12:04 UTC"
            ),
        ),
        (
            {"automated_detection": False, "automated_decision": False},
            "automation",
            "it was not detected by software of ours; a person took the decision",
            "det ble ikke oppdaget av noe program hos oss; et menneske tok avgjørelsen",
        ),
        (
            {"clause": replace(STATEMENT.clause, effective_from=None)},
            "document",
            "Terms, version 7, #4, in force when it was done",
            "Terms, versjon 7, #4, i kraft da det ble gjort",
        ),
        (
            {"clause": replace(STATEMENT.clause, in_force=False)},
            "document",
            "Terms, version 7, #4; none in force when it was done is on record",
            "Terms, versjon 7, #4; ingen som gjaldt da det skjedde, er registrert",
        ),
        (
            {"acceptance": None},
            "acceptance",
            "no acceptance is on record",
            "ingen godkjenning er registrert",
        ),
        (
            {"acceptance": replace(STATEMENT.acceptance, digest="", same=False)},
            "acceptance",
            "version 7, on 2026-03-01 09:12:04 UTC, by kari (not the version that is applied here)",
            ("versjon 7, 2026-03-01 09:12:04 UTC, av kari (ikke den versjonen som er brukt her)"),
        ),
        ({"reasons": "Twice.\n\x1b"}, "reasons", "Twice.\n\\x1b", "Twice.\n\\x1b"),
        (
            {"measure": Measure.END_SERVICE},
            "duration",
            "from 2026-03-01 09:12:04 UTC; it can be taken back until 2026-03-02 09:12:04 UTC",
            "fra 2026-03-01 09:12:04 UTC; det kan gjøres om til 2026-03-02 09:12:04 UTC",
        ),
    ],
)
def test_each_row_says_how_it_was(changes, name, english, norwegian):
    assert rows("en", **changes)[name] == english
    assert rows("nb", **changes)[name] == norwegian


def test_what_does_not_apply_is_left_out():
    said = rows(deadline=None, why={}, redress=())
    assert not {"deadline", "why", "redress", "reasons"} & set(said)


@BOTH
def test_every_time_is_in_the_readers_zone_too(language):
    """Of a moment both are there, where the reader has a zone."""
    said = rows(language, OSLO)
    assert "2026-03-02 09:12:04 UTC (10:12:04 CET)" in said["duration"]
    assert said["duration"].count("CET") == said["facts"].count("CET") == 2
    for name in ("deadline", "document", "acceptance"):
        assert said[name].count("CET") == 1, name
    one = replace(STATEMENT, ends=None)
    assert dict(statement_rows(one, language, NOW, OSLO))["duration"].count("CET") == 1


@BOTH
@pytest.mark.parametrize(
    ("table", "field"),
    [
        (reason_words.SOURCES, "source"),
        (reason_words.GROUNDS, "ground"),
        (reason_words.STANDARDS, "standard"),
        (reason_words.EVIDENCE, "evidence"),
    ],
)
def test_each_value_has_words_of_its_own(table, field, language):
    """No source, ground, standard or level is without words, and no two have the same."""
    kind = type(next(iter(table)))
    said = {rows(language, **{field: value})[field] for value in kind}
    assert len(said) == len(kind)


@pytest.mark.parametrize("pairs", [v for v in vars(reason_words).values() if isinstance(v, dict)])
def test_both_languages_have_the_same_places(pairs):
    """What one sentence names, the other names."""
    for english, norwegian in [pair for pair in pairs.values() if isinstance(pair, tuple)]:
        assert english
        assert norwegian
        places = [
            sorted(word.partition("}")[0].partition(":")[0] for word in text.split("{")[1:])
            for text in (english, norwegian)
        ]
        assert places[0] == places[1]


def test_what_became_of_the_measure():
    """In words of its own; what never limited anybody is not said to be lifted."""
    every = [carried_by(state=state, proof="read back") for state in ActionState]
    for state in ENDING:
        every += [carried_by(state=state, driver="record"), carried_by(state=state)]
    for language in ("en", "nb"):
        assert len({state_words([action], language) for action in every}) == len(every)
    undone = [carried_by(state=ActionState.LIFTED, driver="record")] * 2
    assert state_words(undone, "en") == "recorded only and withdrawn: it was never in force"
    assert state_words((), "en") == ""
    both = [carried_by(state=ActionState.APPLIED, proof="read back"), *undone]
    withdrawn = "bare notert og trukket tilbake: det var aldri i kraft (2 av 3 deler)"
    assert state_words(both, "nb") == f"i kraft (1 av 3 deler); {withdrawn}"


def test_names_of_rows():
    """Every row has a label, and the whole a title that names its Article."""
    assert all(label(name, "en") for name in (*rows(), "reasons", "state"))
    assert (label("duration", "en"), label("duration", "nb")) == ("Duration", "Varighet")
    assert "Article 17" in title("en")
    assert "artikkel 17" in title("nb")


def test_text_of_a_mail():
    """Labels in a column, words wrapped beside it, only the rows that are wanted."""
    text = statement_text(STATEMENT, "en", NOW, only=["duration", "why"])
    assert text.splitlines() == [
        "Duration      from 2026-03-01 09:12:04 UTC until 2026-03-02 09:12:04",
        "              UTC at the latest, by itself",
        "Why           It guesses.",
        "              It goes on.",
    ]
    whole = statement_text(STATEMENT, "nb", NOW, OSLO)
    assert whole.count("CET") == 7
    assert all(len(line) <= 70 for line in whole.splitlines())
    heads = [line[:14].strip() for line in whole.splitlines() if line[:1] != " "]
    assert heads == [label(name, "nb") for name in rows()]
    assert statement_text(STATEMENT, "en", NOW, only=[]) == ""


def test_a_word_that_is_too_long_stays_whole():
    """A link or a digest can be copied; a hyphen is no place to break at."""
    link = "https://terms.example/" + "a-" * 40
    wide = replace(STATEMENT, clause=replace(STATEMENT.clause, document=link))
    assert f"\n              {link},\n" in "\n" + statement_text(
        wide, "en", NOW, only=["document"]
    ) or (link in statement_text(wide, "en", NOW, only=["document"]))
    blank = replace(STATEMENT, reasons="\n")
    assert statement_text(blank, "en", NOW, only=["reasons"]) == "Reasons       "


def test_for_a_program():
    """Every field of the record, levels by name, states once, and the rows in both languages."""
    carried = [carried_by(state=state) for state in (ActionState.RECORDED, ActionState.RECORDED)]
    told = worded(STATEMENT, carried)
    own = [field.name for field in fields(StatementBody)]
    assert all(getattr(told, name) == getattr(STATEMENT, name) for name in own)
    assert (told.level, told.evidence, told.decision) == ("L3", "E2", "d1")
    assert told.state == (ActionState.RECORDED.value,)
    assert told.words == {
        language: dict(statement_rows(STATEMENT, language, NOT)) for language in ("en", "nb")
    }
    assert " would be " in told.words["en"]["restriction"]
    assert worded(STATEMENT, []).state == ()
    applied = worded(STATEMENT, [carried_by(state=ActionState.APPLIED, proof="read back")])
    assert applied.words["en"]["restriction"].endswith("works as before.")


def test_invariant_14_a_measure_limits_once_it_was_read_back():
    """By state, driver and proof: what was never seen to stand never limited anybody."""
    seen = {"proof": "read back"}
    for state, expected in (
        (ActionState.WANTED, NOT),
        (ActionState.RECORDED, NOT),
        (ActionState.FAILED, NOT),
        (ActionState.APPLIED, NOW),
        (ActionState.LIFTING, NOW),
        (ActionState.LIFTED, ENDED),
        (ActionState.EXPIRED, ENDED),
    ):
        assert limiting([carried_by(state=state, **seen)]) is expected, state
        assert limiting([carried_by(state=state, driver="record", **seen)]) is NOT, state
        for proof in (None, f"{NEVER}so", UNHEARD, UNSET):
            assert limiting([carried_by(state=state, proof=proof)]) is NOT, (state, proof)
    both = [carried_by(state=x, **seen) for x in (ActionState.LIFTED, ActionState.APPLIED)]
    assert (limiting(both), limiting([])) == (NOW, NOT)
