"""What a parser is: one module in `parsers/` with one constant, PARSER, found by itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from aupkeep.intake.mail.mail import Mail
from aupkeep.model.finding import Finding
from aupkeep.model.report import ReadingOutcome, RejectedRow
from aupkeep.plugins import plugins

MOST_SAID = 120_000  # claims and rejected rows of one report, all its parts together


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd that did not stop the reading; a person sees it as the reading's reason."""

    text: str


@dataclass(frozen=True, slots=True)
class StatedReporter:
    """Who the content itself names as reporter; counts only where no mail's From says it."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class WholeOutcome:
    """What the whole is where it claims nothing: a summary about our own mail, "no spam", a drill.

    Counts only beside no finding and no rejected row.
    """

    outcome: ReadingOutcome
    reason: str


ParsedItem = Finding | RejectedRow | Remark | StatedReporter | WholeOutcome


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads one format of mail.

    `recognises` answers by structure, cheaply, without raising. `parse` yields what the mail
    claims, `Finding`s and, for each row it cannot read, a `RejectedRow`. It raises only
    `Unreadable`.
    A format that is no claim by its nature yields one `WholeOutcome`.
    `source` of a finding is `mail.source`, `maker` is `PARSER.maker`, offsets point into
    `mail.parts`. A `fallback` reads mails that no other parser recognises; one of `letters` knows a
    kind of letter by its words, after all that is known by structure and before the fallbacks. A
    `general` one reads whatever names its columns or keys plainly (tables, JSON records): it
    steps back where a parser of one format recognises the mail.
    """

    name: str
    version: int
    recognises: Callable[[Mail], bool]
    parse: Callable[[Mail], Iterator[ParsedItem]]
    fallback: bool = False
    letters: bool = False
    general: bool = False

    @property
    def maker(self) -> str:
        """Name and version, as a finding carries it."""
        return f"{self.name}/{self.version}"

    def read(self, mail: Mail) -> Iterator[ParsedItem]:
        """What `parse` yields, as far as one report may claim; raises what `parse` raises."""
        for count, item in enumerate(self.parse(mail)):
            if count == MOST_SAID:
                yield Remark(f"what is beyond {MOST_SAID:,} claims was not read")
                return
            yield item


@cache
def parsers() -> tuple[Parser, ...]:
    """All parsers, own and installed, by name; the fallbacks last."""
    installed = plugins("aupkeep.intake.parsers", "PARSER").values()
    return tuple(sorted(installed, key=lambda parser: (parser.fallback, parser.name)))


def structured(mail: Mail) -> list[Parser]:
    """The parsers, fallbacks left out, that recognise the mail: of a sound set one, or none."""
    strict = [parser for parser in parsers() if not parser.fallback and not parser.letters]
    special = [parser for parser in strict if not parser.general and parser.recognises(mail)]
    return special or [parser for parser in strict if parser.general and parser.recognises(mail)]


def fallbacks(mail: Mail) -> list[Parser]:
    """The parsers that read what has no structure, if they recognise the mail: letters first."""
    known = [parser for parser in parsers() if parser.letters and parser.recognises(mail)]
    return known or [parser for parser in parsers() if parser.fallback and parser.recognises(mail)]
