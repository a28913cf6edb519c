"""Fields and their values as a person reads them in a terminal; `-o json` keeps names and ids.

The words are those of the pages.
"""

from collections.abc import Mapping

Words = Mapping[str, str]
NO_WORDS: Words = {}
FIELDS = {
    "accepted_at": "accepted",
    "asked_at": "asked",
    "asked_by": "asked by",
    "clause_text": "clause",
    "done_at": "handled",
    "done_by": "handled by",
    "granted_at": "given",
    "granted_by": "given by",
    "inbox_reason": "why it waits",
    "made_at": "written",
    "next_at": "tried next",
    "opted_out": "wants no mail about",
    "of_case": "case",
    "removed_at": "taken away",
    "revoked_at": "ended",
    "revoked_by": "ended by",
    "revoked_why": "why it ended",
    "sent_at": "sent",
    "snoozed_until": "rests until",
    "unix_user": "user here",
}  # where the name without its underscores would not do
KINDS, MEASURES = {"kind", "kinds"}, {"measure"}


def field_name(name: str) -> str:
    """What a field is called in a heading."""
    return FIELDS.get(name, name.replace("_", " "))


def in_words(name: str, value: object, words: Words = NO_WORDS) -> object:
    """A value in the words of the pages: a kind of abuse, a measure, and what `words` names.

    `words` is the beginning of the words' keys, by field: `{"state": "grant.is"}`. What the pages
    have no words for stays as it is.
    """
    if isinstance(value, list) and name in KINDS:
        return [in_words(name, item, words) for item in value]
    if not isinstance(value, str) or not value:
        return value
    if name in words:
        from aupkeep.web.words import CATALOGUES

        return CATALOGUES["en"].get(f"{words[name]}.{value}", value)
    if name in KINDS and "/" in value:
        from aupkeep.app.pages.labels import kind_title

        return kind_title(value, "en")
    if name in MEASURES:
        from aupkeep.app.pages.labels import measure_words

        return measure_words(value)
    return value
