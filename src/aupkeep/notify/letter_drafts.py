"""Drafts that a person of the desk starts a letter from, in both languages.

What only the writer knows stands open as `### what ###`; a letter with an open place is not sent.
Open is also what a writer's own text blocks leave so: a name in braces or in double brackets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.model.errors import Invalid
from aupkeep.model.notice import Party
from aupkeep.notify.phrases import Language

NAME = r" ?[^\W\d][\w .-]{0,60}"  # of what is to be filled in; no number, path or JSON is one
OPEN = re.compile(
    rf"#{{3}}[^#\n]{{0,200}}(?:#{{3}})?|\{{\{{?{NAME}\}}\}}?|\[\[{NAME}\]\]|<<{NAME}>>"
)


@dataclass(frozen=True, slots=True)
class LetterWords:
    """A subject and a text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A draft, to whom it is, and its words in each language."""

    party: Party
    words: Mapping[Language, LetterWords]


DRAFTS: Mapping[str, LetterDraft] = {
    "ask-proof": LetterDraft(
        Party.REPORTER,
        {
            "en": LetterWords(
                "We need a little more to act on your report",
                "Hello,\n\nThank you for your report. To act on it we need\n"
                "### log lines, headers or a sample ###,\n"
                "with the time zone of the times in it.\n\nPlease reply to this message.",
            ),
            "nb": LetterWords(
                "Vi trenger litt mer for å gjøre noe med meldingen",
                "Hei,\n\nTakk for meldingen. For å gjøre noe med den trenger vi\n"
                "### logglinjer, hoder eller en prøve ###,\n"
                "med tidssonen for tidspunktene.\n\nSvar på denne meldingen.",
            ),
        },
    ),
    "ask-customer": LetterDraft(
        Party.CUSTOMER,
        {
            "en": LetterWords(
                "A question about your case",
                "Hello,\n\nTo go on with this case we need to know ### what ###.\n\n"
                "Please answer on the page below, or reply to this message.",
            ),
            "nb": LetterWords(
                "Et spørsmål om saken",
                "Hei,\n\nFor å komme videre med saken trenger vi å vite ### hva ###.\n\n"
                "Svar på siden nedenfor, eller på denne meldingen.",
            ),
        },
    ),
    "help-customer": LetterDraft(
        Party.CUSTOMER,
        {
            "en": LetterWords(
                "How to solve this",
                "Hello,\n\nThank you for your answer. What we suggest: ### steps ###.\n\n"
                "Tell us when it is done, and we look again.",
            ),
            "nb": LetterWords(
                "Slik kan det løses",
                "Hei,\n\nTakk for svaret. Vi foreslår: ### trinn ###.\n\n"
                "Si fra når det er gjort, så ser vi på det igjen.",
            ),
        },
    ),
}


def more_time(until: str, reasons: str, language: Language) -> LetterWords:
    """That a customer has more time to answer; `until` is a moment in words."""
    if language == "nb":
        said = f"Du har nå frist til {until} med å svare.\n\n{reasons}"
        return LetterWords("Du har fått mer tid til å svare", f"Hei,\n\n{said}")
    said = f"You now have until {until} to answer.\n\n{reasons}"
    return LetterWords("You have more time to answer", f"Hello,\n\n{said}")


def open_place(text: str) -> str | None:
    """The first place that is still open, None where the text is whole.

    >>> open_place("until ### day ###.")
    '### day ###'
    >>> open_place("Hello {name}"), open_place("Hello [[customer]]"), open_place('{"a": 1} [1]')
    ('{name}', '[[customer]]', None)
    """
    place = OPEN.search(text)
    return place[0] if place else None


def refuse_open(field: str, text: str) -> None:
    """Raise `Invalid` for words to somebody in which a place is still open."""
    if place := open_place(text):
        raise Invalid(f"{field}: expected no open place, found {place}")
