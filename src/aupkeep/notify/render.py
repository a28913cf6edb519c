"""Facts → the words of a notice: strict templates, a typed table of what each kind needs.

The first line of a template is the title. A fact that is missing, unknown to the kind or of the
wrong type is an error here and never a hole in a letter. Text of strangers (a subject, names) is
made visible: control and direction characters come out as escapes, so that nothing can hide.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from types import NoneType

from jinja2 import Environment, PackageLoader, StrictUndefined

from aupkeep.model.action import Limiting
from aupkeep.model.alert import Severity
from aupkeep.model.case import Judgement, Outcome
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import CONFIRM, PROTECTIVE, Evidence, Measure, Standard
from aupkeep.model.notice import NoticeKind
from aupkeep.model.source import Lane
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import noun
from aupkeep.notify.phrases import Language
from aupkeep.notify.reason_words import EVIDENCE, STANDARDS, pick
from aupkeep.notify.visible import visible

FactTypes = tuple[type, ...]
OPTIONAL_TIME: FactTypes = (datetime, NoneType)
COMMON_FACTS: dict[str, FactTypes] = {
    "provider": (str,),
    "desk": (str,),  # the desk's alias; people's names stay inside
    "local": (tzinfo, NoneType),  # the reader's time zone
    "link": (str,),
    "brand": (str,),  # under which it is sent, "" = the provider
    "footer": (str,),  # the brand's lines below the words
}
CASE: dict[str, FactTypes] = {
    "reference": (str,),
    "resource": (str,),
    "subject": (str,),  # the address, with its port where known
}
EVENTS: dict[str, FactTypes] = {
    "kind": (str,),  # of the taxonomy
    "first_at": (datetime,),
    "last_at": (datetime,),
    "evidence": (tuple,),  # lines of `own_values`
}
ACT: dict[str, FactTypes] = {"measure": (Measure,), "scope": (Scope,)}
RECEIVED: dict[str, FactTypes] = {"reference": (str,), "received_at": (datetime,)}
SANCTION: dict[str, FactTypes] = {"reference": (str,), "reasons": (str,)}  # of the person who warns
FACTS_OF_KIND: dict[NoticeKind, dict[str, FactTypes]] = {
    NoticeKind.CUSTOMER: COMMON_FACTS
    | CASE
    | EVENTS
    | ACT
    | {
        "reported": (bool,),  # by somebody outside
        "measured": (bool,),  # by ourselves
        "events": (int,),
        "clause_title": (str,),
        "clause_text": (str,),  # verbatim
        "document": (str,),
        "document_version": (str,),
        "why": (tuple,),  # the conditions of the rule that were met, as sentences
        "reasons": (str,),  # of the person who decided, "" of a rule
        "standard": (Standard,),
        "evidence_level": (Evidence,),
        "statement": (str,),  # of reasons, its rows as lines; "" where nothing is limited
        "until": OPTIONAL_TIME,
        "deadline": OPTIONAL_TIME,
        "skipped": (tuple,),  # days not counted in the deadline, as 2026-12-25
        "automatic": (bool,),
    },
    NoticeKind.PROTECTION: COMMON_FACTS
    | CASE
    | EVENTS
    | ACT
    | {
        "reasons": (str,),
        "statement": (str,),
        "until": OPTIONAL_TIME,
        "offered": (str,),  # what a measure would do, "" where nothing is proposed
        "offered_leaves": (str,),
        "automatic": (bool,),
    },
    NoticeKind.DIGEST: {name: types for name, types in COMMON_FACTS.items() if name != "link"}
    | {
        "reference": (str,),  # of its first case: a reply is known by it
        "count": (int,),  # of the notices in it
        "deadline": OPTIONAL_TIME,  # the first of theirs
        "sections": (list,),  # of `digest_sections`
    },
    NoticeKind.REMINDER: COMMON_FACTS
    | {
        "reference": (str,),
        "resource": (str,),
        "kind": (str,),
        "told_at": (datetime,),
        "deadline": (datetime,),
        "also": (tuple,),  # what else the same mail reminds of: resource, reference and page
    },
    NoticeKind.ENDING: COMMON_FACTS
    | {
        "reference": (str,),
        "resource": (str,),
        "told_at": (datetime,),
        "held_until": (datetime,),  # from then on a person may end the service
        "until": (datetime,),  # where nobody did, it is back
    },
    NoticeKind.LIFTED: COMMON_FACTS
    | CASE
    | ACT
    | {
        "lifted_at": (datetime,),
        "expired": (bool,),
        "mistaken": (bool,),  # our decision was wrong
        "unjudged": (bool,),  # nobody judged the appeal in time
        "left": (bool,),  # something was as limited before the measure, and stays so
        "remaining": (tuple,),  # what other measures of the case still do
    },
    NoticeKind.CLOSED: COMMON_FACTS
    | {
        "reference": (str,),
        "resource": (str,),
        "outcome": (Outcome,),
        "clears": (bool,),  # it was no abuse, or the report was taken back
        "closed_at": (datetime,),
    },
    NoticeKind.APPEAL: COMMON_FACTS
    | {
        "reference": (str,),
        "resource": (str,),
        "appealed_at": (datetime,),
        "judgement": (Judgement,),
        "judged_at": (datetime,),
        "reasons": (str,),  # of who judged it, "" where nobody did
        "lifts": (bool,),  # something that stood is being lifted
    },
    NoticeKind.RECEIPT: COMMON_FACTS
    | RECEIVED
    | {"read": (bool,)},  # False = a person must read it
    NoticeKind.OUTCOME: COMMON_FACTS
    | {
        "reference": (str,),
        "outcome": (Outcome,),
        "limited": (bool,),
        "closed_at": (datetime,),
        "rules": (tuple,),  # titles of the clauses that were applied
        "automatic": (bool,),  # DSA Article 16(6): software took a decision
    },
    NoticeKind.FILED: COMMON_FACTS
    | RECEIVED
    | {"confirm": (str,), "until": (datetime,)},  # confirm is the link that proves the address
    NoticeKind.INQUIRY: {name: types for name, types in COMMON_FACTS.items() if name != "link"}
    | {"reference": (str,), "asked_at": (datetime,), "answer": (str,)},  # of a person
    NoticeKind.WARNING: COMMON_FACTS
    | SANCTION
    | {
        "days": (int,),
        "notices": (int,),
        "unfounded": (int,),
        "examples": (tuple,),  # our number and the moment of some of these reports
    },
    NoticeKind.LANE: COMMON_FACTS | SANCTION | {"lane": (Lane,), "until": (datetime,)},
    NoticeKind.FORWARD: {name: types for name, types in COMMON_FACTS.items() if name != "link"}
    | CASE
    | EVENTS
    | {"events": (int,), "deadline": OPTIONAL_TIME}
    | {"machine": (bool,)},  # False = XARF has no type for it
    NoticeKind.LETTER: COMMON_FACTS
    | {"reference": (str,), "heading": (str,), "body": (str,), "to_customer": (bool,)},
    NoticeKind.SIGN_IN: COMMON_FACTS | {"until": (datetime,)},
    NoticeKind.PASSKEY: COMMON_FACTS
    | {"added": (bool,), "name": (str,), "by": (str,), "left": (int,)},  # by "": themselves
    NoticeKind.TICKET: COMMON_FACTS
    | {
        "reference": (str,),
        "about": (str,),  # the case's reference, "" without one
        "subject": (str,),  # of the mail that is handed over
        "note": (str,),  # of the person who hands it over
        "form": (str,),  # attached, or original: as it came
        "raw": (str,),  # whose bytes go with it
    },
    NoticeKind.ALERT: COMMON_FACTS
    | {"severity": (Severity,), "what": (str,), "raised_at": (datetime,), "number": (str,)},
    NoticeKind.BREAK_GLASS: COMMON_FACTS
    | {
        "reference": (str,),
        "what": (str,),
        "by": (str,),
        "hours": (int,),
        "number": (str,),  # of what waits to be ratified
        "reasons": (str,),
    },
}
ADDED_FACTS: Mapping[str, object] = {
    "skipped": (),
    "also": (),
    "brand": "",
    "footer": "",
}  # older have none
FIXES = {
    "connection/login_attack": "login",
    "messaging/spam": "spam",
    "messaging/bulk_messaging": "spam",
    "messaging/mail_bombing": "spam",
    "protection/inbound_ddos": "attacked",
    "vulnerability/open_service": "open",
    "vulnerability/misconfiguration": "weak",
    "vulnerability/cve": "weak",
}
STEP = re.compile(r"^\d+\. ", re.MULTILINE)
MANY_LINES = frozenset({"answer", "body", "clause_text", "footer", "reasons", "statement"})
LONGEST_EVIDENCE = 300  # characters of one line


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A title of one line and a text of plain lines that ends in one line break."""

    title: str
    text: str


