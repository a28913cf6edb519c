"""A reporter as data: how its mails are known, what they mean, how their values are read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from aupkeep.intake.profiles.template import LineTemplate
from aupkeep.model.finding import Role
from aupkeep.model.report import ReadingOutcome
from aupkeep.model.taxonomy import Kind

TRUST = 0.6  # confidence in what a reporter says whose file states none


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileMarks:
    """What a mail must show beside its sender; all of it, of the subjects one."""

    subject: tuple[LineTemplate, ...] = ()  # one of them is the whole subject line
    body: tuple[str, ...] = ()  # folded words; each stands somewhere in a text part
    attachment: tuple[str, ...] = ()  # names with `*`; one part or attachment has such a name
    header: Mapping[str, str] | None = None  # lower-case name → words in its value
    feedback: Mapping[str, str] | None = None  # the same for the fields of an ARF part

    @property
    def weight(self) -> int:
        """How many marks there are: the more, the more specific."""
        several = len(self.header or {}) + len(self.feedback or {}) + len(self.body)
        return several + bool(self.subject) + bool(self.attachment)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRule:
    """Reads records out of one place of a mail.

    `under` templates give values that hold for all records behind them, until said again; the
    `lines` of one record each match a whole line, `text` templates match anywhere. `columns` read
    each row of a table instead: placeholders in order, or those of the columns named `headers`.
    """

    where: str = "body"  # body, data, original, or a file name with `*`
    start: str = ""  # folded words of the line behind which reading begins
    stop: str = ""  # folded words of the line at which it ends
    under: tuple[LineTemplate, ...] = ()
    lines: tuple[LineTemplate, ...] = ()
    text: tuple[LineTemplate, ...] = ()
    columns: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()  # what the header row calls them; empty: there is no header row
    separator: str = ","
    needs: tuple[str, ...] = ()  # placeholders without which a record is none
    otherwise: bool = False  # only where the rules before it found nothing
    kind: Kind | None = None
    role: Role | None = None
    anchors: re.Pattern[str] | None = None  # what each line that matters holds; None: any may

    @classmethod
    def anchored(cls, rule: "ReadingRule") -> "ReadingRule":
        """The rule with its anchors as one pattern of literal words, where each template has one.

        Lines without any are then passed over at the speed of one search.
        """
        words = [template.anchor for template in (*rule.lines, *rule.under)]
        words += [template.first for template in rule.text]
        if rule.columns or not all(words):
            return rule
        marks = [word for word in (rule.start, rule.stop) if word]
        anchors = sorted({*words, *marks}, key=len, reverse=True)
        return replace(rule, anchors=re.compile("|".join(map(re.escape, anchors))))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSort:
    """One sort of mail that a reporter writes."""

    name: str = ""
    marks: ProfileMarks = ProfileMarks()
    container: str | None = None
    kind: Kind | None = None
    kind_by_marks: bool = False  # stated for this sort alone: its marks name the kind
    kinds: Mapping[str, Kind] | None = None  # folded words → kind
    role: Role | None = None
    trust: float = TRUST
    zone: tzinfo | None = None
    dates: str = ""
    language: str = ""
    read: tuple[ReadingRule, ...] = ()
    adds: tuple[ReadingRule, ...] = ()
    outcome: tuple[ReadingOutcome, str] | None = None
    words: re.Pattern[str] | None = None  # `kinds` as one pattern of literal words

    def kind_in(self, text: str) -> Kind | None:
        """The kind of the first word of `kinds` that stands in a text."""
        match = self.words.search(text.lower()) if self.words else None
        return self.kinds[match[0]] if match and self.kinds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One reporter. `exact` are whole addresses, `domains` cover their subdomains; lower case.

    `proof` are the domains one of which must be proven (DKIM or SPF, aligned); empty when anyone
    may send such mails. The first of `sorts` whose marks hold says what a mail is.
    """

    name: str
    title: str
    homepage: str = ""
    exact: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    marks: ProfileMarks = ProfileMarks()
    sorts: tuple[MailSort, ...]
    file: str = ""

    def proven(self, identity: str | None) -> bool:
        """True when a proven domain is one that speaks for this reporter."""
        mine = (
            identity == domain or (identity or "").endswith(f".{domain}") for domain in self.proof
        )
        return identity is not None and any(mine)
