"""What a parser is: one module in `parsers/` with one constant, PARSER, found by itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from aupkeep.intake.mail import Mail
from aupkeep.model.finding import Finding
from aupkeep.model.report import Dead
from aupkeep.plugins import plugins


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd that did not stop the reading; a person sees it as the reading's reason."""

    text: str


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who the content itself names as reporter; counts only where no mail's From says it."""

    address: str
    name: str


Said = Finding | Dead | Remark | Reporter


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads one format of mail.

    `recognises` answers by structure, cheaply, without raising. `parse` yields what the mail
    claims, `Finding`s and, for each row it cannot read, a `Dead`; it raises only `Unreadable`.
    `source` of a finding is `mail.source`, `maker` is `PARSER.maker`, offsets point into
    `mail.parts`. A `fallback` reads mails that no other parser recognises.
    """

    name: str
    version: int
    recognises: Callable[[Mail], bool]
    parse: Callable[[Mail], Iterator[Said]]
    fallback: bool = False

    @property
    def maker(self) -> str:
        """Name and version, as a finding carries it."""
        return f"{self.name}/{self.version}"


@cache
def parsers() -> tuple[Parser, ...]:
    """All parsers, own and installed, by name; the fallbacks last."""
    found = plugins("aupkeep.intake.parsers", "PARSER").values()
    return tuple(sorted(found, key=lambda parser: (parser.fallback, parser.name)))


def structured(mail: Mail) -> list[Parser]:
    """The parsers, fallbacks left out, that recognise the mail: of a sound set one, or none."""
    return [one for one in parsers() if not one.fallback and one.recognises(mail)]


def fallbacks(mail: Mail) -> list[Parser]:
    """The parsers that read what has no structure, if they recognise the mail."""
    return [one for one in parsers() if one.fallback and one.recognises(mail)]


def claimants(mail: Mail) -> list[Parser]:
    """The parsers that recognise the mail; a fallback only where no other does."""
    return structured(mail) or fallbacks(mail)