def facts_needed(kind: NoticeKind) -> Mapping[str, FactTypes]:
    """Each fact the kind needs, with the types it may have. All are needed; None is a value."""
    return FACTS_OF_KIND[kind]


def render(kind: NoticeKind, language: Language, facts: Mapping[str, object]) -> NoticeText:
    """The notice in that language. Raises `Invalid` naming each fact that is not as needed."""
    added = {name: value for name, value in ADDED_FACTS.items() if name in FACTS_OF_KIND[kind]}
    facts = {**added, **facts}
    _check(kind, facts)
    values = {name: _letter_value(name, value) for name, value in facts.items()} | _derived(
        facts, language
    )
    template = _environment(language).get_template(f"{kind.value}.{language}.txt")
    title, _, text = template.render(values).partition("\n")
    footer = str(values.get("footer") or "")
    below = f"\n\n-- \n{footer}" if footer else ""  # RFC 3676 section 4.3
    return NoticeText(title=title.strip(), text=f"{text.strip()}{below}\n")


def _check(kind: NoticeKind, facts: Mapping[str, object]) -> None:
    table = FACTS_OF_KIND[kind]
    wrong = [f"no {name}" for name in table if name not in facts]
    wrong += [f"an unknown {name}" for name in facts if name not in table]
    wrong += [
        f"{name} as {type(facts[name]).__name__}"
        for name, types in table.items()
        if name in facts and not _fits(facts[name], types)
    ]
    if wrong:
        raise Invalid(f"{kind} notice: expected {', '.join(table)}; found {', '.join(wrong)}")


