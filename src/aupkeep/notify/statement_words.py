"""A statement of reasons as rows for a page, as text for a mail, as JSON for a program. Pure.

All three are made from the one record, so that they say the same.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import tzinfo

from aupkeep.model.action import Action, Limiting, limiting_at
from aupkeep.model.ladder import Measure
from aupkeep.model.statement import StatedClause, Statement, StatementBody, WordedStatement
from aupkeep.notify import phrases, reason_words
from aupkeep.notify.phrases import Language
from aupkeep.notify.reason_words import LABELS, SENTENCES, pick
from aupkeep.notify.visible import visible

LANGUAGES: tuple[Language, ...] = ("en", "nb")
WIDTH, INDENT = 70, 14
IN_NOTICE = (
    *("restriction", "territory", "duration", "source", "automation", "ground"),
    *("document", "acceptance", "standard", "evidence", "redress"),
)  # what the notice's other sections do not say already
Row = tuple[str, str]  # the name of a field, and what it says


def statement_rows(
    statement: Statement,
    language: Language,
    limiting: Limiting,
    local: tzinfo | None = None,
) -> tuple[Row, ...]:
    """Each field of Article 17(3) with its words; one that does not apply is left out.

    `limiting` is what has become of its measure: what is only recorded would be, and is not.
    """
    clause = statement.clause
    rows = (
        ("restriction", _restriction(statement, language, limiting)),
        ("territory", pick(SENTENCES[statement.territory], language)),
        ("duration", _duration(statement, language, local)),
        ("deadline", phrases.moment(statement.deadline, local) if statement.deadline else ""),
        ("facts", _facts(statement, language, local)),
        ("source", pick(reason_words.SOURCES[statement.source], language)),
        ("automation", _automation(statement, language)),
        ("ground", pick(reason_words.GROUNDS[statement.ground], language)),
        ("clause", f"{clause.title}: {clause.text}"),
        ("document", _document(clause, language, local)),
        ("acceptance", _acceptance(statement, language, local)),
        ("standard", pick(reason_words.STANDARDS[statement.standard], language)),
        ("evidence", pick(reason_words.EVIDENCE[statement.evidence], language)),
        ("why", "\n".join(statement.why.get(language, ()))),
        ("reasons", statement.reasons),
        (
            "redress",
            "; ".join(pick(reason_words.REDRESS[way], language) for way in statement.redress),
        ),
    )
    return tuple((name, visible(text, "\n")) for name, text in rows if text)


def state_words(actions: Iterable[Action], language: Language) -> str:
    """What has become of the measure by now, "" for words that no driver or hand carries.

    Where its parts became different things, of how many each is said.
    """
    states = Counter(action.became for action in actions)
    words = {state: pick(reason_words.STATES[state], language) for state in states}
    if len(states) == 1:
        return next(iter(words.values()))
    part, all_of_it = pick(SENTENCES["part"], language), states.total()
    return "; ".join(
        part.format(state=words[state], count=count, total=all_of_it)
        for state, count in states.items()
    )


def label(name: str, language: Language) -> str:
    """What a field is called."""
    return pick(LABELS[name], language)


def title(language: Language) -> str:
    """What the whole is called."""
    return pick(reason_words.TITLE, language)


def statement_text(
    statement: Statement,
    language: Language,
    limiting: Limiting,
    local: tzinfo | None = None,
    only: Iterable[str] | None = None,
) -> str:
    """The rows as lines of plain text; `only` names the fields that are wanted."""
    wanted = None if only is None else set(only)
    lines: list[str] = []
    for name, text in statement_rows(statement, language, limiting, local):
        if wanted is None or name in wanted:
            lines += _lines(label(name, language), text)
    return "\n".join(lines)


def worded(statement: Statement, actions: Sequence[Action]) -> WordedStatement:
    """The statement for a program, in both languages; `actions` are those of its measure."""
    own = {field.name: getattr(statement, field.name) for field in fields(StatementBody)}
    state = tuple(dict.fromkeys(action.state.value for action in actions))
    return WordedStatement(
        **own,
        level=statement.level.name,
        evidence=statement.evidence.name,
        decision=statement.id,
        state=state,
        words={
            str(name): dict(statement_rows(statement, name, limiting_at(statement.scope, actions)))
            for name in LANGUAGES
        },
    )


def _lines(head: str, text: str) -> list[str]:
    blank = " " * INDENT
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += textwrap.wrap(
            paragraph, WIDTH - INDENT, break_long_words=False, break_on_hyphens=False
        )
    first, *rest = lines or [""]
    return [f"{head.ljust(INDENT - 1)} {first}", *(f"{blank}{line}" for line in rest)]


def _restriction(statement: Statement, language: Language, limiting: Limiting) -> str:
    if statement.reverses is not None:
        return pick(SENTENCES["lifted"], language)
    effect = phrases.effect(statement.measure, statement.scope, language, limiting)
    if not effect:
        return pick(SENTENCES["nothing"], language)
    if limiting is not Limiting.NOW:
        return effect
    return f"{effect} {phrases.unaffected(statement.measure, language)}"


def _duration(statement: Statement, language: Language, local: tzinfo | None) -> str:
    starts = phrases.moment(statement.starts, local)
    if statement.ends is None:
        return pick(SENTENCES["from"], language).format(starts=starts)
    ends = phrases.moment(statement.ends, local)
    words = "ended" if statement.measure is Measure.END_SERVICE else "until"
    return pick(SENTENCES[words], language).format(starts=starts, ends=ends)


def _facts(statement: Statement, language: Language, local: tzinfo | None) -> str:
    facts = statement.facts
    once = facts.events == 1 or facts.first_at == facts.last_at
    often = "none" if not facts.events else "once" if once else "seen"
    return pick(SENTENCES[often], language).format(
        resource=facts.resource,
        subject=facts.subject,
        activity=phrases.activity(facts.kind, language),
        events=facts.events,
        first=phrases.moment(facts.first_at, local),
        last=phrases.moment(facts.last_at, local),
    )


def _automation(statement: Statement, language: Language) -> str:
    detected = "by software" if statement.automated_detection else "not by software"
    decided = "decided by rule" if statement.automated_decision else "decided by person"
    return pick(SENTENCES[detected], language) + pick(SENTENCES[decided], language)


def _document(clause: StatedClause, language: Language, local: tzinfo | None) -> str:
    name = "not in force"
    if clause.in_force:
        name = "in force" if clause.effective_from else "in force always"
    since = phrases.moment(clause.effective_from, local) if clause.effective_from else ""
    return pick(SENTENCES[name], language).format(
        document=clause.document, version=clause.version, anchor=clause.anchor, since=since
    )


def _acceptance(statement: Statement, language: Language, local: tzinfo | None) -> str:
    accepted = statement.acceptance
    if accepted is None:
        return pick(SENTENCES["not accepted"], language)
    name = "accepted" if accepted.digest else "accepted without text"
    text = pick(SENTENCES[name], language).format(
        version=accepted.version,
        at=phrases.moment(accepted.accepted_at, local),
        by=accepted.by,
        digest=accepted.digest,
    )
    return text if accepted.same else text + pick(SENTENCES["accepted other"], language)
