"""Drafts on a case: what its reader typed in a form and has not sent, theirs alone.

A draft is no act: it is kept beside the journal, per person, case and form, for 14 days from the
last letter typed, and goes with the act that it was for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.errors import Invalid
from aupkeep.store import typed_texts

LONGEST = 10_000  # characters of one field
KEPT_FOR = timedelta(days=14)
FORMS: Mapping[str, Mapping[str, str]] = {  # the fields of each form, and what each is called here
    "decide": {"reasons": "reasons", "note": "note"},
    "note": {"note": "colleagues"},
    "close": {"closing": "closing"},
    "judge": {"judging": "judging"},
    "write": {"to": "to", "subject": "subject", "text": "text"},
}
SENT = {  # the form that an act was sent by, by the word for what was done
    "decided": "decide",
    "noted": "note",
    "closed": "close",
    "granted": "judge",
    "refused": "judge",
    "written": "write",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """`texts` has every field, "" where nothing is kept; `at` when a form was kept, None if not."""

    texts: Mapping[str, str]
    at: Mapping[str, datetime | None]


def keep_draft(
    context: AppContext, person: Person, reference: str, form: str, sent: Mapping[str, str]
) -> datetime | None:
    """Keep what stands in a form; None where nothing does, so that nothing is kept.

    Raises `Missing` for no such case, `Invalid` for another form or a text that is too long.
    """
    case = find_case(reference)
    if form not in FORMS:
        raise Invalid(f"form: expected one of {', '.join(FORMS)}, found {form[:20]!r}")
    texts = {field: sent.get(field, "") for field in FORMS[form]}
    if any(len(text) > LONGEST for text in texts.values()):
        raise Invalid(f"draft: expected at most {LONGEST} characters")
    typed_texts.keep(person.id, case.id, form, texts, context.now())
    return context.now() if any(texts.values()) else None


def drafts_of(person: Person, reference: str) -> Drafts:
    """What the person left in the forms of a case. Raises `Missing`."""
    kept = typed_texts.of(person.id, find_case(reference).id)
    texts = {
        name: kept[form].texts.get(field, "") if form in kept else ""
        for form, fields in FORMS.items()
        for field, name in fields.items()
    }
    return Drafts(texts=texts, at={form: kept[form].at if form in kept else None for form in FORMS})


def drop_sent(person: Person, reference: str, done: str) -> None:
    """The form that this was done by is sent, so its draft goes."""
    if done in SENT:
        typed_texts.drop(person.id, find_case(reference).id, SENT[done])