def _fits(value: object, types: FactTypes) -> bool:
    """True when it has one of the types: a moment is aware, a bool is no int, a tuple texts."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return False
    if isinstance(value, tuple) and not all(isinstance(item, str) for item in value):
        return False
    return isinstance(value, types) and not (isinstance(value, bool) and bool not in types)


def _letter_value(name: str, value: object) -> object:
    """A fact as it may stand in a letter."""
    if type(value) is str:
        return visible(value, "\n" if name in MANY_LINES else "")
    if isinstance(value, tuple):
        return tuple(visible(str(line)[:LONGEST_EVIDENCE]) for line in value)
    return value


def _derived(facts: Mapping[str, object], language: Language) -> dict[str, object]:
    """The phrases that follow from the facts."""
    phrase_facts: dict[str, object] = {}
    measure, scope = facts.get("measure"), facts.get("scope")
    if isinstance(measure, Measure) and isinstance(scope, Scope):
        phrase_facts["does"] = visible(phrases.effect(measure, scope, language, Limiting.NOW))
        phrase_facts["leaves"] = phrases.unaffected(measure, language)
        phrase_facts["note"] = visible(scope.note or "")
        phrase_facts["protective"] = measure in PROTECTIVE
        phrase_facts |= _ending(measure, facts.get("until"))
    kind = facts.get("kind")
    if isinstance(kind, str):
        phrase_facts["seen"] = phrases.activity(kind, language)
        phrase_facts["noun"] = noun(kind, language)
        phrase_facts["headline"] = _headline(facts, phrase_facts, language)
        phrase_facts["fix"] = fix_text(kind, language)
    standard, level = facts.get("standard"), facts.get("evidence_level")
    if isinstance(standard, Standard) and isinstance(level, Evidence):
        phrase_facts["asked"] = pick(STANDARDS[standard], language)
        phrase_facts["proven_by"] = pick(EVIDENCE[level], language)
    result = facts.get("outcome")
    if isinstance(result, Outcome):
        phrase_facts["outcome"] = phrases.outcome(result, language)
    return phrase_facts


def _ending(measure: Measure, until: object) -> dict[str, object]:
    """The dates of the end of a service: each is None where the measure is another."""
    end = until if isinstance(until, datetime) else None
    hold = end - CONFIRM if end and measure is Measure.TERMINATE else None
    return {
        "held_until": hold,
        "kept_until": end if measure is Measure.END_SERVICE else None,
        "move_until": end if measure is Measure.OFF_BOARD else None,
    }


def _headline(
    facts: Mapping[str, object], phrase_facts: Mapping[str, object], language: Language
) -> str:
    """The subject of a customer's notice: no more than is known, and first of all a limit."""
    known = "measured" if facts.get("measured") else "reported"
    known = "limited" if phrase_facts.get("does") else known
    resource = visible(str(facts.get("resource")))
    return phrases.headline(known, resource, noun(str(facts["kind"]), language), language)


def fix_steps(kind: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """How to fix this kind of abuse, for a page: the usual cause ("" if none), and the steps."""
    lead, steps = "", list[str]()
    for paragraph in fix_text(kind, language).split("\n\n"):
        if paragraph[:1].isdigit():
            steps += [" ".join(step.split()) for step in STEP.split(paragraph) if step.strip()]
        elif steps:
            steps.append(" ".join(paragraph.split()))
        else:
            lead = " ".join(paragraph.split())
    return lead, tuple(steps)


def fix_text(kind: str, language: Language) -> str:
    """How to fix this kind of abuse, as the paragraphs of a letter."""
    name = FIXES.get(kind, "generic")
    return _environment(language).get_template(f"fix-{name}.{language}.txt").render().strip()


@cache
def _environment(language: Language) -> Environment:
    """Strict, without autoescape: the result is text/plain, where an escape would be noise."""
    environment = Environment(
        loader=PackageLoader("aupkeep.notify"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - text/plain
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Callable[..., str]] = {
        "moment": phrases.moment,
        "day": lambda at, local: phrases.day(at, local, language),
    }
    environment.filters.update(filters)
    return environment
