"""The page on which a letter is written, as a record."""

from dataclasses import dataclass

from aupkeep.app.notifying.letters import DraftWords, LetterPreview
from aupkeep.app.pages.layout.page import PageHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Somebody who can be written to: `value` for the form, `words` for a person."""

    value: str
    words: str
    proven: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """The case by its reference, who can be written to, drafts, and what would be sent."""

    header: PageHeader
    reference: str
    title: str
    addressees: tuple[Addressee, ...]
    drafts: tuple[DraftWords, ...]
    to: str
    subject: str
    text: str
    preview: LetterPreview | None = None
